/** Doing the same to one task or to several, side by side: the arguments, the answer and its text (behaviour §3). */

import { z } from 'zod';
import { CoderError, ConfigError, InputError } from '../coder/errors/errors.js';
import type { Task } from '../coder/wire/schemas.js';
import { phases } from '../tasks/knowing/phase.js';
import { splitReferences } from '../tasks/reference.js';
import { nameOf } from '../tasks/summary.js';
import type { Tasks } from '../tasks/tasks.js';
import { clipEnd } from '../text/clip.js';
import { listNames } from '../text/names.js';
import { visibleLine } from '../text/untrusted.js';
import type { ToolContext } from './define.js';
import { next, notes, now, summarizedTask, type TaskState } from './outputs.js';
import { MAX_TASKS } from './params.js';

// More at once would make one call of ours a burst for a small deployment.
const AT_ONCE = 8;
const MAX_ERROR_CHARS = 160;

/** One of several tasks in an answer: what was done to it, or why not. */
const severalItem = z.object({
  task: z.string(),
  phase: z.enum(phases).optional(),
  changed: z.boolean().optional(),
  timed_out: z.boolean().optional(),
  deleted: z.enum(['started', 'gone']).optional(),
  note: z.string().optional(),
  code: z.string().optional(),
  error: z.string().optional(),
});

export type SeveralItem = z.output<typeof severalItem>;

/** The answer about one task at the top, or about several under `tasks`. */
export const oneOrSeveral = summarizedTask
  .partial()
  .extend({ now, notes, next, tasks: z.array(severalItem).optional(), failed: z.int().optional() });

/** The references of a call, each once. Throws an InputError when a text of several makes too many of them. */
export function referencesIn(tasks: readonly string[]): readonly string[] {
  const references = [...new Set(tasks.flatMap(splitReferences))];
  if (references.length <= MAX_TASKS) return references;
  throw new InputError({
    argument: 'tasks',
    received: `${references.length} references`,
    expectation: `at most ${MAX_TASKS} tasks`,
    next: 'the same call again for the rest',
  });
}

/** As `find`; what is wrong with a reference is told of the argument that it came in. */
export async function findIn(
  tasks: Tasks,
  reference: string,
  signal: AbortSignal,
  deadline: number | undefined,
): Promise<Task> {
  return namingTasks(() => tasks.find(reference, signal, deadline));
}

/** The same for a task that may be gone. */
export async function findOrGoneIn(tasks: Tasks, reference: string, signal: AbortSignal): Promise<Task> {
  return namingTasks(() => tasks.findOrGone(reference, signal));
}

async function namingTasks(find: () => Promise<Task>): Promise<Task> {
  try {
    return await find();
  } catch (error) {
    if (!(error instanceof InputError) || error.argument !== 'task') throw error;
    const { received, expectation, allowed, next = '' } = error;
    throw new InputError({ argument: 'tasks', received, expectation, allowed, next });
  }
}

/** A task that was asked for: read, or why it could not be. */
export type Found = { readonly task: Task } | { readonly reference: string; readonly error: Error };

/** Reads all the references, each task once, in the order of the references. Rejects only for an abort or bad settings. */
export async function findEach(
  references: readonly string[],
  context: ToolContext,
  find: (reference: string) => Promise<Task>,
): Promise<readonly Found[]> {
  const found = await eachAtOnce(references, async (reference): Promise<Found> => {
    try {
      return { task: await find(reference) };
    } catch (error) {
      return { reference, error: failureOf(error, context) };
    }
  });
  const seen = new Set<string>();
  return found.filter((one) => {
    if (!('task' in one)) return true;
    const isNew = !seen.has(one.task.id);
    seen.add(one.task.id);
    return isNew;
  });
}

/**
 * Acts on each task that was found, at most eight side by side; what fails with one stops none of the others. Rejects when
 * nothing was done to any of them: with the error of the first, in the words of all.
 */
export async function actOnEach(
  found: readonly Found[],
  context: ToolContext,
  act: (task: Task) => Promise<SeveralItem>,
): Promise<readonly SeveralItem[]> {
  const errors: Error[] = [];
  const items = await eachAtOnce(found, async (one): Promise<SeveralItem> => {
    const name = 'task' in one ? nameOf(one.task) : clipEnd(visibleLine(one.reference), MAX_ERROR_CHARS);
    try {
      if ('error' in one) throw one.error;
      return await act(one.task);
    } catch (error) {
      const failure = failureOf(error, context);
      errors.push(failure);
      return { task: name, ...wordsOf(failure) };
    }
  });
  const [first] = errors;
  if (first && errors.length === found.length) throw found.length === 1 ? first : together(first, items);
  return items;
}

/** The counts, and one line for each task. */
export function severalLines(items: readonly SeveralItem[]): string[] {
  const stateOf = ({ code, deleted, phase }: SeveralItem) =>
    code !== undefined ? 'failed' : deleted === 'started' ? 'deleting' : (deleted ?? phase ?? 'unknown');
  const counts = new Map<string, number>();
  for (const item of items) counts.set(stateOf(item), (counts.get(stateOf(item)) ?? 0) + 1);
  return [
    [...counts].map(([state, count]) => `${count} ${state}`).join(', '),
    ...items.map((item) => {
      const { task, changed, code, error, note, timed_out } = item;
      const remarks = [changed === false && 'nothing done', timed_out && 'still on its way', note].filter(Boolean);
      const rest = code === undefined ? remarks.join('; ') : `${code}, ${error}`;
      return `${stateOf(item)} ${task}${rest === '' ? '' : `: ${rest}`}`;
    }),
  ];
}

/** The state of the only task of an answer; undefined in one about several. */
export function onlyState<State extends { readonly [Key in keyof TaskState]?: TaskState[Key] | undefined }>(
  answer: State,
): (State & TaskState) | undefined {
  const { task, phase, turn } = answer;
  return task === undefined || phase === undefined || turn === undefined ? undefined : { ...answer, task, phase, turn };
}

/** What everything about the call depends on is no matter of one task. */
function failureOf(error: unknown, { signal, log }: ToolContext): Error {
  signal.throwIfAborted();
  if (error instanceof ConfigError) throw error;
  if (error instanceof CoderError || error instanceof InputError) return error;
  log.error({ err: error }, 'failed unexpectedly for one of several tasks');
  return error instanceof Error ? error : new Error(String(error));
}

// How the client's own messages begin.
const REQUEST = /^(?:GET|POST|PATCH|DELETE) \S+: /;

function wordsOf(error: Error): { readonly code: string; readonly error: string } {
  if (error instanceof CoderError) {
    const near = error.alternatives.length > 0 ? `; nearest that exist: ${listNames(error.alternatives, 3)}` : '';
    const words = REQUEST.test(error.message) ? error.code.replaceAll('_', ' ') : error.message;
    return { code: error.code, error: clipEnd(visibleLine(words), MAX_ERROR_CHARS) + near };
  }
  if (error instanceof InputError) {
    const near = error.allowed.length > 0 ? `; nearest that exist: ${listNames(error.allowed, 3)}` : '';
    return { code: 'invalid_argument', error: clipEnd(`must be ${error.expectation}`, MAX_ERROR_CHARS) + near };
  }
  return { code: 'internal', error: 'an unexpected failure in coder-tasks-mcp itself' };
}

function together(first: Error, items: readonly SeveralItem[]): Error {
  if (!(first instanceof CoderError)) return first;
  const each = items.map(({ task, code, error }) => `${task}: ${code}, ${error}`).join('; ');
  return new CoderError(first.code, `nothing was done to any of the ${items.length} tasks: ${each}`, {
    ...first,
    cause: first,
  });
}

async function eachAtOnce<Item, Result>(
  items: readonly Item[],
  act: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await act(item);
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  return results;
}
