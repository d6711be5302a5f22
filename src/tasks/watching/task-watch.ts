/** The watch of one task: when it is read again, and what its followers are told. */

import { isCoderError, isTransient } from '../../coder/errors/errors.js';
import type { Task, Workspace } from '../../coder/wire/schemas.js';
import { taskShownBy } from '../knowing/agreement.js';
import type { NextRead } from '../knowing/judgement.js';
import { type TaskView, type ViewWithRead, viewKey } from '../knowing/view.js';
import { troubleNote } from './failures.js';
import { KnownState, type StateContext } from './known-state.js';
import type { PolledTask } from './list-poll.js';
import { type ReadStart, Reads, type ReadsContext } from './reads.js';

// A live stream tells every change but for the few that Coder notices only when asked, such as an agent gone silent.
const SAFETY_READ_MS = 5 * 60_000;
const LOGS_INTERVAL_MS = 5_000;
// Nothing tells that an agent without reports goes on; it is looked at now and then.
const UNTOLD_LOGS_INTERVAL_MS = 30_000;
// After so long without a change it matters whether the conversation still moves (behaviour §7).
const STILL_MS = 15 * 60_000;
// Coder tells the workspace right after the stream has opened (coder-api §7.1); what does not come by then is read.
const FIRST_CHANGE_MS = 2_000;
// A look at the conversation this short ago need not be repeated to answer.
const LOGS_FRESH_MS = 1_000;
const UNREADABLE_RETRY_MS = 15_000;

export type WatchContext = StateContext & ReadsContext;

export interface Follower {
  onView(view: TaskView): void;
  /** The watch has ended, since Coder refuses: no more views. */
  onFailure(error: unknown): void;
  /** Wants each change of the conversation. */
  readonly logs: boolean;
  /** Wants to know after a long stillness whether the conversation moves. */
  readonly stillness: boolean;
}

export interface WatchEvents {
  /** Nothing more will come of this task. */
  onEnd(): void;
  /** Coder refuses; the followers have been told. */
  onFailure(): void;
  /** It changed, so that more changes may follow soon. */
  onMove(): void;
}

export class TaskWatch implements PolledTask {
  readonly #context: WatchContext;
  readonly #events: WatchEvents;
  readonly #state: KnownState;
  readonly #followers = new Set<Follower>();
  /** Followers who have not got a view yet. */
  readonly #newcomers = new Set<Follower>();
  readonly #reads: Reads;
  #isLive = false;
  /** When the stream went live, while it has not told the workspace yet. */
  #liveFrom: number | undefined;
  /** When something changed that nobody has read, since nobody followed. */
  #missedFrom: number | undefined;
  #judged: ViewWithRead;
  #toldKey: string;

  constructor(context: WatchContext, task: Task, events: WatchEvents) {
    this.#context = context;
    this.#events = events;
    this.#state = new KnownState(context, task);
    this.#reads = new Reads(context, {
      task: (signal, start) => this.#read(signal, this.#state.readTask(signal, start)),
      logs: (signal, start) => this.#read(signal, this.#state.readLogs(signal, start)).finally(() => this.#greet()),
      workspace: (signal) => this.#read(signal, this.#state.readWorkspace(signal)),
    });
    this.#judged = this.#state.judge();
    this.#toldKey = this.#key();
  }

  get task(): Task {
    return this.#state.task;
  }

  get view(): TaskView {
    return this.#judged.view;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  /** Whether a stream tells its changes. */
  get isLive(): boolean {
    return this.#isLive;
  }

  get isOver(): boolean {
    return this.#state.isOver;
  }

  /** The follower gets the view as soon as it is known, never before this returns; then one at each change. */
  add(follower: Follower): void {
    this.#followers.add(follower);
    // The follower may just have read the task itself, and know more than we do.
    const seen = this.#context.memory.seen({ id: this.task.id });
    if (seen !== undefined && (seen.task !== this.task || seen.lastSeen > this.#state.taskReadAt))
      this.#state.see(seen.task, { ...this.#context.begin(), at: seen.lastSeen });
    if (this.#missedFrom !== undefined && this.#state.taskReadAt < this.#missedFrom) this.readSingly();
    this.#missedFrom = undefined;
    this.#update();
    this.#newcomers.add(follower);
    // Nothing tells that the screen of an agent without reports moves on: it is looked at once more.
    const { settled, inferred } = this.#judged.view;
    if (settled && inferred && this.#isJudgedByLogs && !this.#hasFreshLogs) this.#reads.now('logs');
    else queueMicrotask(() => this.#greet());
  }

  remove(follower: Follower): void {
    this.#followers.delete(follower);
    this.#newcomers.delete(follower);
    this.#schedule();
  }

  close(): void {
    this.#followers.clear();
    this.#newcomers.clear();
    this.#reads.close();
  }

  /** A stream tells every change from now on, and first the workspace as it is: that is a read of its own. */
  goLive(): void {
    this.#isLive = true;
    this.#liveFrom = this.#context.coder.now();
    if (this.#wantsLogs && this.#state.hasLogs) this.#reads.now('logs');
    this.#schedule();
  }

  goDark(): void {
    this.#isLive = false;
    this.#liveFrom = undefined;
    this.#schedule();
  }

  /** The stream told a change; `workspace` as it is now, if it could be read. */
  onChange(workspace: Workspace | undefined): void {
    this.#liveFrom = undefined;
    if (workspace) this.#state.seeWorkspace(workspace);
    const shown = workspace && !this.#state.isGone ? taskShownBy(workspace, this.task) : undefined;
    if (shown) this.#state.see(shown, this.#context.begin());
    if (!this.isFollowed) {
      if (!shown) this.#missedFrom = this.#context.coder.now();
      return;
    }
    if (!this.#state.isGone && !shown) this.#reads.onEvent('task');
    else if (this.#state.isGone && workspace === undefined) this.#reads.onEvent('workspace');
    if ((this.#wantsLogs || this.#isJudgedByLogs) && this.#state.hasLogs) this.#reads.onEvent('logs');
    this.#update();
  }

  /** Something was noted in memory that no read shows. */
  onNote(): void {
    if (this.#state.isGone) this.#state.seeGone(this.#context.begin());
    this.#update();
  }

  take(task: Task, start: ReadStart): boolean {
    this.#state.see(task, start);
    return this.#update();
  }

  readSingly(): void {
    this.#reads.now(this.#state.isGone ? 'workspace' : 'task');
  }

  onTrouble(error: unknown): void {
    if (isCoderError(error) && isTransient(error)) {
      this.#state.trouble = troubleNote(error);
      this.#update();
    } else {
      this.#fail(error);
    }
  }

  get #wantsLogs(): boolean {
    return [...this.#followers].some((follower) => follower.logs);
  }

  get #isJudgedByLogs(): boolean {
    return this.#judged.view.phase === 'waiting' && this.#state.logsAre === 'read';
  }

  get #hasFreshLogs(): boolean {
    return this.#context.coder.now() - this.#state.logsReadAt < LOGS_FRESH_MS;
  }

  #greet(): void {
    const newcomers = [...this.#newcomers];
    this.#newcomers.clear();
    for (const follower of newcomers) follower.onView(this.#judged.view);
  }

  /** One read to its end. Rejects with a failure that will pass, so that it is tried again. */
  async #read(signal: AbortSignal, read: Promise<void>): Promise<void> {
    try {
      await read;
    } catch (error) {
      if (signal.aborted) return;
      this.onTrouble(error);
      throw error;
    }
    if (!signal.aborted && this.#update()) this.#events.onMove();
  }

  #key(): string {
    const logs = this.#wantsLogs ? this.#context.memory.logs(this.task.id)?.digest : undefined;
    return viewKey(this.#judged.view, logs);
  }

  /** Judges anew, tells the followers if that changed anything they see, and sets the next look. */
  #update(): boolean {
    this.#judged = this.#state.judge();
    const key = this.#key();
    const hasChanged = key !== this.#toldKey;
    this.#toldKey = key;
    if (hasChanged) {
      for (const follower of [...this.#followers])
        if (!this.#newcomers.has(follower)) follower.onView(this.#judged.view);
    }
    if (this.isOver) this.#events.onEnd();
    this.#schedule();
    return hasChanged;
  }

  #schedule(): void {
    this.#reads.schedule(this.isFollowed ? this.#wanted() : []);
  }

  /** Every look that is due at some time though nothing tells of a change. */
  #wanted(): NextRead[] {
    const now = this.#context.coder.now();
    if (this.isOver) return [];
    if (this.#state.isGone) return [{ at: this.#state.knowsEnd ? now + SAFETY_READ_MS : now, read: 'workspace' }];
    const wanted: NextRead[] = [];
    const { view, nextRead } = this.#judged;
    if (nextRead) wanted.push(nextRead);
    // The look at the screen that may be the last one is taken together with one at the report.
    if (nextRead?.read === 'logs' && nextRead.at > now && view.phase !== 'working' && !this.#isLive)
      wanted.push({ at: nextRead.at, read: 'task' });
    if (this.#state.isInDoubt) wanted.push({ at: now, read: 'task' });
    if (this.#isLive) wanted.push({ at: this.#state.taskReadAt + SAFETY_READ_MS, read: 'task' });
    if (this.#liveFrom !== undefined && this.#state.taskReadAt < this.#liveFrom)
      wanted.push({ at: this.#liveFrom + FIRST_CHANGE_MS, read: 'task' });
    const logsAt = this.#state.hasLogs ? this.#logsWantedAt(view, now) : undefined;
    if (logsAt !== undefined) wanted.push({ at: logsAt, read: 'logs' });
    return wanted;
  }

  #logsWantedAt(view: TaskView, now: number): number | undefined {
    if (this.#context.memory.isPosting(this.task.id)) return undefined;
    const { logsReadAt } = this.#state;
    const isAtWork = view.phase === 'working' || view.phase === 'active';
    if (this.#wantsLogs) {
      if (logsReadAt < this.#state.movedAt) return now;
      switch (this.#state.logsAre) {
        case 'unread':
          return now;
        case 'unreadable':
          return isAtWork ? logsReadAt + UNREADABLE_RETRY_MS : undefined;
        case 'read':
          if (isAtWork) return logsReadAt + LOGS_INTERVAL_MS;
          return view.inferred ? logsReadAt + UNTOLD_LOGS_INTERVAL_MS : undefined;
      }
    }
    const wantsStillness = isAtWork && [...this.#followers].some((follower) => follower.stillness);
    return wantsStillness ? Math.max(view.changedAt, logsReadAt) + STILL_MS : undefined;
  }

  #fail(error: unknown): void {
    const followers = [...this.#followers];
    this.close();
    this.#events.onFailure();
    for (const follower of followers) follower.onFailure(error);
  }
}
