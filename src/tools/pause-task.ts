/** coder_pause_task: stop the workspace of a task and keep its disk. */

import { z } from 'zod';
import { pauseTask as pause } from '../tasks/steering/pause.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { defineTool } from './define.js';
import { tasksParam, waitSecondsParam } from './params.js';
import { switchedLines, switchedTasks, switchTasks } from './switch-tasks.js';

export const pauseTask = defineTool({
  name: 'coder_pause_task',
  title: 'Pause task',
  description:
    'Stop, pause, suspend or shut down tasks: stops the workspace to save cost and keeps its disk. Also the way ' +
    'to stop or cancel an agent at once: it is cut off in mid-step and its programs end. Go on with ' +
    'coder_resume_task, or with coder_send_task_input, which resumes by itself. Before Coder 2.31.1 the ' +
    'conversation cannot be read while paused: read coder_get_task_logs first.',
  effect: 'write',
  endpoint: 'pauseTask',
  input: z.strictObject({
    tasks: tasksParam.describe('one or several'),
    wait_seconds: waitSecondsParam(0, 'until paused'),
  }),
  output: switchedTasks,
  run({ tasks, wait_seconds }, context) {
    const deadline = deadlineOf(wait_seconds, context);
    return switchTasks(tasks, deadline, context, (task) => pause(task, deadline, context));
  },
  text: (output, words) => switchedLines(output, words, 'the wait is over, the build goes on: that is normal'),
});
