/** coder_get_task: one task as it is now. */

import { z } from 'zod';
import type { Task } from '../coder/wire/schemas.js';
import { phaseByReport } from '../tasks/knowing/phase.js';
import type { FullSummary } from '../tasks/summary.js';
import { visibleLine } from '../text/untrusted.js';
import { defineTool } from './define.js';
import { fullTask } from './outputs.js';
import { taskParam } from './params.js';
import { factLines, headline } from './wording.js';

const output = fullTask.extend({
  handover: z
    .object({
      workspace: z.string(),
      ssh: z.string(),
    })
    .optional(),
  untrusted: fullTask.shape.untrusted
    .unwrap()
    .extend({
      // The one loose key of all outputs: the object as Coder sent it, with the initial prompt.
      object: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

export const getTask = defineTool({
  name: 'coder_get_task',
  title: 'Get task',
  description:
    'Show one task as it is now: status, phase, whose turn it is, last report, links, its last message when it is ' +
    'your turn, and the next call. To wait for a change use coder_wait_for_task; for all tasks coder_list_tasks. ' +
    'detail: full adds prompt, raw object and what a person needs to take over (dashboard, ssh).',
  effect: 'read',
  endpoint: 'getTask',
  input: z.strictObject({
    task: taskParam,
    detail: z
      .enum(['concise', 'full'])
      .default('concise')
      .describe('concise (default); full: also prompt, raw object, hand-over'),
  }),
  output,
  async run({ task: reference, detail }, { coder, tasks, signal }) {
    const task = await tasks.find(reference, signal);
    const { untrusted, ...summary } = await tasks.full(tasks.view(task), signal);
    if (detail === 'concise') return { ...summary, ...(untrusted && { untrusted }) };
    return {
      ...summary,
      handover: handoverOf(task, coder.url ?? ''),
      untrusted: { ...wordsBeside(untrusted), object: { ...task } },
    };
  },
  text: ({ status, state, template, created_at, handover, url, ...task }, words) => [
    headline(task, words),
    ...factLines(task),
    [
      // Of a phase that we know it says nothing more.
      task.phase === 'unknown' && `status ${status}`,
      // The headline says it already, unless something else decides the phase.
      state &&
        phaseByReport.get(state.state) !== task.phase &&
        `reported ${state.state}${state.at === undefined ? '' : ` ${words.age(state.at)} ago`}`,
      template && `template ${template}`,
      created_at && `created ${words.age(created_at)} ago`,
    ]
      .filter(Boolean)
      .join(', '),
    handover && `dashboard: ${url}`,
    handover && `workspace: ${handover.workspace}`,
    handover && `shell: ${handover.ssh}`,
  ],
});

/** What the object as received does not say in the same words. */
function wordsBeside(untrusted: FullSummary['untrusted']) {
  const { last_message, links } = untrusted ?? {};
  return { ...(last_message !== undefined && { last_message }), ...(links !== undefined && { links }) };
}

/** What a person needs to go on by hand. */
function handoverOf(task: Task, origin: string) {
  const workspace = visibleLine(task.workspace_name || task.name);
  return {
    workspace: `${origin}/@${task.owner_name}/${workspace}`,
    ssh: `coder ssh ${task.owner_name}/${workspace}`,
  };
}
