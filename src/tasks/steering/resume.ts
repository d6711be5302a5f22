/** Resuming a task: its workspace starts again, be it paused or broken. */

import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type Phase, phaseOf } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import { startWithinLimit } from '../starting.js';
import { nameOf } from '../summary.js';
import { glimpse, reread, type SteeringContext, type Watched, watchAfterwards } from './steering.js';
import { afterBuild, isOfBuild, requireAlive, rereadAfter, type Switched, still, switched } from './switching.js';

const BEGINS_AGAIN =
  'depending on its template the agent goes on or does its initial prompt again; the conversation may start empty';
const RESTART = 'its workspace is running: nothing was done. coder_pause_task, then coder_resume_task, starts it anew';

/** What a resume is to a task in each phase. */
const resumeMeans = {
  paused: 'start',
  broken: 'start',
  // Whether its workspace runs is not known: Coder decides.
  unknown: 'start',
  pausing: 'wait',
  canceling: 'wait',
  deleting: 'wait',
  queued: 'nothing',
  starting: 'nothing',
  working: 'nothing',
  waiting: 'nothing',
  done: 'nothing',
  failed: 'nothing',
  active: 'nothing',
  gone: 'nothing',
  unreachable: 'restart',
  unhealthy: 'restart',
} as const satisfies Record<Phase, 'start' | 'wait' | 'nothing' | 'restart'>;

/**
 * Resumes a task that was just read; one that runs or starts is left alone. Without a deadline it returns once the build
 * is queued, else when it is settled whose turn it is. Errors: `build_active` when another build outlasts the deadline;
 * `task_gone`; `too_many_tasks`.
 */
export async function resumeTask(
  task: Task,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<Switched> {
  let current = task;
  for (;;) {
    requireAlive(current);
    switch (resumeMeans[phaseOf(current)]) {
      case 'restart':
        return still(current, RESTART, context);
      case 'nothing': {
        const isUp = phaseOf(current) !== 'queued' && phaseOf(current) !== 'starting';
        const note = isUp ? 'it was running already: nothing was done' : 'it was starting already: nothing was done';
        return switched(false, await awaitTurn(current, 0, deadline, context), deadline, [note]);
      }
      case 'wait':
        current = await afterBuild(current, stillBuilding(current), deadline, context);
        break;
      case 'start':
        try {
          const build = await queueStart(current, context);
          const queued = await rereadAfter(current, 'start', context);
          return switched(true, await awaitTurn(queued, build, deadline, context), deadline, [BEGINS_AGAIN]);
        } catch (error) {
          if (isCoderError(error, 'already_running')) return still(current, RESTART, context);
          if (!isCoderError(error, 'build_active')) throw error;
          const now = await reread(current, context);
          const isUnderWay = resumeMeans[phaseOf(now)] === 'nothing';
          if (deadline === undefined && !isUnderWay)
            return still(
              now,
              `another build of its workspace is under way, it is ${phaseOf(now)}: nothing was done`,
              context,
            );
          current = isUnderWay ? now : await afterBuild(now, error, deadline, context);
        }
    }
  }
}

/** Queues the start build, if there may be one more active task; resolves with the build's number. */
export async function queueStart(task: Task, context: SteeringContext): Promise<number> {
  const { tasks, signal, progress } = context;
  const build = await startWithinLimit(context, task.id, () => tasks.power.queue(task, 'start', signal));
  progress(`${nameOf(task)} is being resumed`);
  return build;
}

function awaitTurn(
  task: Task,
  build: number,
  deadline: number | undefined,
  context: SteeringContext,
): Watched | Promise<Watched> {
  const isOver = (view: TaskView) => isOfBuild(view.task, build) && view.settled;
  return deadline === undefined ? glimpse(task, context) : watchAfterwards(task, isOver, deadline, context);
}

function stillBuilding(task: Task): CoderError {
  return new CoderError('build_active', `${nameOf(task)} is ${phaseOf(task)}`, { reached: 'no' });
}
