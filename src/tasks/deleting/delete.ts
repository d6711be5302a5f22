/** Deleting a task: done when Coder has accepted a DELETE, or when its list no longer has the task (behaviour §3.1). */

import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { Task, Workspace } from '../../coder/wire/schemas.js';
import type { SteeringContext } from '../steering/steering.js';
import { afterBuild } from '../steering/switching.js';
import { nameOf } from '../summary.js';

export interface Deletion {
  /** `started`: Coder has accepted it and destroys the workspace. `gone`: the task is not there any more. */
  readonly deleted: 'started' | 'gone';
  /** False: the task was gone, or its deletion under way, before this call. */
  readonly changed: boolean;
  readonly notes: readonly string[];
}

/**
 * Deletes a task that was just read; waits until the deadline for a build in progress, since Coder refuses until it has
 * ended (coder-api §3.4). Without a deadline it does not wait. Errors: CoderError `build_active` when the build outlasts
 * the deadline, `cannot_open`, `forbidden`, and whatever leaves open what became of the request.
 */
export async function deleteTask(
  task: Task,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<Deletion> {
  const { finder, memory } = context.tasks;
  let wasAccepted = false;
  for (let current = task; !finder.isGone(current); ) {
    const outcome = await tryDelete(current, context);
    if (outcome instanceof CoderError) {
      current = await afterBuildOrEnd(current, outcome, deadline, context);
      continue;
    }
    wasAccepted = outcome === 'accepted';
    if (wasAccepted) memory.markGone(task.id);
  }
  return whatIsLeft(task, wasAccepted, context);
}

/** `gone`: somebody else has deleted it, or an earlier try whose answer was lost. An error: the build that is in the way. */
async function tryDelete(task: Task, context: SteeringContext): Promise<'accepted' | 'gone' | CoderError> {
  const { coder, signal, tasks } = context;
  try {
    await coder.deleteTask({ user: 'me', task: task.id }, { signal });
    return 'accepted';
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    if (error.code === 'build_active') return error;
    if (error.code === 'not_found') {
      await tasks.finder.confirmGone(task, error, signal);
      return 'gone';
    }
    if (error.reached !== 'no' && (await isGoneAfter(task, error, context))) return 'gone';
    throw explained(task, error);
  }
}

/** After an answer that was lost: whether the task is gone now. Rejects when that cannot be read either. */
async function isGoneAfter(task: Task, lost: CoderError, context: SteeringContext): Promise<boolean> {
  try {
    await context.tasks.find(task.id, context.signal);
    return false;
  } catch (error) {
    if (isCoderError(error, 'task_gone')) return true;
    if (!(error instanceof CoderError)) throw error;
    throw new CoderError(
      lost.code,
      `whether ${nameOf(task)} was deleted is not known: Coder's answer did not come, and the task cannot be read now. The same call again is safe: it looks first`,
      { ...lost, reached: 'unknown', cause: lost },
    );
  }
}

function explained(task: Task, error: CoderError): CoderError {
  // Coder reads the template before it deletes, and says so in an inner error (restricted-token.json).
  const isScope = error.code === 'forbidden' && /template/i.test(error.serverMessage ?? '');
  const why = isScope ? 'the token lacks the scope template:read' : 'it is still there';
  return new CoderError(error.code, `nothing was deleted: ${nameOf(task)} stays, ${why}`, { ...error, cause: error });
}

async function afterBuildOrEnd(
  task: Task,
  inTheWay: CoderError,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<Task> {
  try {
    return await afterBuild(task, inTheWay, deadline, context);
  } catch (error) {
    // The build in the way was somebody else's deletion.
    if (isCoderError(error, 'task_gone')) return task;
    throw error;
  }
}

/** What is left of the workspace tells a deletion that is under way from one that has ended, or failed. */
async function whatIsLeft(task: Task, wasAccepted: boolean, { coder, signal }: SteeringContext): Promise<Deletion> {
  const started: Deletion = { deleted: 'started', changed: wasAccepted, notes: [] };
  const gone: Deletion = { deleted: 'gone', changed: wasAccepted, notes: [] };
  if (!task.workspace_id) return gone;
  let workspace: Workspace;
  try {
    workspace = await coder.getWorkspace(task.workspace_id, { includeDeleted: true, signal });
  } catch (error) {
    if (isCoderError(error, 'workspace_deleted')) return gone;
    if (!(error instanceof CoderError)) throw error;
    if (wasAccepted) return started;
    return { ...gone, notes: ['whether its workspace is destroyed too could not be read'] };
  }
  const { transition, status } = workspace.latest_build;
  if (status === 'deleted') return gone;
  if (transition !== 'delete')
    return wasAccepted
      ? started
      : { ...gone, notes: [`its workspace is still there (${status}): it was not deleted with the task`] };
  if (status !== 'failed' && status !== 'canceled') return started;
  throw new CoderError('delete_failed', `${nameOf(task)} is not deleted: its delete build has ${status}`, {
    reached: 'yes',
  });
}
