/** Arguments that several tools share, described once. */

import { z } from 'zod';
import { isName, isTaskReference, isUuid, referenceForms } from '../tasks/reference.js';
import { isWaitHandle } from '../tasks/watching/handles.js';

const MAX_INPUT_LENGTH = 200_000;

/** How many tasks one wait takes. */
export const MAX_WAITED_TASKS = 50;

/** A task reference, or the handle of a wait. */
export const waitedTaskParam = z
  .string()
  .max(300)
  .refine((text) => isTaskReference(text) || isWaitHandle(text), {
    error: `${referenceForms}, or the handle of a wait; coder_list_tasks shows the names`,
  });

/** A task reference; its forms are those of `tasks/reference.ts`. */
export const taskParam = z
  .string()
  .max(300)
  .refine(isTaskReference, { error: `${referenceForms}; coder_list_tasks shows the names` })
  .describe('name (mine), owner/name, id or page address');

/** Whose: a user name as Coder allows them (an @ before it is taken off), an id or `me`; with `everybody` also `*`. */
export function ownerParam(everybody?: '*') {
  return z
    .string()
    .overwrite((text) => text.trim().replace(/^@/, ''))
    .refine((text) => text === everybody || isNameOrId(text), {
      error: `a user name, an id${everybody ? ', * for everybody' : ''} or me`,
    });
}

export const organizationParam = z.string().trim().refine(isNameOrId, { error: 'the name or id of an organization' });

// A look-alike or a piece of a path is refused here, with its argument's name, before anything is asked of Coder.
function isNameOrId(text: string): boolean {
  return isName(text) || isUuid(text);
}

/** How long to wait; every host's cap is applied to it, so a larger value is no error. */
export function waitSecondsParam(defaultSeconds: number, what: string) {
  return z.number().min(0).max(86_400).default(defaultSeconds).describe(`default ${defaultSeconds}; ${what}`);
}

/** What is said to the agent. */
export const inputParam = z.string().min(1).max(MAX_INPUT_LENGTH);
