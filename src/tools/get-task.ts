/** coder_get_task: one task as it is now. */

import { z } from 'zod';
import type { Task } from '../coder/wire/schemas.js';
import { phaseByReport } from '../tasks/knowing/phase.js';
import type { FullSummary } from '../tasks/summary.js';
import { visible, visibleLine } from '../text/untrusted.js';
import { defineTool } from './define.js';
import { fullTask } from './outputs.js';
import { taskParam } from './params.js';
import { factLines, headline } from './wording.js';

const output = fullTask.extend({
  handover: z
    .object({
      dashboard: z.string(),
      workspace: z.string(),
      ssh: z.string(),
    })
    .optional(),
  untrusted: fullTask.shape.untrusted
    .unwrap()
    .extend({
      initial_prompt: z.string().optional(),
      // The one loose key of all outputs: the object as Coder sent it.
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
    const summary = await tasks.full(tasks.view(task), signal);
    if (detail === 'concise') return summary;
    return {
      ...summary,
      handover: handoverOf(task, summary, coder.url ?? ''),
      untrusted: { ...summary.untrusted, initial_prompt: visible(task.initial_prompt), object: { ...task } },
    };
  },
  text: ({ status, state, template, created_at, handover, url: _url, ...task }, words) => [
    headline(task, words),
    ...factLines(task),
    [
      `status ${status}`,
      // The headline says it already, unless something else decides the phase.
      state &&
        phaseByReport.get(state.state) !== task.phase &&
        `reported ${state.state}${state.at === undefined ? '' : ` ${words.age(state.at)} ago`}`,
      template && `template ${template}`,
      created_at && `created ${words.age(created_at)} ago`,
    ]
      .filter(Boolean)
      .join(', '),
    handover && `dashboard: ${handover.dashboard}`,
    handover && `workspace: ${handover.workspace}`,
    handover && `shell: ${handover.ssh}`,
  ],
});

/** What a person needs to go on by hand. */
function handoverOf(task: Task, { url: dashboard }: FullSummary, origin: string) {
  const workspace = visibleLine(task.workspace_name || task.name);
  return {
    dashboard,
    workspace: `${origin}/@${task.owner_name}/${workspace}`,
    ssh: `coder ssh ${task.owner_name}/${workspace}`,
  };
}
