/** Bringing a task to where its agent can be told something: waiting out what it does, resuming it when it is paused. */

import { CoderError, type ErrorCode, isCoderError } from '../../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../../coder/wire/schemas.js';
import { causeOf } from '../../diagnosing/diagnosis.js';
import { timeOf } from '../../knowing/build-times.js';
import type { TaskMemory } from '../../knowing/memory.js';
import { type Phase, phaseOf } from '../../knowing/phase.js';
import type { TaskView } from '../../knowing/view.js';
import { isBusy } from '../../screen/roles.js';
import { nameOf } from '../../summary.js';
import { savedConversation } from '../prompt-changes.js';
import { queueStart } from '../resume.js';
import { reread, type SteeringContext, watchUntil } from '../steering.js';
import { rereadAfter } from '../switching.js';
import { readUntil, undelivered } from './conversation.js';

/** What one call has done and seen on the way to its agent. */
export interface SendState {
  /** This call, or one before it that could not send yet, has resumed the task. */
  hasResumed: boolean;
  /** The workspace was seen starting: its agent does the prompt first, and a flash of idle before that does not count. */
  mustSettle: boolean;
  /** By the clock: not before then is a report that says working doubted. */
  doubtFrom: number;
  /** Told with the answer. */
  readonly notes: string[];
}

export interface Readiness {
  readonly isReady: boolean;
  readonly view: TaskView;
}

/** What a phase means for a message. */
type Access = 'open' | 'wait' | 'coming up' | 'resume' | 'wait, then refuse' | 'refuse';

/** What stands between a message and the agent, by the phase as Coder reports it. */
const accessIn = {
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
} as const satisfies Record<Phase, Access>;

// A report of "working" that is older, beside a conversation that stands still, may be stale; Coder refuses a busy agent.
const STALE_REPORT_MS = 60_000;
const DOUBT_AGAIN_MS = 10_000;
const QUIET_MS = 3_000;
const LOOK_MS = 5_000;
const STALE_NOTE =
  'its report still said "working", but was older than 60 s beside a conversation that stood still: it was sent all the same';

/**
 * Waits until the agent can be told something, at most until the deadline; a paused task is resumed, once. Throws the
 * CoderError that says why it can never be told.
 */
export async function untilReady(
  task: Task,
  state: SendState,
  deadline: number,
  context: SteeringContext,
): Promise<Readiness> {
  const { clock, tasks } = context;
  const isDecided = (view: TaskView) => {
    if (accessOf(view) === 'coming up') state.mustSettle = true;
    return canDecide(view, state, tasks.memory);
  };
  for (let current = task; ; ) {
    announce(tasks.view(current), context);
    const until = Math.min(deadline, doubtAt(current, state, context));
    const { view, reached } = await watchUntil(current, isDecided, until, context);
    if (reached) {
      const access = accessOf(view);
      if (access === 'open') return { isReady: true, view };
      if (access !== 'resume' || state.hasResumed) throw await refusal(view, context);
      current = await resumeOnce(view.task, state, context);
      continue;
    }
    if (clock.now() >= doubtAt(view.task, state, context)) {
      if (await isReportStale(view.task, context)) {
        state.notes.push(STALE_NOTE);
        return { isReady: true, view };
      }
      state.doubtFrom = clock.now() + DOUBT_AGAIN_MS;
    }
    if (clock.now() >= deadline) return { isReady: false, view };
    current = view.task;
  }
}

/** By the clock, when a report that says working is old enough to be doubted; never for one that says something else. */
function doubtAt(task: Task, { doubtFrom, mustSettle }: SendState, { clock, coder }: SteeringContext): number {
  const reportedAt = timeOf(task.current_state?.timestamp);
  if (accessIn[phaseOf(task)] !== 'wait' || mustSettle || reportedAt === undefined) return Number.POSITIVE_INFINITY;
  return Math.max(doubtFrom, clock.now() + reportedAt + STALE_REPORT_MS - coder.now());
}

async function isReportStale(task: Task, context: SteeringContext): Promise<boolean> {
  const startedAt = context.coder.now();
  try {
    const { logs, snapshot } = await readUntil(context.clock.now() + LOOK_MS, task, context);
    if (snapshot) return false;
    context.tasks.memory.seeLogs(task.id, logs, startedAt);
    return isQuiet(logs, startedAt);
  } catch (error) {
    if (error instanceof CoderError) return false;
    throw error;
  }
}

/** Whether the conversation ends in a screen that has stood still (behaviour §7), and does not say that the agent works. */
export function isQuiet(logs: readonly LogEntry[], now: number): boolean {
  const last = logs.at(-1);
  const writtenAt = timeOf(last?.time);
  if (last === undefined || last.type === 'input' || writtenAt === undefined) return false;
  return now - writtenAt >= QUIET_MS && !isBusy(last.content);
}

function accessOf({ phase, task }: TaskView): Access {
  // The view may count as working what Coder reports as idle: only a refused message proves it.
  return accessIn[phase === 'gone' ? phase : phaseOf(task)];
}

function canDecide(view: TaskView, { mustSettle }: SendState, memory: TaskMemory): boolean {
  switch (accessOf(view)) {
    case 'open': {
      const isRefused = view.phase === 'working' && memory.busy(view.task.id) !== undefined;
      return mustSettle ? view.settled : !isRefused;
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
  const access = accessIn[phase];
  if (access === 'wait' || access === 'coming up')
    progress(`${nameOf(task)} is ${phase}; the message is sent when its turn is over`);
}

async function resumeOnce(task: Task, state: SendState, context: SteeringContext): Promise<Task> {
  const { coder, tasks } = context;
  state.mustSettle = true;
  const saved = await savedConversation(task, context);
  const at = coder.now();
  try {
    await queueStart(task, context);
  } catch (error) {
    // Somebody else was quicker.
    if (isCoderError(error, 'build_active', 'already_running')) return reread(task, context);
    throw error instanceof CoderError ? undelivered(task, error) : error;
  }
  state.hasResumed = true;
  tasks.outbox.noteResumed(task.id, { at, saved });
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
