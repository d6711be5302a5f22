/** coder_create_task: have a coding agent work on something in a workspace of its own. */

import { z } from 'zod';
import { CoderError } from '../coder/errors.js';
import { type Creation, createTask as create } from '../tasks/creating/create.js';
import { phases } from '../tasks/phase.js';
import { nameOf } from '../tasks/summary.js';
import type { TaskView } from '../tasks/watching/watcher.js';
import { isoTime } from '../text/age.js';
import { visibleLine } from '../text/untrusted.js';
import { defineTool, type ToolContext } from './define.js';
import { fullTask } from './outputs.js';
import { inputParam, organizationParam, ownerParam, waitSecondsParam } from './params.js';
import { factLines, headline } from './wording.js';

const nameParam = z.string().min(1).max(100);

export const createTask = defineTool({
  name: 'coder_create_task',
  title: 'Create task',
  description:
    'Starts a coding agent on input in a workspace of its own. The agent knows only input and its template, not this ' +
    'chat or local files: state repository, branch and tests, and that it shall push and report the pull request. ' +
    'Returns once the task exists; the workspace takes 1-5 min more: coder_wait_for_task next. The same call again gives ' +
    'the same task, never a second. To go on with a task that exists use coder_send_task_input.',
  effect: 'write',
  endpoint: 'createTask',
  input: z.strictObject({
    input: inputParam.describe('the whole brief'),
    template: nameParam.optional().describe('name, org/name or id; not needed if there is only one'),
    template_version: nameParam.optional().describe('name or id; default the active one'),
    preset: nameParam.optional().describe("name, id or none; default the template's"),
    name: z.string().min(1).max(64).optional().describe('default made from input'),
    display_name: z.string().max(100).optional().describe('for people'),
    owner: ownerParam().optional().describe('user name; default me'),
    organization: organizationParam.optional().describe('name or id'),
    wait_seconds: waitSecondsParam(0, 'until it is your turn'),
  }),
  output: fullTask.extend({
    created: z.boolean(),
    preset: z.string().optional(),
    same_call_with: z.object({ name: z.string() }).optional(),
    recent: z.array(z.object({ task: z.string(), phase: z.enum(phases), created_at: z.string() })).optional(),
    timed_out: z.boolean().optional(),
  }),
  async run({ wait_seconds, ...wish }, context) {
    const deadline = context.clock.now() + Math.min(wait_seconds, context.host.maxWaitSeconds) * 1_000;
    const creation = await create(wish, context);
    const { view, isTimedOut, trouble } = await settle(creation, wait_seconds > 0 ? deadline : undefined, context);
    const summary = await context.tasks.full(view, context.signal);
    const notes = [...(summary.notes ?? []), ...creation.notes, ...trouble];
    return {
      ...summary,
      created: creation.created,
      ...(creation.preset !== undefined && { preset: visibleLine(creation.preset) }),
      ...(creation.otherName !== undefined && { same_call_with: { name: creation.otherName } }),
      ...(creation.recent.length > 0 && { recent: creation.recent.map(toRecent) }),
      ...(isTimedOut && { timed_out: true }),
      ...(notes.length > 0 && { notes }),
    };
  },
  text: ({ created, created_at, status, template, preset, same_call_with, recent, timed_out, ...task }, words) => [
    `${created ? 'created' : `already there, created ${words.age(created_at)} ago`}; ${headline(task, words)}`,
    [`status ${status}`, template && `template ${template}`, preset && `preset ${preset}`].filter(Boolean).join(', '),
    ...factLines(task),
    timed_out ? 'the wait is over, the task goes on: that is normal' : undefined,
    same_call_with && `for a second task make the same call with name: ${same_call_with.name}`,
    recent &&
      `young tasks from this template, perhaps for the same: ${recent
        .map((other) => `${other.task} (${other.phase}, ${words.age(other.created_at)} old)`)
        .join(', ')}`,
  ],
});

function toRecent({ task, phase, createdAt }: Creation['recent'][number]) {
  return { task, phase, created_at: isoTime(Date.parse(createdAt)) };
}

/** Waits for settled, if asked to. The task exists by now: whatever ends the wait, the answer names it. */
async function settle(
  { task, created }: Creation,
  deadline: number | undefined,
  { tasks, signal, progress }: ToolContext,
): Promise<{ view: TaskView; isTimedOut: boolean; trouble: readonly string[] }> {
  const first = tasks.view(task);
  if (deadline === undefined) return { view: first, isTimedOut: false, trouble: [] };
  const name = nameOf(task);
  progress(`${created ? 'created' : 'found'} ${name}; waiting until it is your turn`);
  let latest = first;
  const onView = (view: TaskView) => {
    if (view.phase !== latest.phase) progress(`${name} is ${view.phase}`);
    latest = view;
  };
  try {
    const { view, reached } = await tasks.watcher.until(task, ({ settled }) => settled, { deadline, signal, onView });
    return { view, isTimedOut: !reached, trouble: [] };
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    return { view: latest, isTimedOut: false, trouble: [`waiting ended early: ${visibleLine(error.message)}`] };
  }
}
