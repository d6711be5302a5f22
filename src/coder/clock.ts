/** Time as a value that is passed in: what everything that waits or stamps takes, so that tests move it by hand. */

export interface Clock {
  /** Milliseconds since the epoch, by this machine. */
  now(): number;
  setTimeout(callback: () => void, ms: number): unknown;
  clearTimeout(handle: unknown): void;
}

// Node takes a longer delay for none, with a warning.
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  // Node's timers have a number as their primitive value, and clearTimeout takes it.
  setTimeout: (callback, ms) => Number(setTimeout(callback, Math.min(Math.max(ms, 0) || 0, LONGEST_TIMER_MS))),
  clearTimeout: (handle) => {
    if (typeof handle === 'number') clearTimeout(handle);
  },
};

/** Resolves after `ms`, or rejects at once with the signal's reason. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      clock.clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = clock.setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
