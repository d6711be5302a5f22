/** When a failed exchange is tried again by itself, and after how long. */

import { backOffMs } from '../back-off.js';
import type { RepeatPolicy } from '../endpoints.js';
import { hasTrait } from '../errors/error-codes.js';
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
  if (policy === 'never' || tries >= MOST_TRIES || !mayBeRepeated(policy, error)) return undefined;
  const own = backOffMs({ first: FIRST_PAUSE_MS, most: LONGEST_PAUSE_MS, failures: tries, random });
  const pause = Math.max(own, error.retryAfterMs ?? 0);
  return pause <= LONGEST_PAUSE_MS ? pause : undefined;
}

function mayBeRepeated(policy: RepeatPolicy, error: CoderError): boolean {
  // 428 is a limit that repeating within seconds does not lift.
  if (hasTrait(error.code, 'repeated')) return error.status !== 428;
  if (hasTrait(error.code, 'repeated_if_unavailable') && isUnavailable(error)) return true;
  // Up to 2.29 a delete that races with the provisioner is done, but says it failed (coder-api §3.4).
  return isIncomplete(error) || (policy === 'delete' && error.serverMessage === 'Failed to delete task');
}

function isUnavailable({ status }: CoderError): boolean {
  return status === 502 || status === 503 || status === 504;
}
