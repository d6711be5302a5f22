/** coder_update_task_input: replace the initial prompt of a task, and start it anew with that if asked to. */

import { z } from 'zod';
import { readInput } from '../tasks/agent-input.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { switchedSummary } from '../tasks/steering/switching.js';
import { nextAfterUpdate, updateInput, updateStages } from '../tasks/steering/update-input.js';
import { defineTool } from './define.js';
import { briefTask } from './outputs.js';
import { inputParam, taskParam, waitSecondsParam } from './params.js';
import { factLines, headline, WAIT_OVER } from './wording.js';

const stageWords = {
  pausing: 'pausing first',
  updated: 'the prompt stands',
  resuming: 'the prompt stands, starting with it',
  resumed: 'the prompt stands, started with it',
} as const;

export const updateTaskInput = defineTool({
  name: 'coder_update_task_input',
  title: 'Update task input',
  description:
    'Change, edit or replace the initial prompt of a task, which the agent gets when its workspace next starts. ' +
    'The task must be paused; restart: true pauses, replaces and resumes in one call, which cuts off what the ' +
    'agent is doing, and says whether the agent was told. If that outlasts the call, make the same call again. To ' +
    'talk to the running agent use coder_send_task_input.',
  effect: 'write',
  endpoint: 'updateTaskInput',
  input: z.strictObject({
    task: taskParam,
    input: inputParam.describe('the whole new prompt'),
    restart: z.boolean().default(false).describe('pause if need be, then resume'),
    wait_seconds: waitSecondsParam(0, 'for the pause, and until it is your turn'),
  }),
  output: briefTask.extend({ changed: z.boolean(), stage: z.enum(updateStages), timed_out: z.boolean().optional() }),
  async run({ task: reference, input, restart, wait_seconds }, context) {
    const deadline = deadlineOf(wait_seconds, context);
    const { text, notes } = readInput(input);
    const task = await context.tasks.find(reference, context.signal);
    const update = await updateInput(task, { input: text, restart, deadline }, context);
    const summary = await switchedSummary(update, context);
    return {
      ...summary,
      notes: [...notes, ...(summary.notes ?? [])],
      stage: update.stage,
      next: nextAfterUpdate(update) ?? summary.next,
    };
  },
  text: ({ changed, stage, timed_out, ...task }, words) => [
    `${changed ? 'prompt replaced' : 'prompt not changed'} (${stageWords[stage]}); ${headline(task, words)}`,
    ...factLines(task),
    timed_out && WAIT_OVER,
  ],
});
