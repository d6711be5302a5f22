/** What has been read of one watched task: itself, its conversation, and its workspace when that matters. */

import type { CoderClient } from '../../coder/client.js';
import { hasTrait } from '../../coder/errors/error-codes.js';
import { type CoderError, isCoderError, isSignedOut, isTransient } from '../../coder/errors/errors.js';
import type { LogEntry, Task, Workspace } from '../../coder/wire/schemas.js';
import { confirmGone } from '../finding.js';
import type { LogsKnown } from '../knowing/judgement.js';
import type { TaskMemory } from '../knowing/memory.js';
import { phaseOf } from '../knowing/phase.js';
import { type ViewWithRead, viewOf } from '../knowing/view.js';
import type { Gate } from './gate.js';
import type { ReadStart } from './reads.js';

const MAX_REFUSALS = 3;

export interface StateContext {
  readonly coder: Pick<CoderClient, 'getMe' | 'getTask' | 'getTaskLogs' | 'getWorkspace' | 'listTasks' | 'now'>;
  readonly memory: TaskMemory;
  readonly idleMs: number;
  readonly logsGate: Gate;
  begin(): ReadStart;
}

export class KnownState {
  readonly #context: StateContext;
  #task: Task;
  #taskReadAt: number;
  /** Of the read that all this rests on. */
  #order = 0;
  #movedAt = Number.NEGATIVE_INFINITY;
  #logs: LogsKnown = { is: 'unread' };
  #logsReadAt = Number.NEGATIVE_INFINITY;
  #entries: readonly LogEntry[] | undefined;
  #logsError: CoderError | undefined;
  /** The last look at the conversation failed on the way; whether that is only the conversation's trouble is open. */
  #logsFailure: { readonly error: CoderError; readonly order: number } | undefined;
  /** In a row: Coder does not give out the conversation in the task's state. */
  #refusals = 0;
  #workspaceReadFor: string | undefined;
  #workspaceStatus: string | undefined;
  /** Why what is known may be out of date. */
  trouble: string | undefined;

  constructor(context: StateContext, task: Task) {
    this.#context = context;
    this.#task = task;
    this.#taskReadAt = context.memory.seen({ id: task.id })?.lastSeen ?? Number.NEGATIVE_INFINITY;
  }

  get task(): Task {
    return this.#task;
  }

  /** When the read of the task began that this rests on; server ms. */
  get taskReadAt(): number {
    return this.#taskReadAt;
  }

  /** When the read began that showed another report or phase than the one before it. */
  get movedAt(): number {
    return this.#movedAt;
  }

  get logsReadAt(): number {
    return this.#logsReadAt;
  }

  get logsAre(): LogsKnown['is'] {
    return this.#logs.is;
  }

  /** Whether a look at the task itself has to tell what a failed look at its conversation means. */
  get isInDoubt(): boolean {
    return this.#logsFailure !== undefined;
  }

  get isGone(): boolean {
    return this.#context.memory.seen({ id: this.#task.id })?.goneAt !== undefined;
  }

  /** Nothing more can come of this task: its workspace is gone as well, or closed to us. */
  get isOver(): boolean {
    return this.isGone && (this.#workspaceStatus === 'deleted' || this.#workspaceStatus === 'unreadable');
  }

  get knowsEnd(): boolean {
    return this.#workspaceStatus !== undefined;
  }

  /** Whether Coder gives out the conversation in this phase (coder-api §3.7). */
  get hasLogs(): boolean {
    return ['active', 'paused', 'pending', 'initializing'].includes(this.#task.status) && !this.isGone;
  }

  /** Takes in the task as a read that began then shows it, unless a later one has been taken in. */
  see(task: Task, start: ReadStart): void {
    if (start.order < this.#order) return;
    this.trouble = undefined;
    // Another build is another agent, whose conversation starts over; and what stood in one phase need not in the next.
    if (task.workspace_build_number !== this.#task.workspace_build_number) {
      this.#entries = undefined;
      this.#logsError = undefined;
    }
    const isNewStage = stageOf(task) !== this.#stage;
    if (isNewStage) this.#logs = { is: 'unread' };
    if (isNewStage || task.current_state?.timestamp !== this.#task.current_state?.timestamp) this.#movedAt = start.at;
    this.#task = task;
    this.#taskReadAt = start.at;
    this.#order = start.order;
    this.#context.memory.see(task);
    this.#judgeLogsFailure(start);
  }

  /** Coder answers for the task, but not for its conversation: behind a proxy a lost agent looks like that for hours. */
  #judgeLogsFailure({ order }: ReadStart): void {
    if (this.#logsFailure === undefined || order < this.#logsFailure.order) return;
    this.#logs = { is: 'unreadable' };
    this.#logsError = this.#logsFailure.error;
    this.#logsFailure = undefined;
  }

  /** The workspace of a task that is gone lives on for a while, until its disk is destroyed. */
  seeWorkspace(workspace: Workspace): void {
    this.#context.memory.seeWorkspace(this.#task.id, workspace);
    if (this.isGone) this.#workspaceStatus = workspace.latest_build.status;
  }

  /** The task was found to be gone: a read that began before that says nothing. */
  seeGone({ order }: ReadStart): void {
    this.#order = Math.max(this.#order, order);
  }

  /** Reads the task; after a 404 the list tells whether it is gone. Rejects with what else went wrong. */
  async readTask(signal: AbortSignal, start: ReadStart): Promise<void> {
    try {
      const task = await this.#context.coder.getTask({ user: 'me', task: this.#task.id }, { signal });
      this.see(task, start);
    } catch (error) {
      if (!isCoderError(error, 'not_found')) throw error;
      const { coder, memory } = this.#context;
      await confirmGone(coder, this.#task, error, signal);
      this.seeGone(start);
      // What nobody asked about for long may be forgotten; that it existed must not be.
      if (memory.seen({ id: this.#task.id }) === undefined) memory.see(this.#task);
      memory.markGone(this.#task.id);
    }
  }

  /** Reads the conversation, or learns that it is closed to us; rejects with a failure that will pass. */
  async readLogs(signal: AbortSignal, { at }: ReadStart): Promise<void> {
    const { coder, memory, begin } = this.#context;
    const { id, workspace_build_number } = this.#task;
    // Coder would answer only when the message has been typed (screens §1.6).
    if (memory.isPosting(id)) return;
    this.#logsReadAt = at;
    try {
      const { logs } = await this.#context.logsGate.run(signal, () =>
        coder.getTaskLogs({ user: 'me', task: id }, { signal }),
      );
      memory.seeLogs(id, logs, at);
      this.#entries = logs;
      this.#logsError = undefined;
      this.#logsFailure = undefined;
      this.#refusals = 0;
      const seen = memory.logs(id);
      // It may be the conversation of the build before, if the next has begun meanwhile.
      if (seen && workspace_build_number === this.#task.workspace_build_number) this.#logs = { is: 'read', seen };
    } catch (error) {
      // The look was due, so what an earlier one showed does not count until it has been made.
      if (this.#logs.is === 'read') this.#logs = { is: 'unread' };
      if (signal.aborted || !isCoderError(error)) throw error;
      // A failure on the way says little about the conversation, and a bad token is everybody's trouble.
      if (isTransient(error) && this.#logs.is === 'unreadable') return;
      if (isTransient(error)) this.#logsFailure = { error, order: begin().order };
      if (isTransient(error) || isSignedOut(error)) throw error;
      this.#logsError = error;
      // Mostly the task has just left the state that we know it in: the next read of it will tell.
      const isOvertaken = hasTrait(error.code, 'conversation_closed');
      this.#refusals += 1;
      if (!isOvertaken || this.#refusals >= MAX_REFUSALS) this.#logs = { is: 'unreadable' };
    }
  }

  /** Reads the workspace for its times, or for what became of it; rejects only where another try is worth it. */
  async readWorkspace(signal: AbortSignal): Promise<void> {
    const { coder } = this.#context;
    const { workspace_id } = this.#task;
    this.#workspaceReadFor = this.#stage;
    try {
      if (workspace_id === null) this.#workspaceStatus = 'unreadable';
      else this.seeWorkspace(await coder.getWorkspace(workspace_id, { includeDeleted: true, signal }));
    } catch (error) {
      if (!isCoderError(error)) throw error;
      if (!isTransient(error))
        this.#workspaceStatus = isCoderError(error, 'workspace_deleted') ? 'deleted' : 'unreadable';
      // Of a task that is there, the times only make its age more exact.
      else if (this.isGone) throw error;
    }
  }

  judge(): ViewWithRead {
    const { memory, coder, idleMs } = this.#context;
    return viewOf(
      {
        task: this.#task,
        taskReadAt: this.#taskReadAt,
        logs: this.#logs,
        entries: this.#entries,
        logsError: this.#logsError,
        isWorkspaceUnreadable: this.#workspaceReadFor === this.#stage,
        workspaceStatus: this.isGone ? this.#workspaceStatus : undefined,
        trouble: this.trouble,
      },
      memory,
      { now: coder.now(), idleMs },
    );
  }

  get #stage(): string {
    return stageOf(this.#task);
  }
}

/** A build and a phase on it. */
function stageOf(task: Task): string {
  return `${task.workspace_build_number} ${phaseOf(task)}`;
}
