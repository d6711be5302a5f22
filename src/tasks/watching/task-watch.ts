/** The watch of one task: when it is read again, and what its followers are told. */

import { isCoderError, isTransient } from '../../coder/errors/errors.js';
import type { Task, Workspace } from '../../coder/wire/schemas.js';
import type { Again } from '../knowing/settled.js';
import { type Judged, type TaskView, viewKey } from '../knowing/view.js';
import { troubleNote } from './failures.js';
import { type SightContext, TaskSight } from './known-state.js';
import type { PolledTask } from './list-poll.js';
import { type ReadStart, Reads, type ReadsContext } from './reads.js';

// A live stream tells every change but for the few that Coder notices only when asked, such as an agent gone silent.
const SAFETY_READ_MS = 5 * 60_000;
const LOGS_INTERVAL_MS = 5_000;
// Nothing tells that an agent without reports goes on; it is looked at now and then.
const UNTOLD_LOGS_INTERVAL_MS = 30_000;
// After so long without a change it matters whether the conversation still moves (behaviour §7).
const STILL_MS = 15 * 60_000;
// A look at the conversation this short ago need not be repeated to answer.
const LOGS_FRESH_MS = 1_000;
const UNREADABLE_RETRY_MS = 15_000;

export type WatchContext = SightContext & ReadsContext;

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
  readonly #sight: TaskSight;
  readonly #followers = new Set<Follower>();
  /** Followers who have not got a view yet. */
  readonly #newcomers = new Set<Follower>();
  readonly #reads: Reads;
  #isLive = false;
  #judged: Judged;
  #toldKey: string;

  constructor(context: WatchContext, task: Task, events: WatchEvents) {
    this.#context = context;
    this.#events = events;
    this.#sight = new TaskSight(context, task);
    this.#reads = new Reads(context, {
      task: (signal, start) => this.#read(signal, this.#sight.readTask(signal, start)),
      logs: (signal, start) => this.#read(signal, this.#sight.readLogs(signal, start)).finally(() => this.#greet()),
      workspace: (signal) => this.#read(signal, this.#sight.readWorkspace(signal)),
    });
    this.#judged = this.#sight.judge();
    this.#toldKey = this.#key();
  }

  get task(): Task {
    return this.#sight.task;
  }

  get view(): TaskView {
    return this.#judged.view;
  }

  get isFollowed(): boolean {
    return this.#followers.size > 0;
  }

  get isOver(): boolean {
    return this.#sight.isOver;
  }

  /** The follower gets the view as soon as it is known, never before this returns; then one at each change. */
  add(follower: Follower): void {
    this.#followers.add(follower);
    // The follower may just have read the task itself, and know more than we do.
    const seen = this.#context.memory.seen({ id: this.task.id });
    if (seen !== undefined && seen.task !== this.task)
      this.#sight.see(seen.task, { ...this.#context.begin(), at: seen.lastSeen });
    this.#update();
    this.#newcomers.add(follower);
    // Nothing tells that a screen moves on: whoever comes to hear that it stands still hears it after another look.
    if (this.#judged.view.settled && this.#isJudgedByLogs && !this.#hasFreshLogs) this.#reads.now('logs');
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

  /** A stream tells every change from now on; what was read before it may be out of date. */
  goLive(): void {
    this.#isLive = true;
    this.readSingly();
    if (this.#wantsLogs && this.#sight.hasLogs) this.#reads.now('logs');
  }

  goDark(): void {
    this.#isLive = false;
    this.#schedule();
  }

  /** The stream told a change; `workspace` as it is now, if it could be read. */
  onChange(workspace: Workspace | undefined): void {
    if (workspace) this.#sight.seeWorkspace(workspace);
    if (!this.#sight.isGone) this.#reads.onEvent('task');
    else if (workspace === undefined) this.#reads.onEvent('workspace');
    if ((this.#wantsLogs || this.#isJudgedByLogs) && this.#sight.hasLogs) this.#reads.onEvent('logs');
    this.#update();
  }

  /** Something was noted in memory that no read shows. */
  onNote(): void {
    if (this.#sight.isGone) this.#sight.seeGone(this.#context.begin());
    this.#update();
  }

  take(task: Task, start: ReadStart): boolean {
    this.#sight.see(task, start);
    return this.#update();
  }

  readSingly(): void {
    this.#reads.now(this.#sight.isGone ? 'workspace' : 'task');
  }

  onTrouble(error: unknown): void {
    if (isCoderError(error) && isTransient(error)) {
      this.#sight.trouble = troubleNote(error);
      this.#update();
    } else {
      this.#fail(error);
    }
  }

  get #wantsLogs(): boolean {
    return [...this.#followers].some((follower) => follower.logs);
  }

  get #isJudgedByLogs(): boolean {
    return this.#judged.view.phase === 'waiting' && this.#sight.logsAre === 'read';
  }

  get #hasFreshLogs(): boolean {
    return this.#context.coder.now() - this.#sight.logsReadAt < LOGS_FRESH_MS;
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
    this.#judged = this.#sight.judge();
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
  #wanted(): Again[] {
    const now = this.#context.coder.now();
    if (this.isOver) return [];
    if (this.#sight.isGone) return [{ at: this.#sight.knowsEnd ? now + SAFETY_READ_MS : now, read: 'workspace' }];
    const wanted: Again[] = [];
    const { view, again } = this.#judged;
    if (again) wanted.push(again);
    // The look at the screen that may be the last one is taken together with one at the report.
    if (again?.read === 'logs' && again.at > now && view.phase !== 'working')
      wanted.push({ at: again.at, read: 'task' });
    if (this.#sight.isInDoubt) wanted.push({ at: now, read: 'task' });
    if (this.#isLive) wanted.push({ at: this.#sight.taskReadAt + SAFETY_READ_MS, read: 'task' });
    const logsAt = this.#sight.hasLogs ? this.#logsWantedAt(view, now) : undefined;
    if (logsAt !== undefined) wanted.push({ at: logsAt, read: 'logs' });
    return wanted;
  }

  #logsWantedAt(view: TaskView, now: number): number | undefined {
    const { logsReadAt } = this.#sight;
    const isAtWork = view.phase === 'working' || view.phase === 'active';
    if (this.#wantsLogs) {
      if (logsReadAt < this.#sight.movedAt) return now;
      switch (this.#sight.logsAre) {
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
