/** Stopping: how the signals of callers reach what runs for them. */

import { setMaxListeners } from 'node:events';

/** Passes the abort of one signal on; the function it returns stops that. */
export function forwardAbort(signal: AbortSignal | undefined, to: AbortController): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) {
    to.abort(signal.reason);
    return () => {};
  }
  const onAbort = () => to.abort(signal.reason);
  listen(signal, onAbort);
  return () => signal.removeEventListener('abort', onAbort);
}

/** The promise, or at once the signal's reason when that comes first. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    listen(signal, onAbort);
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

// One call may run many requests at once: no leak, though Node warns of one from the eleventh listener on.
function listen(signal: AbortSignal, onAbort: () => void): void {
  setMaxListeners(0, signal);
  signal.addEventListener('abort', onAbort, { once: true });
}
