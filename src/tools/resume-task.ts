/** coder_resume_task: start the workspace of a paused task again, or try a failed start once more. */

import { z } from 'zod';
import { resumeTask as resume } from '../tasks/steering/resume.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { defineTool } from './define.js';
import { tasksParam, waitSecondsParam } from './params.js';
import { switchedLines, switchedTasks, switchTasks } from './switch-tasks.js';
import { WAIT_OVER } from './wording.js';

export const resumeTask = defineTool({
  name: 'coder_resume_task',
  title: 'Resume task',
  description:
    'Resume, restart, wake or continue paused tasks: starts their workspaces again, or retries a failed start. ' +
    'Takes 1-5 min: coder_wait_for_task next. Depending on the template the agent goes on with its session or ' +
    'begins its prompt again, and the conversation may start empty. Not needed before coder_send_task_input, ' +
    'which resumes by itself.',
  effect: 'write',
  endpoint: 'resumeTask',
  input: z.strictObject({
    tasks: tasksParam.describe('one or several'),
    wait_seconds: waitSecondsParam(0, 'until it is your turn'),
  }),
  output: switchedTasks,
  run({ tasks, wait_seconds }, context) {
    const deadline = deadlineOf(wait_seconds, context);
    return switchTasks(tasks, deadline, context, (task) => resume(task, deadline, context));
  },
  text: (output, words) => switchedLines(output, words, WAIT_OVER),
});
