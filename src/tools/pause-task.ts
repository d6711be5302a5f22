/** coder_pause_task: stop the workspace of a task and keep its disk. */

import { z } from 'zod';
import { pauseTask as pause } from '../tasks/steering/pause.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { switchedSummary } from '../tasks/steering/switching.js';
import { defineTool } from './define.js';
import { briefTask } from './outputs.js';
import { taskParam, waitSecondsParam } from './params.js';
import { factLines, headline } from './wording.js';

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
  input: z.strictObject({ task: taskParam, wait_seconds: waitSecondsParam(0, 'until it is paused') }),
  output: briefTask.extend({ changed: z.boolean(), timed_out: z.boolean().optional() }),
  async run({ task: reference, wait_seconds }, context) {
    const deadline = deadlineOf(wait_seconds, context);
    const task = await context.tasks.find(reference, context.signal, deadline);
    return switchedSummary(await pause(task, deadline, context), context);
  },
  text: ({ timed_out, ...task }, words) => [
    headline(task, words),
    ...factLines(task),
    timed_out && 'the wait is over, the build goes on: that is normal',
  ],
});
