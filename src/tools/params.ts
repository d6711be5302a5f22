/** Arguments that several tools share, described once. */

import { z } from 'zod';
import {
  isName,
  isTaskReference,
  isUuid,
  MAX_REFERENCE_CHARS,
  referenceForms,
  splitReferences,
} from '../tasks/reference.js';
import { isWaitHandle } from '../tasks/watching/handles.js';

const MAX_INPUT_LENGTH = 200_000;

/** How many tasks one call takes. */
export const MAX_TASKS = 50;

/** A task reference, or the handle of a wait. */
export const waitedTaskParam = z
  .string()
  .max(MAX_REFERENCE_CHARS)
  .refine((text) => isWaitHandle(text) || splitReferences(text).every(isTaskReference), {
    error: `${referenceForms}, or the handle of a wait; coder_list_tasks shows the names`,
  });

/** A task reference; `tasks/reference.ts` reads it when the task is looked for. */
const taskReference = z.string().max(MAX_REFERENCE_CHARS);

export const taskParam = taskReference.describe('name (mine), owner/name, id or page address');

/** References for a tool that takes several tasks; a single text counts as a list of one. */
export const tasksParam = z.array(taskReference).min(1).max(MAX_TASKS);

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
