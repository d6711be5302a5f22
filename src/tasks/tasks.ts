/** The tasks of a deployment as this process knows them: reading, summing up; and the watcher that follows them. */

import type { CoderClient } from '../coder/client.js';
import type { Clock } from '../coder/clock.js';
import { isCoderError } from '../coder/errors/errors.js';
import { keepTrying } from '../coder/keep-trying.js';
import { known, reading } from '../coder/reading.js';
import type { Task, User } from '../coder/wire/schemas.js';
import type { Logger } from '../log.js';
import { CreatedHere } from './creating/created-here.js';
import { causeOf } from './diagnosing/diagnosis.js';
import { type FoundTasks, findSeveral } from './find-several.js';
import { TaskFinder } from './finding.js';
import { TaskMemory } from './knowing/memory.js';
import type { Phase } from './knowing/phase.js';
import { type TaskView, viewOf } from './knowing/view.js';
import type { Policy } from './policy.js';
import { Power } from './steering/power.js';
import { PromptChanges } from './steering/prompt-changes.js';
import { Outbox } from './steering/sending/outbox.js';
import {
  type BriefSummary,
  briefSummary,
  type Conversation,
  type FullSummary,
  fullSummary,
  type LastMessageGap,
  type SummaryReads,
} from './summary.js';
import { WaitHandles } from './watching/handles.js';
import { TaskWatcher } from './watching/watcher.js';

// The last message is a courtesy: an answer about a task never waits longer for it.
const LAST_MESSAGE_TIMEOUT_MS = 2_000;

// Phases in which nothing more comes from the agent by itself, so that what it said last is what matters.
const endsInMessage: ReadonlySet<Phase> = new Set(['waiting', 'done', 'failed', 'paused']);

export interface TasksOptions {
  readonly coder: CoderClient;
  readonly clock: Clock;
  readonly log: Logger;
  /** Age in seconds from which an idle report counts as your turn where logs cannot be read. */
  readonly idleSeconds: number;
  readonly policy: Policy;
  readonly random?: () => number;
}

export class Tasks {
  readonly memory: TaskMemory;
  /** What this process has created. */
  readonly created = new CreatedHere();
  /** From references to tasks. */
  readonly finder: TaskFinder;
  readonly watcher: TaskWatcher;
  /** Short words for the tasks that waits left pending. */
  readonly handles: WaitHandles;
  /** Stops and starts workspaces. */
  readonly power: Power;
  /** Prompts given to tasks, and whether they were told. */
  readonly promptChanges: PromptChanges;
  /** Messages on their way to agents. */
  readonly outbox: Outbox;
  readonly #coder: CoderClient;
  readonly #clock: Clock;
  readonly #idleMs: number;

  constructor(options: TasksOptions) {
    this.#coder = options.coder;
    this.#clock = options.clock;
    this.#idleMs = options.idleSeconds * 1_000;
    this.memory = new TaskMemory(
      () => options.coder.now(),
      () => options.coder.identity,
    );
    this.finder = new TaskFinder({ coder: options.coder, memory: this.memory, policy: options.policy });
    this.handles = new WaitHandles(options.random);
    this.watcher = new TaskWatcher({ ...options, memory: this.memory });
    this.power = new Power(options.coder, options.clock);
    this.promptChanges = new PromptChanges(() => options.coder.now());
    this.outbox = new Outbox(options.coder, this.memory);
  }

  /** Who the token belongs to; read once. */
  me(signal: AbortSignal): Promise<User> {
    return this.finder.me(signal);
  }

  /**
   * The task that a reference names, read now (errors: `TaskFinder.find`). With a deadline, by the clock, a restart of
   * Coder is sat out until then.
   */
  find(reference: string, signal: AbortSignal, deadline?: number): Promise<Task> {
    return keepTrying(() => this.finder.find(reference, signal), { clock: this.#clock, deadline, signal });
  }

  /** As `find`, but a task that is gone comes as it was when this process last saw it. */
  findOrGone(reference: string, signal: AbortSignal): Promise<Task> {
    return this.finder.findOrGone(reference, signal);
  }

  /** The tasks that several references name, those of the caller by one list. */
  findSeveral(references: readonly string[], signal: AbortSignal): Promise<FoundTasks> {
    return findSeveral(references, { coder: this.#coder, memory: this.memory, finder: this.finder }, signal);
  }

  /** Whether Coder no longer knows the task. */
  isGone(task: Task): boolean {
    return this.finder.isGone(task);
  }

  /** What is known about a task that has just been read. */
  view(task: Task): TaskView {
    return this.watcher.view(task);
  }

  /** The view of a task that `memory` has seen: of one in a list that nobody has asked about, which this process forgets again. */
  viewIn(memory: TaskMemory, task: Task): TaskView {
    const now = this.#coder.now();
    const sight = { task, taskReadAt: now, logs: { is: 'unread' } as const, isWorkspaceUnreadable: false };
    return viewOf(sight, memory, { now, idleMs: this.#idleMs }).view;
  }

  /** Learns whose token this is, once, to tell the caller's tasks from those of others; without an answer all count as the caller's. */
  async learnWhoAmI(signal: AbortSignal): Promise<void> {
    if (this.memory.me !== undefined) return;
    const me = known(await reading(this.me(signal), signal));
    if (me) this.memory.noteMe(me.username);
  }

  /** The small summary of a view, with the agent's last message when somebody has to act on it. */
  async brief(view: TaskView, signal: AbortSignal): Promise<BriefSummary> {
    return briefSummary(...(await this.#withReads(view, signal, 'on your turn')));
  }

  /** The large summary of a view. */
  async full(view: TaskView, signal: AbortSignal): Promise<FullSummary> {
    return fullSummary(...(await this.#withReads(view, signal, 'always')), this.#coder.url ?? '');
  }

  /** The small summary without the last message, for answers that carry the conversation themselves. */
  async briefWithoutMessage(view: TaskView, signal: AbortSignal): Promise<BriefSummary> {
    return briefSummary(...(await this.#withReads(view, signal, 'never')));
  }

  /** The view with what its workspace and its owner tell, and what else an answer about it says. */
  async #withReads(
    view: TaskView,
    signal: AbortSignal,
    message: 'always' | 'on your turn' | 'never',
  ): Promise<[TaskView, SummaryReads]> {
    const facts = Promise.all([this.#readWorkspace(view, signal), this.learnWhoAmI(signal)]);
    // Only its workspace tells whether a paused task was cut off, and so whether anybody has to read what it said.
    if (view.phase === 'paused') await facts;
    const [conversation, cause] = await Promise.all([
      wantsMessage(message, this.#completed(view)) ? this.#conversation(view, signal) : undefined,
      view.phase === 'paused' ? undefined : causeOf(this.#coder, view, signal),
      facts,
    ]);
    const completed = this.#completed(view);
    const reason = cause ?? (await causeOf(this.#coder, completed, signal));
    const said = this.memory.lastSent(view.task.id)?.input;
    return [completed, { conversation, cause: reason, said, isMine: !this.memory.isOthers(view.task) }];
  }

  /** The view with what was read since: a wait may know more of its phase, but not how its turn ended, why it stopped and whose it is. */
  #completed(view: TaskView): TaskView {
    const { phase, since, outcome, turn, cause } = this.watcher.view(view.task);
    if (phase !== view.phase) return view;
    return {
      ...view,
      turn,
      ...(since !== undefined && { since }),
      ...(outcome && { outcome }),
      ...(cause && { cause }),
    };
  }

  /** Its workspace, where it tells how the agent's turn ended, why it stopped, or since when: read once for each report and build. */
  async #readWorkspace({ task, phase, outcome }: TaskView, signal: AbortSignal): Promise<void> {
    if (task.workspace_id === null || outcome !== undefined) return;
    if (phase !== 'waiting' && phase !== 'paused') return;
    if (this.memory.knowsWorkspace(task)) return;
    const call = { signal, timeoutMs: LAST_MESSAGE_TIMEOUT_MS };
    const workspace = known(await reading(this.#coder.getWorkspace(task.workspace_id, call), signal));
    if (workspace) this.memory.seeWorkspace(task.id, workspace);
  }

  /** The conversation of a task whose agent's turn is over: read within two seconds, or why not. */
  async #conversation(view: TaskView, signal: AbortSignal): Promise<Conversation | undefined> {
    if (view.entries) return { entries: view.entries };
    try {
      const ref = { user: 'me', task: view.task.id };
      const logs = await this.#coder.getTaskLogs(ref, { signal, timeoutMs: LAST_MESSAGE_TIMEOUT_MS });
      return logs.snapshot && logs.logs.length === 0 ? { missing: 'no_snapshot' } : { entries: logs.logs };
    } catch (error) {
      signal.throwIfAborted();
      return { missing: gapOf(error) };
    }
  }

  close(): void {
    this.watcher.close();
  }
}

function wantsMessage(message: 'always' | 'on your turn' | 'never', { phase, turn }: TaskView): boolean {
  return message !== 'never' && endsInMessage.has(phase) && (message === 'always' || turn !== 'nobody');
}

/** Why a conversation that should be there cannot be read. */
function gapOf(error: unknown): LastMessageGap {
  if (isCoderError(error, 'not_found')) return 'no_connect_right';
  // Our own two seconds ran out: that says nothing of the agent.
  if (isCoderError(error, 'timeout')) return 'not_read';
  return isCoderError(error, 'task_not_active', 'task_paused') ? 'paused_on_this_version' : 'unreachable';
}
