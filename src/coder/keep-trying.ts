/** Sitting out a restart of Coder: for calls whose caller has time to wait anyway. */

import { backOffMs } from './back-off.js';
import { type Clock, sleep } from './clock.js';
import { hasTrait } from './errors/error-codes.js';
import { CoderError } from './errors/errors.js';

export interface Patience {
  readonly clock: Clock;
  /** By the clock, in ms; undefined: one try, since nobody wants to wait. */
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
}

const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 5_000;

/**
 * The result of a read, which is made again for as long as Coder looks as if it were restarting: it answered a short time
 * ago and refuses connections now, or what stands in front of it answers in its place. Rejects with the last error when
 * the deadline has come, and at once with every other error or the signal's reason.
 */
export async function keepTrying<Result>(
  read: () => Promise<Result>,
  { clock, deadline, signal }: Patience,
): Promise<Result> {
  for (let failures = 1; ; failures++) {
    try {
      return await read();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof CoderError) || !hasTrait(error.code, 'restarting')) throw error;
      const left = (deadline ?? Number.NEGATIVE_INFINITY) - clock.now();
      if (left <= 0) throw error;
      const pause = backOffMs({ first: FIRST_PAUSE_MS, most: MOST_PAUSE_MS, failures, random: () => 0.5 });
      await sleep(clock, Math.min(pause, left), signal);
    }
  }
}
