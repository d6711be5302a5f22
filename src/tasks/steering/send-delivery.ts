/** Delivering one message to an agent: posted once, and looked for where its answer is lost (behaviour §3.1). */

import { sleep } from '../../coder/clock.js';
import { CoderError, type ErrorCode } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { visibleLine } from '../../text/untrusted.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';
import { beforeDeadline, type Message } from './send-outbox.js';
import { type Course, untilReady } from './send-ready.js';
import { closedOrGone, standingOf, traceOf, undelivered } from './send-trace.js';
import { reread, type SteeringContext } from './steering.js';

export type Delivery =
  | { readonly delivered: 'yes'; readonly message: Message; readonly notes: readonly string[] }
  | { readonly delivered: 'unknown'; readonly message: Message; readonly notes: readonly string[] }
  /** The time was up before it could be posted; `cause` where it is not the task itself. */
  | { readonly delivered: 'no'; readonly view: TaskView; readonly cause?: string; readonly notes: readonly string[] };

export interface DeliveryTimes {
  /** What the outbox had posted when the call began. */
  readonly posted: number;
  /** Until when the agent is waited for, by the clock. */
  readonly deadline: number;
  /** Until when an answer is waited for. */
  readonly patience: number;
}

// An answer that was lost: as long as AgentAPI may take to type a message (behaviour §3.1).
const LOOK_FOR_MS = 30_000;
const LOOK_EVERY_MS = 2_000;
// The state may change between the look at the task and the message, but hardly time and again.
const MAX_MOVES = 5;
const RESUMED =
  'the task was paused and has been resumed: its agent may have done its initial prompt again, and may not know the conversation';

/** Posts the message when the agent takes it. Must run in the task's turn of the outbox. Throws what refuses it for good. */
export async function deliver(
  task: Task,
  input: string,
  { posted, deadline, patience }: DeliveryTimes,
  context: SteeringContext,
): Promise<Delivery> {
  const earlier = context.tasks.outbox.earlier(task.id, input, posted);
  const recalled = earlier && (await recall(earlier, task, patience, context));
  if (recalled) return recalled;
  const course: Course = { hasResumed: false, mustSettle: false };
  const told = (delivery: Delivery): Delivery =>
    course.hasResumed ? { ...delivery, notes: [RESUMED, ...delivery.notes] } : delivery;
  for (let current = task, refusals = 0; ; ) {
    const { isReady, view } = await untilReady(current, course, deadline, context);
    if (!isReady) return told({ delivered: 'no', view, notes: [] });
    const { before, awaitsPrompt } = await standingOf(view.task, patience, context);
    // A message after a slow look would be posted when nobody waits for its answer any more.
    if (context.clock.now() >= patience)
      return told({ delivered: 'no', view, cause: 'the conversation could not be read in time', notes: [] });
    if (awaitsPrompt && !course.mustSettle) {
      course.mustSettle = true;
      continue;
    }
    context.signal.throwIfAborted();
    context.progress(`sending to ${nameOf(task)}`);
    const message = context.tasks.outbox.post(task.id, input, before);
    const outcome = await outcomeOf(message, view.task, patience, context);
    if (!('refusal' in outcome)) return told(outcome);
    const { refusal } = outcome;
    const isBusy = saysBusy(refusal);
    if (isBusy) context.tasks.memory.noteBusy(task.id);
    else refusals += 1;
    if (!isBusy && (!movedOn.includes(refusal.code) || refusals > MAX_MOVES))
      throw await refused(refusal, task, context);
    current = await reread(task, context);
  }
}

/** What became of a message that was just posted; `refusal` when it was certainly not delivered. */
async function outcomeOf(
  message: Message,
  task: Task,
  patience: number,
  context: SteeringContext,
): Promise<Delivery | { readonly refusal: CoderError }> {
  const { clock, signal, tasks } = context;
  const answer = await beforeDeadline(message.answer, { clock, deadline: patience, signal });
  if (answer === undefined) {
    tasks.outbox.note(task.id, message);
    return { delivered: 'unknown', message, notes: ['Coder has not answered yet; the request goes on'] };
  }
  const { error } = answer;
  if (error === undefined) return { delivered: 'yes', message, notes: [] };
  if (error instanceof CoderError && error.reached !== 'no')
    return lookFor(message, task, { error, patience }, context);
  tasks.outbox.forget(task.id, message);
  if (error instanceof CoderError) return { refusal: error };
  throw error;
}

/** The task has left the state in which it was seen; nothing was sent. */
const movedOn: readonly ErrorCode[] = ['task_paused', 'task_starting', 'task_not_active'];

/** Up to 2.31 the same words come with another status, and AgentAPI has its own for it. */
function saysBusy({ code, reached }: CoderError): boolean {
  return code === 'agent_busy' || (code === 'message_rejected' && reached === 'no');
}

async function refused(error: CoderError, task: Task, context: SteeringContext): Promise<CoderError> {
  return error.code === 'not_found' ? closedOrGone(task, error, context) : undelivered(task, error);
}

/** What became of the same message of an earlier call; undefined when it did not arrive, and may be posted. */
async function recall(
  message: Message,
  task: Task,
  patience: number,
  context: SteeringContext,
): Promise<Delivery | undefined> {
  const { error } = await message.answer;
  const notes = ['an earlier call has posted the same message: it was not sent again'];
  if (error !== undefined) {
    const isRefused = error instanceof CoderError && error.reached === 'no';
    const trace = isRefused ? 'absent' : await traceOf(message, task, patience, context);
    if (trace === 'unreadable') {
      return { delivered: 'unknown', message, notes: [...notes, 'whether it arrived cannot be read now'] };
    }
    if (trace === 'absent') {
      context.tasks.outbox.forget(task.id, message);
      return undefined;
    }
  }
  return { delivered: 'yes', message, notes: [...notes, 'a further call would say it a second time'] };
}

/** The answer was lost, or leaves it open: only the conversation tells. */
async function lookFor(
  message: Message,
  task: Task,
  { error, patience }: { readonly error: CoderError; readonly patience: number },
  context: SteeringContext,
): Promise<Delivery> {
  const { clock, signal, tasks, progress } = context;
  progress(`looking for the message in the conversation of ${nameOf(task)}`);
  tasks.outbox.note(task.id, message);
  const end = Math.min(clock.now() + LOOK_FOR_MS, patience);
  for (;;) {
    const trace = await traceOf(message, task, end, context);
    if (trace === 'found') {
      return { delivered: 'yes', message, notes: [`${lossWords(error)}, but the message stands in the conversation`] };
    }
    if (clock.now() >= end) {
      const seen = trace === 'absent' ? 'the message is not in the conversation' : 'the conversation does not tell';
      return { delivered: 'unknown', message, notes: [`${lossWords(error)}, and ${seen}`] };
    }
    await sleep(clock, Math.min(LOOK_EVERY_MS, end - clock.now()), signal);
  }
}

function lossWords({ status, serverMessage }: CoderError): string {
  if (status === undefined || serverMessage === undefined) return "Coder's answer was lost";
  return `Coder answered "${visibleLine(serverMessage)}"`;
}
