/** The tasks of a deployment as this process knows them: reading, summing up; and the watcher that follows them. */

import type { CoderClient } from '../coder/client.js';
import type { Clock } from '../coder/clock.js';
import { isCoderError } from '../coder/errors/errors.js';
import type { Task, User } from '../coder/wire/schemas.js';
import type { Logger } from '../log.js';
import { causeOf } from './diagnosing/diagnosis.js';
import { TaskFinder } from './finding.js';
import { TaskMemory } from './knowing/memory.js';
import { type Phase, phaseOf } from './knowing/phase.js';
import type { Policy } from './policy.js';
import { Power } from './steering/power.js';
import { Outbox } from './steering/send-outbox.js';
import {
  type Beside,
  type BriefSummary,
  briefSummary,
  type Conversation,
  type FullSummary,
  fullSummary,
  type LastMessageGap,
} from './summary.js';
import { type TaskView, TaskWatcher } from './watching/watcher.js';

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
  /** From references to tasks. */
  readonly finder: TaskFinder;
  readonly watcher: TaskWatcher;
  /** Stops and starts workspaces. */
  readonly power: Power;
  /** Messages on their way to agents. */
  readonly outbox: Outbox;
  readonly #coder: CoderClient;

  constructor(options: TasksOptions) {
    this.#coder = options.coder;
    this.memory = new TaskMemory(() => options.coder.now());
    this.finder = new TaskFinder({ coder: options.coder, memory: this.memory, policy: options.policy });
    this.watcher = new TaskWatcher({ ...options, memory: this.memory });
    this.power = new Power(options.coder, options.clock);
    this.outbox = new Outbox(options.coder, this.memory);
  }

  /** Who the token belongs to; read once. */
  me(signal: AbortSignal): Promise<User> {
    return this.finder.me(signal);
  }

  /** The task that a reference names, read now (errors: `TaskFinder.find`). */
  find(reference: string, signal: AbortSignal): Promise<Task> {
    return this.finder.find(reference, signal);
  }

  /** As `find`, but a task that is gone comes as it was when this process last saw it. */
  findOrGone(reference: string, signal: AbortSignal): Promise<Task> {
    return this.finder.findOrGone(reference, signal);
  }

  /** Whether Coder no longer knows the task. */
  isGone(task: Task): boolean {
    return this.finder.isGone(task);
  }

  /** What is known about a task that has just been read. */
  view(task: Task): TaskView {
    return this.watcher.view(task);
  }

  /** The phase as it counts, also of one of thousands in a list: what was never asked about is not remembered for that. */
  phaseOf(task: Task): Phase {
    return this.memory.seen({ id: task.id }) ? this.view(task).phase : phaseOf(task);
  }

  /** The small summary of a view, with the agent's last message when it is the caller's turn. */
  async brief(view: TaskView, signal: AbortSignal): Promise<BriefSummary> {
    return briefSummary(view, await this.#beside(view, signal));
  }

  /** The large summary of a view. */
  async full(view: TaskView, signal: AbortSignal): Promise<FullSummary> {
    return fullSummary(view, await this.#beside(view, signal), this.#coder.url ?? '');
  }

  /** The small summary without the last message, for answers that carry the conversation themselves. */
  async briefWithoutMessage(view: TaskView, signal: AbortSignal): Promise<BriefSummary> {
    return briefSummary(view, { cause: await causeOf(this.#coder, view, signal) });
  }

  async #beside(view: TaskView, signal: AbortSignal): Promise<Beside> {
    const [conversation, cause] = await Promise.all([
      this.#conversation(view, signal),
      causeOf(this.#coder, view, signal),
    ]);
    return { conversation, cause };
  }

  /** The conversation of a task whose turn it is for the caller: read within two seconds, or why not. */
  async #conversation(view: TaskView, signal: AbortSignal): Promise<Conversation | undefined> {
    if (!endsInMessage.has(view.phase)) return undefined;
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

/** Why a conversation that should be there cannot be read. */
function gapOf(error: unknown): LastMessageGap {
  if (isCoderError(error, 'not_found')) return 'no_connect_right';
  return isCoderError(error, 'task_not_active', 'task_paused') ? 'paused_on_this_version' : 'unreachable';
}
