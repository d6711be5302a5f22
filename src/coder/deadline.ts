/** Work that has to end by a time, whatever it waits for. */

import { forwardAbort, untilAborted } from './abort.js';
import type { Clock } from './clock.js';

/** The time limit has passed. */
export class TimeUpError extends Error {
  override readonly name = 'TimeUpError';
}

/**
 * The result of `action`, whose signal aborts when `signal` does (with its reason) or after `ms` (with a TimeUpError);
 * rejects in the same moment, even where the action does not listen. No timer is left behind.
 */
export async function withDeadline<Result>(
  clock: Clock,
  ms: number,
  signal: AbortSignal | undefined,
  action: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  signal?.throwIfAborted();
  const end = new AbortController();
  const unlink = forwardAbort(signal, end);
  const timer = clock.setTimeout(() => end.abort(new TimeUpError()), ms);
  try {
    return await untilAborted(action(end.signal), end.signal);
  } finally {
    clock.clearTimeout(timer);
    unlink();
  }
}
