/** What this process remembers about tasks: what it has seen of each, since when, and what it did to them last. */

import type { LogEntry, Task, Workspace } from '../../coder/wire/schemas.js';
import { buildTimesOf, timeOf } from './build-times.js';
import { type LogsSeen, seeLogs } from './logs-seen.js';
import { phaseOf } from './phase.js';
import {
  type BusyRefusal,
  currentBuild,
  hasOwnReport,
  hasReported,
  isSettledTurn,
  nameKey,
  provenOutcome,
  type RememberedTask,
  refreshBeginning,
  rememberTask,
  reportOf,
  type SeenTask,
  type SentMessage,
  type Since,
  sinceOf,
  turnOfNow,
} from './remembered-task.js';
import { type Outcome, reportsOf } from './reports.js';

// Long enough for one wait to follow another; a task that nobody asked about for this long starts afresh.
const FORGET_AFTER_MS = 15 * 60_000;
// A sweep walks over everything; once a minute is often enough.
const SWEEP_INTERVAL_MS = 60_000;

export class TaskMemory {
  /** Ids of tasks that a pause of this process cut off at work, as long as that is their last pause. */
  readonly interrupted = new Set<string>();
  readonly #now: () => number;
  readonly #entries = new Map<string, RememberedTask>();
  readonly #idByName = new Map<string, string>();
  readonly #listeners = new Set<(id: string) => void>();
  readonly #seenObjects = new WeakSet<Task>();
  #sweptAt = Number.NEGATIVE_INFINITY;
  readonly #identity: () => number;
  #me: { readonly username: string; readonly identity: number } | undefined;

  /** `now` is the deployment's time in ms; `identity` changes with the token that is used. */
  constructor(now: () => number, identity: () => number = () => 0) {
    this.#now = now;
    this.#identity = identity;
  }

  /** How many tasks are remembered. */
  get size(): number {
    return this.#entries.size;
  }

  /** The user name of the token's owner, once anything has told it; unknown again after another login. */
  get me(): string | undefined {
    return this.#me?.identity === this.#identity() ? this.#me.username : undefined;
  }

  /** Remembers who the owner of the token is. */
  noteMe(username: string): void {
    this.#me = { username, identity: this.#identity() };
  }

  /** Whether the task is known to belong to somebody else than the owner of the token. */
  isOthers({ owner_name }: Task): boolean {
    return this.me !== undefined && this.me.toLowerCase() !== owner_name.toLowerCase();
  }

  /** Calls the listener with a task's id whenever something was noted that no read shows: sent, busy, gone. */
  onNote(listener: (id: string) => void): { close(): void } {
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  /**
   * The newest that is known of this task: itself if it was not seen before, and so has just been read; else what was
   * seen last, since the caller may have held on to it for a while.
   */
  newest(task: Task): Task {
    if (!this.#seenObjects.has(task)) this.see(task);
    return this.#entries.get(task.id)?.task ?? task;
  }

  /** Remembers a task as it was just read. */
  see(task: Task): void {
    this.#seenObjects.add(task);
    const now = this.#now();
    this.#sweep(now);
    const phase = phaseOf(task);
    const known = this.#entries.get(task.id);
    if (known === undefined) {
      this.#entries.set(task.id, rememberTask(task, phase, now));
    } else {
      if (nameKey(known.task) !== nameKey(task)) this.#idByName.delete(nameKey(known.task));
      if (known.busy !== undefined && known.busy.report !== reportOf(task)) known.busy = undefined;
      if (phase === 'working') known.settled = undefined;
      if (known.phase !== phase) {
        Object.assign(known, {
          phase,
          firstSeen: now,
          otherSeen: known.lastSeen,
          otherPhase: known.phase,
          began: undefined,
        });
      }
      Object.assign(known, { task, lastSeen: now, usedAt: now, goneAt: undefined });
      refreshBeginning(known);
    }
    this.#idByName.set(nameKey(task), task.id);
  }

  /** Remembers when the latest build of the task's workspace began and ended, and when its agent was lost. */
  seeWorkspace(id: string, workspace: Workspace): void {
    const known = this.#entries.get(id);
    if (known === undefined) return;
    const now = this.#now();
    known.build = { ...buildTimesOf(workspace, now), readAt: now };
    known.reports = reportsOf(workspace, known.task.workspace_app_id);
    refreshBeginning(known);
  }

  /** Remembers the task's conversation as it was just read; true when it differs from the one read before. */
  seeLogs(id: string, logs: readonly LogEntry[], startedAt: number): boolean {
    const known = this.#entries.get(id);
    if (known === undefined) return true;
    const before = known.logs;
    known.logs = seeLogs(before, logs, { startedAt, now: this.#now(), prompt: known.task.initial_prompt });
    const hasChanged = before?.digest !== known.logs.digest;
    // What was read for the first time may have stood there all along.
    if (known.busy && before && hasChanged) known.busy = { ...known.busy, hasMoved: true };
    return hasChanged;
  }

  /** What the task's conversation looked like when it was read last. */
  logs(id: string): LogsSeen | undefined {
    return this.#entries.get(id)?.logs;
  }

  /** When the build that the task runs on had ended, with its startup scripts; undefined when it has not, or is not known. */
  upAt(id: string): number | undefined {
    const known = this.#entries.get(id);
    return known && currentBuild(known)?.upAt;
  }

  /** Whether its workspace was read since its last report and build: another read would tell nothing more. */
  knowsWorkspace({ id, current_state }: Task): boolean {
    const known = this.#entries.get(id);
    if (known?.build === undefined || currentBuild(known) === undefined) return false;
    return known.build.readAt >= (timeOf(current_state?.timestamp) ?? 0);
  }

  /** How the turn ended that stands now, where the reports of its workspace, read before, prove it. */
  outcome(id: string): Outcome | undefined {
    const known = this.#entries.get(id);
    return known && provenOutcome(known);
  }

  /** Whether Coder itself stopped the workspace, as far as its build was read, and whether the agent was at work then. */
  stopByCoder({ id }: Task): 'at work' | 'at rest' | undefined {
    const known = this.#entries.get(id);
    if (known === undefined || currentBuild(known)?.isStopByCoder !== true) return undefined;
    // The last report of a stopped agent stays as it was.
    return known.task.current_state?.state === 'working' ? 'at work' : 'at rest';
  }

  /** Since when the task is in its phase, and whether reading the workspace would make that better. */
  since(task: Task): Since {
    return sinceOf(task, this.#entries.get(task.id), this.#now());
  }

  /** What is remembered of a task, by id or by owner and name. */
  seen(key: { readonly id?: string; readonly owner?: string; readonly name?: string }): SeenTask | undefined {
    const id =
      key.id ??
      (key.owner !== undefined && key.name !== undefined
        ? this.#idByName.get(nameKey({ owner_name: key.owner, name: key.name }))
        : undefined);
    const known = id === undefined ? undefined : this.#entries.get(id);
    if (known === undefined) return undefined;
    known.usedAt = this.#now();
    const { task, phase, lastSeen, goneAt } = known;
    return {
      id: task.id,
      owner: task.owner_name,
      name: task.name,
      task,
      phase: goneAt === undefined ? phase : 'gone',
      lastSeen,
      goneAt,
    };
  }

  /** Coder no longer knows this task. */
  markGone(id: string): void {
    const known = this.#entries.get(id);
    if (known === undefined || known.goneAt !== undefined) return;
    known.goneAt = this.#now();
    this.#tell(id);
  }

  /** Remembers a message that was delivered, or may have been: reports older than it no longer count. */
  noteSent(id: string, sent: SentMessage): void {
    const known = this.#entries.get(id);
    if (known === undefined) return;
    known.sent = sent;
    known.busy = undefined;
    this.#tell(id);
  }

  /** This process's last message to the task. */
  lastSent(id: string): SentMessage | undefined {
    return this.#entries.get(id)?.sent;
  }

  /** A message is being typed from now on, until the end is told: as long as that lasts Coder shows no conversation. */
  notePosting(id: string): { end(): void } {
    const known = this.#entries.get(id);
    if (known === undefined) return { end: () => {} };
    known.posts += 1;
    let isOpen = true;
    return {
      end: () => {
        if (!isOpen) return;
        isOpen = false;
        known.posts -= 1;
        this.#tell(id);
      },
    };
  }

  /** Whether a message of this process is being typed into the agent's terminal. */
  isPosting(id: string): boolean {
    return (this.#entries.get(id)?.posts ?? 0) > 0;
  }

  /** The turn that stands now is over: it stays so until there is another input, message, report or build. */
  noteSettled(id: string): void {
    const known = this.#entries.get(id);
    if (known !== undefined) known.settled = turnOfNow(known);
  }

  /** Whether the turn that stands now was found settled before. */
  wasSettled(id: string): boolean {
    const known = this.#entries.get(id);
    return known !== undefined && isSettledTurn(known);
  }

  /** Whether the workspace, read after the task was at that time, shows a newer report than the task does. */
  hasNewerReport(id: string, taskReadAt: number): boolean {
    const known = this.#entries.get(id);
    if (known?.build === undefined || known.build.readAt <= taskReadAt) return false;
    return (known.reports[0]?.at ?? 0) > (timeOf(known.task.current_state?.timestamp) ?? 0);
  }

  /** Whether the agent has reported in its own words since its workspace came up. */
  hasOwnReport(id: string): boolean {
    const known = this.#entries.get(id);
    return known !== undefined && hasOwnReport(known);
  }

  /** Whether the task's app was healthy before in this build, and what keeps its start from an end; as far as it was read. */
  health(id: string): { readonly hasReported: boolean; readonly hasNoAgent: boolean } {
    const known = this.#entries.get(id);
    const build = known && currentBuild(known);
    return { hasReported: known !== undefined && hasReported(known), hasNoAgent: build?.hasNoAgent === true };
  }

  /** A message was refused because the agent was busy: it counts as working until it reports, or its screen stands still. */
  noteBusy(id: string): void {
    const known = this.#entries.get(id);
    if (known === undefined) return;
    known.busy = { at: this.#now(), report: reportOf(known.task), hasMoved: false };
    this.#tell(id);
  }

  /** The refusal that still stands. */
  busy(id: string): BusyRefusal | undefined {
    return this.#entries.get(id)?.busy;
  }

  #tell(id: string): void {
    for (const listener of this.#listeners) listener(id);
  }

  #sweep(now: number): void {
    if (now - this.#sweptAt < SWEEP_INTERVAL_MS) return;
    this.#sweptAt = now;
    for (const [id, { task, usedAt }] of this.#entries) {
      if (now - usedAt <= FORGET_AFTER_MS) continue;
      this.#entries.delete(id);
      this.interrupted.delete(id);
      if (this.#idByName.get(nameKey(task)) === id) this.#idByName.delete(nameKey(task));
    }
  }
}
