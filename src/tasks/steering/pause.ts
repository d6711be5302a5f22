/** Pausing a task: its workspace stops, its disk and its place stay. A start build that is under way is canceled. */

import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type Phase, phaseOf } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';
import { glimpse, reread, type SteeringContext, type Watched, watchAfterwards } from './steering.js';
import { afterBuild, isOfBuild, requireAlive, rereadAfter, type Switched, still, switched } from './switching.js';

const CUT_OFF =
  'its agent was cut off at work; programs in the workspace end. After a resume it may do its initial prompt again, and may not know the conversation';
const CANCELED = 'its start build was canceled: coder_resume_task tries the start again, coder_delete_task removes it';

/**
 * Pauses a task that was just read; one that is paused or on its way there is left alone. Without a deadline it returns
 * once the build is queued, else when the task is paused. Errors: `build_active` when a start build can neither be
 * canceled nor be waited for; `task_gone`.
 */
export async function pauseTask(task: Task, deadline: number | undefined, context: SteeringContext): Promise<Switched> {
  let current = task;
  let mayCancel = true;
  for (;;) {
    requireAlive(current);
    const phase = phaseOf(current);
    if (phase === 'paused') return still(current, 'it was paused already: nothing was done', context);
    if (phase === 'pausing') {
      const watched = await awaitPaused(current, 0, deadline, context);
      return switched(false, watched, deadline, ['it was being paused already']);
    }
    if (isStarting(phase) && mayCancel) {
      mayCancel = false;
      const canceled = await cancelStart(current, deadline, context);
      if ('switched' in canceled) return canceled.switched;
      current = canceled.now;
      continue;
    }
    const isAtWork = phase === 'working' || context.tasks.view(current).phase === 'working';
    try {
      const build = await context.tasks.power.queue(current, 'stop', context.signal);
      if (isAtWork) context.tasks.memory.interrupted.add(current.id);
      else context.tasks.memory.interrupted.delete(current.id);
      context.progress(`${nameOf(task)} is being paused`);
      const queued = await rereadAfter(current, 'stop', context);
      return switched(true, await awaitPaused(queued, build, deadline, context), deadline, isAtWork ? [CUT_OFF] : []);
    } catch (error) {
      if (!isCoderError(error, 'build_active')) throw error;
      const now = await reread(current, context);
      if (deadline === undefined && !isStarting(phaseOf(now)) && !isOver(phaseOf(now)))
        return still(
          now,
          `another build of its workspace is under way, it is ${phaseOf(now)}: nothing was done`,
          context,
        );
      current = isOver(phaseOf(now)) ? now : await afterBuild(now, error, deadline, context);
    }
  }
}

function isStarting(phase: Phase): boolean {
  return phase === 'queued' || phase === 'starting';
}

/** Somebody else's pause was quicker. */
function isOver(phase: Phase): boolean {
  return phase === 'paused' || phase === 'pausing';
}

/** Cancels the start build, where the template lets the caller; `now` is the task where there is none to cancel any more. */
async function cancelStart(
  task: Task,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<{ readonly switched: Switched } | { readonly now: Task }> {
  const { coder, progress, signal } = context;
  const { workspace_id } = task;
  if (workspace_id === null) return { now: task };
  const { latest_build } = await coder.getWorkspace(workspace_id, { signal });
  if (latest_build.transition !== 'start') return { now: await reread(task, context) };
  try {
    await coder.cancelBuild(latest_build.id, { signal });
  } catch (error) {
    if (isCoderError(error, 'bad_request')) return { now: await reread(task, context) };
    if (!isCoderError(error, 'forbidden', 'not_found')) throw error;
    return { now: await afterBuild(task, notYours(task, error), deadline, context) };
  }
  progress(`the start build of ${nameOf(task)} is canceled`);
  const now = await rereadAfter(task, 'cancel of the start', context);
  const hasEnded = ({ phase }: TaskView) => !isStarting(phase) && phase !== 'canceling';
  const watched =
    deadline === undefined ? glimpse(now, context) : await watchAfterwards(now, hasEnded, deadline, context);
  return { switched: switched(true, watched, deadline, [CANCELED]) };
}

/** Who may cancel instead: most templates forbid it to the owner of the task. */
function notYours(task: Task, cause: CoderError): CoderError {
  const words =
    `${nameOf(task)} is ${phaseOf(task)}: a build of its workspace is in the way, and nothing was done. ` +
    'Its template does not let you cancel that build: a site owner or template administrator can, on the page of the workspace';
  return new CoderError('build_active', words, { ...cause, reached: 'no', cause });
}

async function awaitPaused(
  task: Task,
  build: number,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<Watched> {
  const isReached = (view: TaskView) => isOfBuild(view.task, build) && view.phase !== 'pausing';
  return deadline === undefined ? glimpse(task, context) : watchAfterwards(task, isReached, deadline, context);
}
