/** Bringing a task to where its agent can be told something: waiting out what it does, resuming it when it is paused. */

import { CoderError, type ErrorCode, isCoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { causeOf } from '../diagnosing/diagnosis.js';
import type { TaskMemory } from '../knowing/memory.js';
import { type Phase, phaseOf } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';
import { queueStart } from './resume.js';
import { undelivered } from './send-trace.js';
import { reread, type SteeringContext, watchUntil } from './steering.js';
import { rereadAfter } from './switching.js';

/** What one call has done and seen on the way to its agent. */
export interface Course {
  /** This call has resumed the task. */
  hasResumed: boolean;
  /** The workspace was seen starting: its agent does the prompt first, and a flash of idle before that does not count. */
  mustSettle: boolean;
}

export interface Readiness {
  readonly isReady: boolean;
  readonly view: TaskView;
}

type Way = 'open' | 'wait' | 'coming up' | 'resume' | 'wait, then refuse' | 'refuse';

/** What stands between a message and the agent, by the phase as Coder reports it. */
const ways = {
  waiting: 'open',
  done: 'open',
  failed: 'open',
  active: 'open',
  working: 'wait',
  queued: 'coming up',
  starting: 'coming up',
  pausing: 'coming up',
  canceling: 'coming up',
  paused: 'resume',
  // Both may heal; by the time they are settled nobody expects it any more.
  unreachable: 'wait, then refuse',
  unhealthy: 'wait, then refuse',
  broken: 'refuse',
  unknown: 'refuse',
  deleting: 'refuse',
  gone: 'refuse',
} as const satisfies Record<Phase, Way>;

/**
 * Waits until the agent can be told something, at most until the deadline; a paused task is resumed, once. Throws the
 * CoderError that says why it can never be told.
 */
export async function untilReady(
  task: Task,
  course: Course,
  deadline: number,
  context: SteeringContext,
): Promise<Readiness> {
  const { memory } = context.tasks;
  const isDecided = (view: TaskView) => {
    if (wayOf(view) === 'coming up') course.mustSettle = true;
    return hasWay(view, course, memory);
  };
  for (let current = task; ; ) {
    announce(context.tasks.view(current), context);
    const { view, reached } = await watchUntil(current, isDecided, deadline, context);
    if (!reached) return { isReady: false, view };
    const way = wayOf(view);
    if (way === 'open') return { isReady: true, view };
    if (way !== 'resume' || course.hasResumed) throw await refusal(view, context);
    current = await resumeOnce(view.task, course, context);
  }
}

function wayOf({ phase, task }: TaskView): Way {
  // The view may count as working what Coder reports as idle: only a refused message proves it.
  return ways[phase === 'gone' ? phase : phaseOf(task)];
}

function hasWay(view: TaskView, { mustSettle }: Course, memory: TaskMemory): boolean {
  switch (wayOf(view)) {
    case 'open': {
      const isBusy = view.phase === 'working' && memory.busy(view.task.id) !== undefined;
      return mustSettle ? view.settled : !isBusy;
    }
    case 'wait':
    case 'coming up':
      return false;
    case 'wait, then refuse':
      return view.settled;
    case 'resume':
    case 'refuse':
      return true;
  }
}

function announce({ task, phase }: TaskView, { progress }: SteeringContext): void {
  const way = ways[phase];
  if (way === 'wait' || way === 'coming up')
    progress(`${nameOf(task)} is ${phase}; the message is sent when its turn is over`);
}

async function resumeOnce(task: Task, course: Course, context: SteeringContext): Promise<Task> {
  course.mustSettle = true;
  try {
    await queueStart(task, context);
  } catch (error) {
    // Somebody else was quicker.
    if (isCoderError(error, 'build_active', 'already_running')) return reread(task, context);
    throw error instanceof CoderError ? undelivered(task, error) : error;
  }
  course.hasResumed = true;
  return rereadAfter(task, 'start', context);
}

const refusalCodes: Partial<Record<Phase, ErrorCode>> = {
  gone: 'task_gone',
  deleting: 'task_gone',
  paused: 'task_paused',
  unreachable: 'agent_unreachable',
};

/** Why nothing can be sent, with the cause where it can be read. */
async function refusal(view: TaskView, { coder, signal }: SteeringContext): Promise<CoderError> {
  const cause = await causeOf(coder, view, signal);
  const words = `nothing was sent: ${nameOf(view.task)} is ${view.phase}${cause === undefined ? '' : ` (${cause})`}`;
  return new CoderError(refusalCodes[view.phase] ?? 'task_not_active', words, { reached: 'no' });
}
