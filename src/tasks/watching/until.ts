/** Waiting for one task until it looks as the caller wants it. */

import type { Task } from '../../coder/wire/schemas.js';
import type { TaskView } from '../knowing/view.js';
import type { TaskWatcher } from './watcher.js';

export interface UntilOptions {
  /** By the clock that the watcher was given, in ms. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** Each view on the way, the first and the last included. */
  readonly onView?: (view: TaskView) => void;
  readonly logs?: boolean;
}

/**
 * Waits for a view that `isReached` accepts, at most until the deadline; `view` is the last one in both cases.
 * Rejects with the signal's reason at once, or with the CoderError that ended the watch.
 */
export async function untilReached(
  watcher: Pick<TaskWatcher, 'clock' | 'glance' | 'follow' | 'noteEnd'>,
  task: Task,
  isReached: (view: TaskView) => boolean,
  { deadline, signal, onView, logs = false }: UntilOptions,
): Promise<{ view: TaskView; reached: boolean }> {
  signal.throwIfAborted();
  const { clock } = watcher;
  const first = watcher.glance(task, deadline);
  if (isReached(first)) {
    onView?.(first);
    return { view: first, reached: true };
  }
  if (clock.now() >= deadline) return { view: first, reached: false };
  return new Promise((resolve, reject) => {
    const finish = (settle: () => void) => {
      clock.clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      followed.close();
      settle();
    };
    const end = (view: TaskView, reached: boolean) => {
      watcher.noteEnd(view, reached);
      finish(() => resolve({ view, reached }));
    };
    const onAbort = () => finish(() => reject(signal.reason));
    const listener = (view: TaskView) => {
      try {
        onView?.(view);
        if (isReached(view)) end(view, true);
      } catch (error) {
        // A defect of the caller is the caller's to hear of, not the watch's.
        finish(() => reject(error));
      }
    };
    const onFailure = (error: unknown) => finish(() => reject(error));
    const followed = watcher.follow(task, listener, { logs, onFailure });
    const timer = clock.setTimeout(() => end(followed.view, false), deadline - clock.now());
    signal.addEventListener('abort', onAbort);
  });
}
