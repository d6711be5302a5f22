/** Arguments that several tools share, described once. */

import { z } from 'zod';

export const MAX_INPUT_LENGTH = 200_000;

/** A task reference; its forms are those of `tasks/reference.ts`. */
export const taskParam = z.string().min(1).max(300).describe('name (mine), owner/name, id, or dashboard address');

/** How long to wait; every host's cap is applied to it, so a larger value is no error. */
export function waitSecondsParam(defaultSeconds: number, what: string) {
  return z.number().min(0).max(86_400).default(defaultSeconds).describe(what);
}

/** What is said to the agent. */
export const inputParam = z.string().min(1).max(MAX_INPUT_LENGTH);
