/** When a failed exchange is tried again by itself, and after how long. */

import type { RepeatPolicy } from '../endpoints.js';
import type { CoderError } from '../errors/errors.js';
import { isIncomplete } from './answer.js';

const MOST_TRIES = 3;
const FIRST_PAUSE_MS = 250;
// Longer than this a caller should decide: hosts cut calls, and the rate limit's window is a minute.
const LONGEST_PAUSE_MS = 8_000;

/** Milliseconds until the next try, or undefined when there is none. `tries` counts those made; random is in [0, 1). */
export function pauseBeforeRetry(
  policy: RepeatPolicy,
  error: CoderError,
  tries: number,
  random: () => number,
): number | undefined {
  if (policy === 'never' || tries >= MOST_TRIES || !isPassing(policy, error)) return undefined;
  const jittered = FIRST_PAUSE_MS * 2 ** (tries - 1) * (0.5 + random());
  const pause = Math.max(jittered, error.retryAfterMs ?? 0);
  return pause <= LONGEST_PAUSE_MS ? pause : undefined;
}

function isPassing(policy: RepeatPolicy, error: CoderError): boolean {
  switch (error.code) {
    case 'network':
    case 'connection_lost':
    case 'rate_limited':
      return error.status !== 428;
    case 'gateway':
      return isUnavailable(error);
    case 'server_error':
      // Up to 2.29 a delete that races with the provisioner is done, but says it failed (coder-api §3.4).
      return isUnavailable(error) || (policy === 'delete' && error.serverMessage === 'Failed to delete task');
    default:
      return isIncomplete(error);
  }
}

function isUnavailable({ status }: CoderError): boolean {
  return status === 502 || status === 503 || status === 504;
}
