/** What becomes of a message that was posted: its answer, or what the conversation and the reports tell of it (behaviour §3.10). */

import { sleep } from '../../../coder/clock.js';
import { CoderError } from '../../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../../coder/wire/schemas.js';
import { quotedLine } from '../../../text/untrusted.js';
import { phaseOf } from '../../knowing/phase.js';
import type { TaskView } from '../../knowing/view.js';
import { nameOf } from '../../summary.js';
import { reread, type SteeringContext } from '../steering.js';
import { type Arrival, arrivalOf, hasMovedOn, hasReacted } from './arrival.js';
import { readUntil } from './conversation.js';
import { beforeDeadline, type Message } from './outbox.js';
import { isQuiet } from './readiness.js';

export type Delivery =
  | {
      readonly delivered: 'yes';
      /** Undefined where the words stood there before this call: another process sent them. */
      readonly message: Message | undefined;
      readonly task: Task;
      readonly notes: readonly string[];
    }
  | {
      readonly delivered: 'unknown';
      readonly message: Message;
      readonly task: Task;
      /** A code and words, where something of the agent's is in the way. */
      readonly cause?: string;
      /** Its request is still open: meanwhile Coder shows no conversation. */
      readonly isOpen: boolean;
      readonly notes: readonly string[];
    }
  | {
      readonly delivered: 'no';
      readonly view: TaskView;
      /** A code and words, where it is not the task's phase alone. */
      readonly cause?: string;
      /** False where it was not posted for another reason than the time. */
      readonly isTimeOut: boolean;
      readonly notes: readonly string[];
    };

export interface DeliveryTimes {
  /** What the outbox had posted when the call began. */
  readonly posted: number;
  /** Until when the agent is waited for, by the clock. */
  readonly deadline: number;
  /** The host's cap: no answer of Coder is waited for any longer. */
  readonly cap: number;
}

export const BUSY_SCREEN = 'agent_busy: its screen says that it is at work';

// A lost request is carried out within this time, or never: as long as AgentAPI may take to type a message.
const LOOK_FOR_MS = 30_000;
const LOOK_EVERY_MS = 2_000;
// A message that is posted at the end of the time still gets its answer, mostly within 1.2 s.
const ANSWER_MS = 5_000;
// AgentAPI answers a message within 2 s; later only reports can tell, since the conversation is closed meanwhile.
const SLOW_ANSWER_MS = 5_000;

/** When the call must end that posts now: nobody waits for it any longer. */
export function latestOf({ deadline, cap }: DeliveryTimes, now: number): number {
  return Math.min(cap, Math.max(deadline, now + ANSWER_MS));
}

/** What became of a message that was just posted; `refusal` when it was certainly not delivered. */
export async function outcomeOf(
  message: Message,
  task: Task,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Delivery | { readonly refusal: CoderError }> {
  const { clock, signal, tasks } = context;
  const latest = latestOf(times, clock.now());
  for (let now = task, until = clock.now() + SLOW_ANSWER_MS; ; until = clock.now() + LOOK_EVERY_MS) {
    const answer = await beforeDeadline(message.answer, { clock, deadline: Math.min(until, latest), signal });
    if (answer !== undefined) return outcomeOfAnswer(answer.error, message, now, times, context);
    now = await rereadQuietly(now, context);
    if (hasReacted(message, now.current_state)) {
      tasks.outbox.note(task.id, message);
      const notes = ['Coder has not answered yet, but the agent has reported since: it reacted'];
      return { delivered: 'yes', message, task: now, notes };
    }
    if (clock.now() < latest) continue;
    tasks.outbox.note(task.id, message);
    return { delivered: 'unknown', message, task: now, isOpen: true, notes: [OPEN] };
  }
}

const OPEN =
  'Coder has not answered yet; the request goes on. Until then the conversation cannot be read; a dialog on the agent’s screen may hold it up';

async function outcomeOfAnswer(
  error: unknown,
  message: Message,
  task: Task,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Delivery | { readonly refusal: CoderError }> {
  if (error === undefined) return { delivered: 'yes', message, task, notes: [] };
  if (error instanceof CoderError && error.reached !== 'no') return lookFor(message, task, error, times, context);
  context.tasks.outbox.forget(task.id, message);
  if (error instanceof CoderError) return { refusal: error };
  throw error;
}

/**
 * What an error leaves open. `unacknowledged`: the words are in the agent's terminal, and it did not begin to work within
 * 17 s. `blocked`: its screen did not come to rest, a dialog is open. `lost`: nothing is known.
 */
type Doubt = 'unacknowledged' | 'blocked' | 'lost';

function doubtOf({ code, serverDetail = '' }: CoderError): Doubt {
  if (code !== 'message_rejected') return 'lost';
  if (/failed to wait for processing to start/.test(serverDetail)) return 'unacknowledged';
  return /failed to wait for screen to stabilize/.test(serverDetail) ? 'blocked' : 'lost';
}

/** The answer was lost, or leaves it open: only the conversation and the report tell. */
async function lookFor(
  message: Message,
  task: Task,
  error: CoderError,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Delivery> {
  const { clock, signal, progress } = context;
  const doubt = doubtOf(error);
  progress(`looking for the message in the conversation of ${nameOf(task)}`);
  const latest = latestOf(times, clock.now());
  const end =
    doubt === 'blocked' ? clock.now() : Math.min(latest, doubt === 'lost' ? clock.now() + LOOK_FOR_MS : latest);
  for (let now = task; ; ) {
    now = await rereadQuietly(now, context);
    const arrival = await lookOnce(message, now, latest, context);
    if (isArrived(arrival, doubt, message, now)) {
      context.tasks.outbox.note(task.id, message);
      const seen =
        arrival === 'taken' ? 'the message stands in the conversation' : 'the agent has reported since: it reacted';
      return { delivered: 'yes', message, task: now, notes: [`${lossWords(error)}, but ${seen}`] };
    }
    if (clock.now() >= end) {
      const cause = causeOfDoubt(doubt, arrival);
      return {
        delivered: 'unknown',
        message,
        task: now,
        isOpen: false,
        ...(cause !== undefined && { cause }),
        notes: [`${lossWords(error)}, and ${arrivalWords[arrival]}`],
      };
    }
    await sleep(clock, Math.min(LOOK_EVERY_MS, end - clock.now()), signal);
  }
}

const arrivalWords = {
  taken: 'the message stands in the conversation',
  reacted: 'the agent has reacted',
  typed: 'the words stand in the input line of the agent, not taken yet',
  absent: 'the message is not in the conversation',
  unreadable: 'the conversation does not tell',
} as const satisfies Record<Arrival, string>;

function isArrived(arrival: Arrival, doubt: Doubt, message: Message, task: Task): boolean {
  if (arrival === 'taken' || arrival === 'reacted') return true;
  // The words were typed: a report since then is about them. Where the request itself may be lost it may be about another's.
  return doubt !== 'lost' && hasReacted(message, task.current_state);
}

function causeOfDoubt(doubt: Doubt, arrival: Arrival): string | undefined {
  switch (doubt) {
    case 'lost':
      return undefined;
    case 'unacknowledged':
      return arrival === 'typed'
        ? 'not_acknowledged: the text was typed and stands in the input line of the agent, which has not taken it yet'
        : 'not_acknowledged: the text was typed, but the agent did not begin to work: it may do it later, or its screen takes no text (a sign-in page, a dialog) and it is lost';
    case 'blocked':
      return 'screen_blocked: not taken, the screen of the agent did not come to rest: a dialog, a sign-in or a first-run page may be open. A person can look at it on the dashboard or with coder ssh';
  }
}

async function lookOnce(message: Message, task: Task, end: number, context: SteeringContext): Promise<Arrival> {
  const read = await readQuietly(task, end, context);
  return arrivalOf(message, read, task.current_state);
}

async function readQuietly(task: Task, end: number, context: SteeringContext) {
  try {
    return await readUntil(end, task, context);
  } catch (error) {
    if (error instanceof CoderError) return undefined;
    throw error;
  }
}

async function rereadQuietly(task: Task, context: SteeringContext): Promise<Task> {
  try {
    return await reread(task, context);
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof CoderError) return task;
    throw error;
  }
}

const EARLIER = 'an earlier call has posted the same message: it was not sent again';

/** What became of the same message of an earlier call; undefined when it did not arrive, and may be posted. */
export async function recall(
  message: Message,
  task: Task,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Delivery | undefined> {
  const { error } = await message.answer;
  const yes = (now: Task): Delivery => ({
    delivered: 'yes',
    message,
    task: now,
    notes: [EARLIER, 'a further call would say it a second time'],
  });
  if (error === undefined) return yes(task);
  const { clock, coder, signal, tasks } = context;
  if (!(error instanceof CoderError) || error.reached === 'no') {
    tasks.outbox.forget(task.id, message);
    return undefined;
  }
  const doubt = doubtOf(error);
  const latest = latestOf(times, clock.now());
  for (let now = task; ; now = await rereadQuietly(now, context)) {
    const read = await readQuietly(now, latest, context);
    const arrival = arrivalOf(message, read, now.current_state);
    if (isArrived(arrival, doubt, message, now)) return yes(now);
    if (arrival === 'absent' && isGivenUp(message, now, doubt, read?.logs ?? [], coder.now())) {
      tasks.outbox.forget(task.id, message);
      return undefined;
    }
    if (doubt !== 'lost' || arrival !== 'absent' || clock.now() >= latest) {
      const cause = causeOfDoubt(doubt, arrival);
      const notes = [
        EARLIER,
        arrival === 'unreadable' ? 'whether it arrived cannot be read now' : arrivalWords[arrival],
      ];
      return { delivered: 'unknown', message, task: now, isOpen: false, ...(cause !== undefined && { cause }), notes };
    }
    await sleep(clock, Math.min(LOOK_EVERY_MS, Math.max(1, latest - clock.now())), signal);
  }
}

/** Whether a message that stands nowhere will not come any more, so that it may be posted again. */
function isGivenUp(message: Message, task: Task, doubt: Doubt, logs: readonly LogEntry[], now: number): boolean {
  // What was typed into a program that has ended since is lost.
  const { build } = message.before;
  if (build !== undefined && (task.workspace_build_number ?? build) !== build) return true;
  if (doubt === 'lost') return now >= message.at + LOOK_FOR_MS;
  // The agent went on without it, and stands still: it would have taken it before.
  return phaseOf(task) !== 'working' && hasMovedOn(message, logs) && isQuiet(logs, now);
}

function lossWords({ status, serverMessage }: CoderError): string {
  if (status === undefined || serverMessage === undefined) return "Coder's answer was lost";
  return `Coder answered ${quotedLine(serverMessage)}`;
}
