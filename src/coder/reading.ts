/** Something read from Coder, or why it could not be read: for answers that are worth giving in part. */

import { CoderError } from './errors/errors.js';

/** `undefined` where it was not asked for. */
export type Reading<T> = { readonly value: T } | { readonly error: CoderError } | undefined;

/** Waits for a read and turns its CoderError into a value. Rejects with the signal's reason, and with what is no CoderError. */
export async function reading<T>(promise: Promise<T>, signal: AbortSignal): Promise<NonNullable<Reading<T>>> {
  try {
    return { value: await promise };
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof CoderError) return { error };
    throw error;
  }
}

/** What was read; nothing where it failed or was not asked for. */
export function known<T>(reading: Reading<T>): T | undefined {
  return reading && 'value' in reading ? reading.value : undefined;
}

/** Why it could not be read; nothing where it was, or was not asked for. */
export function failureOf(reading: Reading<unknown>): CoderError | undefined {
  return reading && 'error' in reading ? reading.error : undefined;
}
