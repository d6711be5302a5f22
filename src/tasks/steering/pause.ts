/** Pausing a task: its workspace stops, its disk and its place stay. */

import { isCoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { phaseOf } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';
import { glimpse, type SteeringContext, type Watched, watchAfterwards } from './steering.js';
import { afterBuild, isOfBuild, requireAlive, rereadAfter, type Switched, still, switched } from './switching.js';

const CUT_OFF =
  'programs in the workspace end; after a resume the agent may do its initial prompt again, and may not know the conversation';

/**
 * Pauses a task that was just read; one that is paused or on its way there is left alone. Without a deadline it returns
 * once the build is queued, else when the task is paused. Errors: `build_active` when another build outlasts the
 * deadline; `task_gone`.
 */
export async function pauseTask(task: Task, deadline: number | undefined, context: SteeringContext): Promise<Switched> {
  let current = task;
  for (;;) {
    requireAlive(current);
    const phase = phaseOf(current);
    if (phase === 'paused') return still(current, 'it was paused already: nothing was done', context);
    if (phase === 'pausing') {
      const watched = await awaitPaused(current, 0, deadline, context);
      return switched(false, watched, deadline, ['it was being paused already']);
    }
    try {
      const build = await context.tasks.power.queue(current, 'stop', context.signal);
      context.progress(`${nameOf(task)} is being paused`);
      const queued = await rereadAfter(current, 'stop', context);
      return switched(true, await awaitPaused(queued, build, deadline, context), deadline, [CUT_OFF]);
    } catch (error) {
      if (!isCoderError(error, 'build_active')) throw error;
      current = await afterBuild(current, error, deadline, context);
    }
  }
}

async function awaitPaused(
  task: Task,
  build: number,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<Watched> {
  const isOver = (view: TaskView) => isOfBuild(view.task, build) && view.phase !== 'pausing';
  return deadline === undefined ? glimpse(task, context) : watchAfterwards(task, isOver, deadline, context);
}
