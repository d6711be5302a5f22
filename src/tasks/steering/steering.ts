/** What every call that steers a task works with: waiting for it with words on the way, and reading it again. */

import type { Clock } from '../../coder/clock.js';
import { CoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import type { TasksContext } from '../context.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';

export interface SteeringContext extends TasksContext {
  readonly clock: Clock;
  readonly host: { readonly maxWaitSeconds: number };
  /** Aborted when the caller cancels: no further request begins. */
  readonly signal: AbortSignal;
  progress(message: string): void;
}

/** When a wait of this length ends, by the clock, under the host's cap; undefined where nobody wants to wait. */
export function deadlineOf(waitSeconds: number, { clock, host }: SteeringContext): number | undefined {
  if (waitSeconds === 0) return undefined;
  return clock.now() + Math.min(waitSeconds, host.maxWaitSeconds) * 1_000;
}

export interface Watched {
  /** The last one, whether it was reached or not. */
  readonly view: TaskView;
  readonly reached: boolean;
  /** Why the watch ended before its time. */
  readonly trouble?: string;
}

/** The view of now, for who does not want to wait. */
export function glimpse(task: Task, { tasks }: SteeringContext): Watched {
  return { view: tasks.view(task), reached: true };
}

/** Waits for a view of a task that was just read, telling the caller each new phase. Rejects with what ended the watch. */
export function watchUntil(
  task: Task,
  isReached: (view: TaskView) => boolean,
  deadline: number,
  { tasks, signal, progress }: SteeringContext,
): Promise<Watched> {
  let phase = tasks.view(task).phase;
  const onView = (view: TaskView) => {
    if (view.phase !== phase) progress(`${nameOf(task)} is ${view.phase}`);
    phase = view.phase;
  };
  return tasks.watcher.until(task, isReached, { deadline, signal, onView });
}

/** The same after something was done that the answer must tell of: what ends the watch is a word beside it, not a failure. */
export async function watchAfterwards(
  task: Task,
  isReached: (view: TaskView) => boolean,
  deadline: number,
  context: SteeringContext,
): Promise<Watched> {
  try {
    return await watchUntil(task, isReached, deadline, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (!(error instanceof CoderError)) throw error;
    const trouble = `waiting ended early: ${error.code.replaceAll('_', ' ')}`;
    return { view: context.tasks.view(task), reached: false, trouble };
  }
}

/** The task as it is now. */
export function reread(task: Task, { tasks, signal }: SteeringContext): Promise<Task> {
  return tasks.find(task.id, signal);
}
