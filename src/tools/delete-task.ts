/** coder_delete_task: destroy one task or several, their workspaces and disks. */

import { z } from 'zod';
import type { Task } from '../coder/wire/schemas.js';
import { LOSS, requireConsent } from '../tasks/deleting/consent.js';
import { type Deletion, deleteTask as destroy } from '../tasks/deleting/delete.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { nameOf } from '../tasks/summary.js';
import { defineTool, type ToolContext } from './define.js';
import { tasksParam, waitSecondsParam } from './params.js';
import {
  actOnEach,
  type Found,
  findEach,
  findOrGoneIn,
  oneOrSeveral,
  onlyState,
  referencesIn,
  severalLines,
} from './several.js';

export const deleteTask = defineTool({
  name: 'coder_delete_task',
  title: 'Delete task',
  description:
    'Delete, remove or throw away tasks and destroy their workspaces: what was not pushed is lost for good. Only ' +
    'when the user wants that; to stop the cost and keep the work use coder_pause_task. Hosts that can ask the ' +
    'person do; else confirm repeats the name. Returns once accepted; a name is free again when its workspace is ' +
    'gone.',
  effect: 'destroy',
  endpoint: 'deleteTask',
  input: z.strictObject({
    tasks: tasksParam.describe('one or several'),
    confirm: z
      .string()
      .max(4_000)
      .optional()
      .describe("the task's name, or all names with commas, when the user wants them deleted"),
    wait_seconds: waitSecondsParam(45, 'for a build in progress'),
  }),
  output: oneOrSeveral.extend({ deleted: z.enum(['started', 'gone']).optional() }),
  async run({ tasks: given, confirm, wait_seconds }, context) {
    const { signal, tasks, coder } = context;
    const references = referencesIn(given);
    // A repeated delete of a task that is gone finds what was done.
    const found = await findEach(references, context, (reference) => findOrGoneIn(tasks, reference, signal));
    const alive = found.flatMap((one) => ('task' in one && !tasks.isGone(one.task) ? [tasks.view(one.task)] : []));
    await requireConsent(alive, confirm, { ...context, now: coder.now() });
    const deadline = deadlineOf(wait_seconds, context);
    const [only] = found;
    return only && references.length === 1 ? deleteOnly(only, deadline, context) : deleteEach(found, deadline, context);
  },
  text: ({ tasks, deleted, ...answer }) => {
    const state = onlyState(answer);
    if (!state) return severalLines(tasks ?? []);
    return [
      deleted === 'gone' ? `gone: ${state.task} is not there any more` : `deleting: ${state.task}, accepted; ${LOSS}`,
    ];
  },
});

/** The answer about one task: as for every tool about one. */
async function deleteOnly(one: Found, deadline: number | undefined, context: ToolContext) {
  if ('error' in one) throw one.error;
  const { deleted, notes } = await destroy(one.task, deadline, context);
  const task = nameOf(one.task);
  const isGone = deleted === 'gone';
  return {
    task,
    phase: isGone ? ('gone' as const) : ('deleting' as const),
    turn: isGone ? ('nobody' as const) : ('platform' as const),
    deleted,
    ...(notes.length > 0 && { notes }),
    next: isGone ? [] : [waitFor([task])],
  };
}

async function deleteEach(found: readonly Found[], deadline: number | undefined, context: ToolContext) {
  const tasks = await actOnEach(found, context, async (task) => itemOf(task, await destroy(task, deadline, context)));
  const failed = tasks.filter(({ code }) => code !== undefined).length;
  const isDestroying = tasks.some(({ deleted }) => deleted === 'started');
  return {
    tasks,
    ...(failed > 0 && { failed }),
    ...(isDestroying && { notes: ['the workspaces and disks are destroyed; what was not pushed is lost for good'] }),
  };
}

function itemOf(task: Task, { deleted, changed, notes }: Deletion) {
  const note = notes.join('; ');
  return { task: nameOf(task), deleted, ...(!changed && { changed }), ...(note !== '' && { note }) };
}

function waitFor(tasks: readonly string[]) {
  return {
    tool: 'coder_wait_for_task' as const,
    arguments: { tasks, until: 'deleted' },
    why: 'only if the name is needed again',
  };
}
