/** What coder_pause_task and coder_resume_task have in common: one task or several, and the answer about them. */

import { z } from 'zod';
import type { Task } from '../coder/wire/schemas.js';
import { type Switched, switchedSummary } from '../tasks/steering/switching.js';
import { nameOf } from '../tasks/summary.js';
import type { ToolContext, Words } from './define.js';
import {
  actOnEach,
  findEach,
  findIn,
  oneOrSeveral,
  onlyState,
  referencesIn,
  type SeveralItem,
  severalLines,
} from './several.js';
import { factLines, headline } from './wording.js';

export const switchedTasks = oneOrSeveral.extend({
  changed: z.boolean().optional(),
  timed_out: z.boolean().optional(),
});

/** Switches one task and answers about it in full, or several and answers briefly about each. */
export async function switchTasks(
  references: readonly string[],
  deadline: number | undefined,
  context: ToolContext,
  switchOne: (task: Task) => Promise<Switched>,
) {
  const [first = '', ...more] = referencesIn(references);
  if (more.length === 0) {
    return switchedSummary(await switchOne(await findIn(context.tasks, first, context.signal, deadline)), context);
  }
  const shared = new Map<string, number>();
  const found = await findEach([first, ...more], context, (reference) =>
    findIn(context.tasks, reference, context.signal, deadline),
  );
  const tasks = await actOnEach(found, context, async (task): Promise<SeveralItem> => {
    const { view, changed, timedOut, notes } = await switchOne(task);
    for (const note of changed ? notes : []) shared.set(note, (shared.get(note) ?? 0) + 1);
    return { task: nameOf(view.task), phase: view.phase, changed, ...(timedOut && { timed_out: true }) };
  });
  const failed = tasks.filter(({ code }) => code !== undefined).length;
  // What is true of most of them stands once; what is true of one is in its own answer.
  const notes = [...shared].filter(([, count]) => count > 1).map(([note]) => note);
  return { tasks, ...(failed > 0 && { failed }), ...(notes.length > 0 && { notes }) };
}

/** The lines of an answer; `waitOver` where the wait ended before its goal. */
export function switchedLines(
  { timed_out, tasks, ...answer }: z.output<typeof switchedTasks>,
  words: Words,
  waitOver: string,
): readonly (string | false | undefined)[] {
  const state = onlyState(answer);
  if (!state) return severalLines(tasks ?? []);
  return [headline(state, words), ...factLines(state), timed_out && waitOver];
}
