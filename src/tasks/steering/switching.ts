/** What pausing and resuming have in common: the build that is in the way, the one they queue, and what their answers say. */

import { sleep } from '../../coder/clock.js';
import { CoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { phaseOf } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import { type BriefSummary, nameOf } from '../summary.js';
import { glimpse, reread, type SteeringContext, type Watched, watchUntil } from './steering.js';

// What the task shows and what Coder refuses may differ for a moment.
const BETWEEN_TRIES_MS = 1_000;

/** What came of a pause or a resume. */
export interface Switched {
  /** This call asked for the build. */
  readonly changed: boolean;
  readonly view: TaskView;
  /** The wait that was asked for ended before its goal. */
  readonly timedOut: boolean;
  readonly notes: readonly string[];
}

/** Whether the task was read after this build was queued. */
export function isOfBuild({ workspace_build_number }: Task, build: number): boolean {
  return (workspace_build_number ?? Number.POSITIVE_INFINITY) >= build;
}

/** What came of it, with what a watch until the deadline has seen. */
export function switched(
  changed: boolean,
  { view, reached, trouble }: Watched,
  deadline: number | undefined,
  notes: readonly string[],
): Switched {
  const timedOut = deadline !== undefined && !reached && trouble === undefined;
  return { changed, view, timedOut, notes: trouble === undefined ? notes : [...notes, trouble] };
}

/** What an answer says of it: the small summary, and what was done. */
export async function switchedSummary(
  { changed, view, timedOut, notes }: Switched,
  { tasks, signal }: SteeringContext,
): Promise<BriefSummary & { readonly changed: boolean; readonly timed_out?: boolean }> {
  const summary = await tasks.brief(view, signal);
  return {
    ...summary,
    changed,
    ...(timedOut && { timed_out: true }),
    notes: [...(summary.notes ?? []), ...notes],
  };
}

/** An answer about a task to which nothing was done. */
export function still(task: Task, note: string, context: SteeringContext): Switched {
  return switched(false, glimpse(task, context), undefined, [note]);
}

/** A task that is being deleted can be neither paused nor resumed. */
export function requireAlive(task: Task): void {
  if (phaseOf(task) !== 'deleting') return;
  throw new CoderError('task_gone', `${nameOf(task)} is being deleted`, { reached: 'no' });
}

/** The task after the build of somebody else has ended; without the time for that, its `build_active` error. */
export async function afterBuild(
  task: Task,
  error: CoderError,
  deadline: number | undefined,
  context: SteeringContext,
): Promise<Task> {
  const now = await reread(task, context);
  const { clock, signal, progress } = context;
  if (deadline === undefined || clock.now() >= deadline) throw inTheWay(now, error);
  progress(`${nameOf(now)} has a build in progress; waiting for its end`);
  const isOver = ({ phase, task: seen }: TaskView) => phase === 'gone' || !isBuilding(seen);
  const { view, reached } = await watchUntil(now, isOver, deadline, context);
  if (!reached) throw inTheWay(view.task, error);
  await sleep(clock, BETWEEN_TRIES_MS, signal);
  return reread(task, context);
}

function inTheWay(task: Task, error: CoderError): CoderError {
  // Words that say who can help are kept.
  if (error.cause instanceof CoderError && error.status !== 409) return error;
  const words = `${nameOf(task)} is ${phaseOf(task)}: a build of its workspace is in the way, and nothing was done`;
  return new CoderError('build_active', words, { ...error, cause: error });
}

const buildingStatuses = ['pending', 'starting', 'stopping', 'canceling', 'deleting'];

function isBuilding({ workspace_status }: Task): boolean {
  return buildingStatuses.includes(workspace_status ?? '');
}

/** The task after its build was queued; if it cannot be read, the error tells that the build was. */
export async function rereadAfter(task: Task, transition: string, context: SteeringContext): Promise<Task> {
  try {
    return await reread(task, context);
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    const words = `the ${transition} build of ${nameOf(task)} was queued, but what came of it cannot be read`;
    throw new CoderError(error.code, words, { ...error, cause: error });
  }
}
