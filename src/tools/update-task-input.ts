/** coder_update_task_input: replace the initial prompt of a task, and start it anew with that if asked to. */

import { z } from 'zod';
import { InputError } from '../coder/errors/errors.js';
import type { Task } from '../coder/wire/schemas.js';
import { type AgentInput, readInput } from '../tasks/agent-input.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { switchedSummary } from '../tasks/steering/switching.js';
import { nextAfterUpdate, updateInput, updateStages } from '../tasks/steering/update-input.js';
import { defineTool, type ToolContext } from './define.js';
import { briefTask } from './outputs.js';
import { inputParam, taskParam, waitSecondsParam } from './params.js';
import { factLines, headline, WAIT_OVER } from './wording.js';

// Pause, replace and start, and the agent's first look at its prompt: one call (behaviour §3.1).
const RESTART_WAIT_SECONDS = 45;

const stageWords = {
  pausing: 'pausing first',
  updated: 'the prompt stands',
  resuming: 'the prompt stands, starting with it',
  resumed: 'the prompt stands, its workspace was started since',
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
    input: inputParam.optional().describe('the whole new prompt; may be left out to go on with a restart'),
    restart: z.boolean().default(false).describe('pause if need be, then resume'),
    wait_seconds: waitSecondsParam(0, '')
      .unwrap()
      .optional()
      .describe('default 45 with restart, else 0; for the pause, and until it is your turn'),
  }),
  output: briefTask.extend({
    changed: z.boolean(),
    stage: z.enum(updateStages),
    told: z.boolean().optional(),
    timed_out: z.boolean().optional(),
  }),
  async run({ task: reference, input, restart, wait_seconds }, context) {
    const usual = Math.min(RESTART_WAIT_SECONDS, context.host.defaultWaitSeconds ?? RESTART_WAIT_SECONDS);
    const deadline = deadlineOf(wait_seconds ?? (restart ? usual : 0), context);
    const given = input === undefined ? undefined : readInput(input);
    const task = await context.tasks.find(reference, context.signal, deadline);
    const { text, notes } = given ?? givenBefore(task, restart, context);
    const update = await updateInput(task, { input: text, restart, deadline }, context);
    const summary = await switchedSummary(update, context);
    return {
      ...summary,
      notes: [...notes, ...(summary.notes ?? [])],
      stage: update.stage,
      ...(update.told !== undefined && { told: update.told }),
      next: nextAfterUpdate(update) ?? summary.next,
    };
  },
  text: ({ changed, stage, told, timed_out, ...task }, words) => [
    `${changed ? 'prompt replaced' : 'prompt not changed'} (${stageWords[stage]}${toldWords(told)}); ${headline(task, words)}`,
    ...factLines(task),
    timed_out && WAIT_OVER,
  ],
});

function toldWords(told: boolean | undefined): string {
  return told === undefined ? '' : told ? ', and the agent was told it' : ', but the agent was NOT told it';
}

/** Without an input a restart goes on with the prompt that this process was given for the task before. */
function givenBefore(task: Task, restart: boolean, { tasks }: ToolContext): AgentInput {
  const change = restart ? tasks.promptChanges.of(task.id) : undefined;
  if (change) return { text: change.input, notes: [] };
  throw new InputError({
    argument: 'input',
    received: undefined,
    expectation: restart
      ? 'the whole new prompt: this server was given none for this task within the last hour'
      : 'the whole new prompt; only a call with restart: true can go on without it',
  });
}
