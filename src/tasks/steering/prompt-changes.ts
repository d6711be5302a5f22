/** The prompts that this process has given to tasks, and whether their agents were told them (behaviour §3.1, §3.8). */

import { CoderError } from '../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../coder/wire/schemas.js';
import { wasTold } from '../conversation/after-start.js';
import type { SteeringContext } from './steering.js';

// As long as a call that ran out of time is likely to be repeated.
const REMEMBER_MS = 60 * 60_000;
const READ_MS = 5_000;

export interface PromptChange {
  readonly input: string;
  /** The prompt before; undefined where it is not known. */
  readonly previous: string | undefined;
  /** By the deployment's clock. */
  readonly at: number;
  /** When the start that takes it was asked for; undefined before that. */
  readonly startedAt?: number;
  /** The conversation as it was saved at the pause before that start. */
  readonly saved?: readonly LogEntry[];
}

export class PromptChanges {
  readonly #now: () => number;
  readonly #changes = new Map<string, PromptChange>();

  /** `now` is the deployment's time in ms. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** The last prompt that this process was given for the task within the last hour. */
  of(taskId: string): PromptChange | undefined {
    for (const [id, { at }] of this.#changes) if (this.#now() - at > REMEMBER_MS) this.#changes.delete(id);
    return this.#changes.get(taskId);
  }

  /** Remembers a prompt as it was given; the one before it stays known when the same call is repeated. */
  given(taskId: string, input: string, standing: string): void {
    const known = this.of(taskId);
    if (known?.input === input) return;
    const previous = standing.trim() === input ? undefined : standing;
    this.#changes.set(taskId, { input, previous, at: this.#now() });
  }

  /** Remembers that a start was asked for that takes the prompt. */
  started(taskId: string, startedAt: number, saved: readonly LogEntry[]): void {
    const known = this.of(taskId);
    if (known) this.#changes.set(taskId, { ...known, startedAt, saved });
  }
}

/** The conversation as it was saved at the pause, to tell later whether the old session goes on; empty where unreadable. */
export async function savedConversation(task: Task, { coder, signal }: SteeringContext): Promise<readonly LogEntry[]> {
  try {
    const { logs, snapshot } = await coder.getTaskLogs({ user: 'me', task: task.id }, { signal, timeoutMs: READ_MS });
    return snapshot ? logs : [];
  } catch (error) {
    if (error instanceof CoderError) return [];
    throw error;
  }
}

/** Whether the agent of a task that runs with this prompt was told it; undefined where that cannot be told, or not yet. */
export async function isTold(task: Task, input: string, context: SteeringContext): Promise<boolean | undefined> {
  const { coder, tasks, signal } = context;
  const change = tasks.promptChanges.of(task.id);
  try {
    const { logs, snapshot } = await coder.getTaskLogs({ user: 'me', task: task.id }, { signal, timeoutMs: READ_MS });
    if (snapshot) return undefined;
    const evidence = {
      entries: logs,
      saved: change?.saved ?? [],
      prompt: input,
      report: task.current_state,
      // Without a start of ours no report can be set against it.
      startedAt: change?.startedAt ?? Number.POSITIVE_INFINITY,
    };
    return wasTold(evidence, change?.previous);
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoderError) return undefined;
    throw error;
  }
}
