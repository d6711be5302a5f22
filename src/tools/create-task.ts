/** coder_create_task: have a coding agent work on something in a workspace of its own. */

import { z } from 'zod';
import { type Creation, createTask as create } from '../tasks/creating/create.js';
import { phases } from '../tasks/knowing/phase.js';
import { deadlineOf, glimpse, type Watched, watchAfterwards } from '../tasks/steering/steering.js';
import { nameOf } from '../tasks/summary.js';
import { isoTime } from '../text/age.js';
import { nameText } from '../text/names.js';
import { visibleLine } from '../text/untrusted.js';
import { defineTool, type ToolContext } from './define.js';
import { fullTask } from './outputs.js';
import { inputParam, organizationParam, ownerParam, waitSecondsParam } from './params.js';
import { factLines, headline, WAIT_OVER } from './wording.js';

const nameParam = z.string().min(1).max(100);

export const createTask = defineTool({
  name: 'coder_create_task',
  title: 'Create task',
  description:
    'Start, spin up or kick off a coding agent that works on input in a workspace of its own. It knows only input ' +
    'and its template, not this chat or local files: state repository, branch and tests, and that it shall push ' +
    'and report the pull request. Returns as soon as the task exists; the workspace takes 1-5 min more: ' +
    'coder_wait_for_task next. The same call again gives the same task, never a second. To go on with an existing ' +
    'task use coder_send_task_input.',
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
  output: fullTask.omit({ id: true }).extend({
    created: z.boolean(),
    preset: z.string().optional(),
    same_call_with: z.object({ name: z.string() }).optional(),
    recent: z.array(z.object({ task: z.string(), phase: z.enum(phases), created_at: z.string() })).optional(),
    timed_out: z.boolean().optional(),
  }),
  async run({ wait_seconds, ...wish }, context) {
    const deadline = deadlineOf(wait_seconds, context);
    const creation = await create(wish, context);
    const { view, reached, trouble } = await settle(creation, deadline, context);
    const full = await context.tasks.full(view, context.signal);
    const { untrusted: words, since, created_at, template, id: _inUrl, ...summary } = full;
    // The title is made of the caller's own words.
    const { title: _title, ...untrusted } = words ?? {};
    // A task that is just made has been in its first phase since now.
    const isNew = creation.created && since === created_at;
    const notes = [...(summary.notes ?? []), ...creation.notes, ...(trouble === undefined ? [] : [trouble])];
    return {
      ...summary,
      ...(Object.keys(untrusted).length > 0 && { untrusted }),
      created: creation.created,
      ...(!isNew && since !== undefined && { since }),
      ...(!isNew && created_at !== undefined && { created_at }),
      ...(template !== undefined && template !== wish.template && { template }),
      ...(creation.preset !== undefined && { preset: visibleLine(creation.preset) }),
      ...(creation.otherName !== undefined && { same_call_with: { name: creation.otherName } }),
      ...(creation.recent.length > 0 && { recent: creation.recent.map(toRecent) }),
      ...(!reached && trouble === undefined && { timed_out: true }),
      ...(notes.length > 0 && { notes }),
    };
  },
  text: ({ created, created_at, url, template, preset, same_call_with, recent, timed_out, ...task }, words) => [
    `${created ? 'created' : `already there${created_at === undefined ? '' : `, created ${words.age(created_at)} ago`}`}; ${headline(task, words)}`,
    `dashboard: ${url}`,
    [template && `template ${template}`, preset && `preset ${nameText(preset)}`].filter(Boolean).join(', '),
    ...factLines(task),
    timed_out ? WAIT_OVER : undefined,
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
function settle(
  { task, created }: Creation,
  deadline: number | undefined,
  context: ToolContext,
): Watched | Promise<Watched> {
  if (deadline === undefined) return glimpse(task, context);
  context.progress(`${created ? 'created' : 'found'} ${nameOf(task)}; waiting until it is your turn`);
  return watchAfterwards(task, ({ settled }) => settled, deadline, context);
}
