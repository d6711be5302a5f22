/** How long a person who is choosing something waits for Coder. */

import { type Clock, sleep } from '../coder/clock.js';

/**
 * What `run` gives, or `fallback` when it fails or takes longer than `ms`: for lists and suggestions, which must come soon
 * or not at all. An abort by the caller is passed on.
 */
export async function orElse<T>(
  fallback: T,
  { clock, ms, signal }: { readonly clock: Clock; readonly ms: number; readonly signal: AbortSignal },
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  const stop = AbortSignal.any([signal, end.signal]);
  const timeout = sleep(clock, ms, stop).then(
    () => end.abort(new Error('out of time')),
    () => undefined,
  );
  try {
    return await run(stop);
  } catch {
    signal.throwIfAborted();
    return fallback;
  } finally {
    end.abort();
    await timeout;
  }
}
