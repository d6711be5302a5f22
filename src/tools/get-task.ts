/** coder_get_task: one task as it is now. */

import { z } from 'zod';
import type { Task } from '../coder/wire/schemas.js';
import { phaseByReport } from '../tasks/knowing/phase.js';
import type { FullSummary } from '../tasks/summary.js';
import { nameText } from '../text/names.js';
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
      pull_request: z.string().optional(),
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
    'One task as it is now: phase, whose turn it is, last report, last message when it is your turn, links, next call. ' +
    'To wait for a change use coder_wait_for_task instead of calling this again. ' +
    'detail full adds the prompt, the raw object and what a person needs to take over.',
  effect: 'read',
  endpoint: 'getTask',
  input: z.strictObject({
    task: taskParam,
    detail: z.enum(['concise', 'full']).default('concise').describe('full: also prompt, raw object, hand-over'),
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
  text: ({ status, state, template, display_name, created_at, handover, ...task }, words) => [
    headline(task, words),
    ...factLines(task),
    [
      `status ${status}`,
      // The headline says it already, unless something else decides the phase.
      state && phaseByReport.get(state.state) !== task.phase && `reported ${state.state} ${words.age(state.at)} ago`,
      template && `template ${template}`,
      `created ${words.age(created_at)} ago`,
      display_name && !task.task.endsWith(`/${display_name}`) && `titled ${nameText(display_name)}`,
    ]
      .filter(Boolean)
      .join(', '),
    state?.uri && !task.links && `reported address: ${state.uri}`,
    handover && `dashboard: ${handover.dashboard}`,
    handover && `workspace: ${handover.workspace}`,
    handover && `shell: ${handover.ssh}`,
    handover?.pull_request && `pull request: ${handover.pull_request}`,
  ],
});

/** What a person needs to go on by hand. */
function handoverOf(task: Task, { links, url: dashboard }: FullSummary, origin: string) {
  const pullRequest = links?.find(({ kind }) => kind === 'pull_request');
  const workspace = visibleLine(task.workspace_name || task.name);
  return {
    dashboard,
    workspace: `${origin}/@${task.owner_name}/${workspace}`,
    ssh: `coder ssh ${task.owner_name}/${workspace}`,
    ...(pullRequest && { pull_request: pullRequest.url }),
  };
}
