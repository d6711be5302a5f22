/** The tasks of a deployment as this process knows them: finding, reading, summing up; and the watcher that follows them. */

import type { CoderClient } from '../coder/client.js';
import type { Clock } from '../coder/clock.js';
import { CoderError, isCoderError } from '../coder/errors/errors.js';
import type { Task, User } from '../coder/wire/schemas.js';
import type { Logger } from '../log.js';
import { ageText } from '../text/age.js';
import { nearest } from '../text/names.js';
import { causeOf } from './diagnosing/diagnosis.js';
import { type SeenTask, TaskMemory } from './knowing/memory.js';
import { type Phase, phaseOf } from './knowing/phase.js';
import type { Policy } from './policy.js';
import { isUuid, parseTaskReference } from './reference.js';
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
  readonly watcher: TaskWatcher;
  /** Stops and starts workspaces. */
  readonly power: Power;
  /** Messages on their way to agents. */
  readonly outbox: Outbox;
  readonly #coder: CoderClient;
  readonly #policy: Policy;
  #me: User | undefined;

  constructor(options: TasksOptions) {
    this.#coder = options.coder;
    this.#policy = options.policy;
    this.memory = new TaskMemory(() => options.coder.now());
    this.watcher = new TaskWatcher({ ...options, memory: this.memory });
    this.power = new Power(options.coder, options.clock);
    this.outbox = new Outbox(options.coder, this.memory);
  }

  /** Who the token belongs to; read once. */
  async me(signal: AbortSignal): Promise<User> {
    const me = this.#me ?? (await this.#coder.getMe({ signal }));
    this.#me = me;
    this.memory.noteMe(me.username);
    return me;
  }

  /**
   * The task that a reference names, read now. Errors: InputError for what is no reference; CoderError `task_gone` for a
   * task that this process has seen, `not_found` with the nearest names for one that it has not (coder-api §2.3).
   */
  async find(reference: string, signal: AbortSignal): Promise<Task> {
    const path = parseTaskReference(reference);
    try {
      const task = await this.#coder.getTask(path, { signal });
      if (path.user === 'me' && !isUuid(path.task)) this.memory.noteMe(task.owner_name);
      // Whose turn it is depends on whose task it is. Some tokens may not ask who they belong to.
      else if (this.memory.me === undefined) await this.me(signal).catch(() => signal.throwIfAborted());
      if (this.#policy.rules.allowedOwners)
        this.#policy.requireOwner(task.owner_name, (await this.me(signal)).username);
      this.memory.see(task);
      return task;
    } catch (error) {
      if (isCoderError(error, 'not_found')) throw await this.#notFound(reference, error, signal);
      throw error;
    }
  }

  /** As `find`, but a task that is gone comes as it was when this process last saw it. */
  async findOrGone(reference: string, signal: AbortSignal): Promise<Task> {
    try {
      return await this.find(reference, signal);
    } catch (error) {
      const seen = isCoderError(error, 'task_gone') ? this.seen(reference) : undefined;
      if (seen) return seen.task;
      throw error;
    }
  }

  /** The last sight of the task that a reference names, from memory. */
  seen(reference: string): SeenTask | undefined {
    const { user, task } = parseTaskReference(reference);
    const owner = user === 'me' ? this.memory.me : user;
    return this.memory.seen({ id: task }) ?? this.memory.seen({ ...(owner && { owner }), name: task });
  }

  /** Whether Coder no longer knows the task. */
  isGone({ id }: Task): boolean {
    return this.memory.seen({ id })?.goneAt !== undefined;
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

  async #notFound(reference: string, error: CoderError, signal: AbortSignal): Promise<CoderError> {
    const seen = this.seen(reference);
    if (seen) {
      this.memory.markGone(seen.id);
      const age = ageText(this.#coder.now() - seen.lastSeen);
      return new CoderError('task_gone', `${seen.owner}/${seen.name} is gone; it was last seen ${age} ago`, {
        ...error,
        cause: error,
      });
    }
    const path = parseTaskReference(reference);
    const name = path.user === 'me' ? path.task : `${path.user}/${path.task}`;
    const alternatives = await this.#nearestTo(path, signal);
    return new CoderError('not_found', `no task ${name} found`, { ...error, alternatives, cause: error });
  }

  /** The nearest three names that exist, as references; none when they cannot be read. */
  async #nearestTo(path: { user: string; task: string }, signal: AbortSignal): Promise<readonly string[]> {
    try {
      const { tasks } = await this.#coder.listTasks({ owner: path.user }, { signal });
      return nearest(
        path.task,
        tasks.map((task) => task.name),
      ).map((name) => `${tasks[0]?.owner_name}/${name}`);
    } catch {
      // Only a help for the error that is already on its way.
      signal.throwIfAborted();
      return [];
    }
  }
}

/** Why a conversation that should be there cannot be read. */
function gapOf(error: unknown): LastMessageGap {
  if (isCoderError(error, 'not_found')) return 'no_connect_right';
  return isCoderError(error, 'task_not_active', 'task_paused') ? 'paused_on_this_version' : 'unreachable';
}
