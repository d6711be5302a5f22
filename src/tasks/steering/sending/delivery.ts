/** Delivering one message to an agent: when nothing speaks against it, and once (behaviour §3.10). */

import { sleep } from '../../../coder/clock.js';
import type { CoderError, ErrorCode } from '../../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../../coder/wire/schemas.js';
import { timeOf } from '../../knowing/build-times.js';
import type { TaskView } from '../../knowing/view.js';
import { isBusy } from '../../screen/roles.js';
import { nameOf } from '../../summary.js';
import { reread, type SteeringContext } from '../steering.js';
import { closedOrGone, type Standing, standingBefore, undelivered } from './conversation.js';
import { alreadySaid, selectionOpen, startedAnew } from './objections.js';
import { BUSY_SCREEN, type Delivery, type DeliveryTimes, latestOf, outcomeOf, recall } from './outcome.js';
import { type SendState, untilReady } from './readiness.js';

const BUSY_LOOK_MS = 3_000;
// A busy row that has stood for so long was left behind (behaviour §7).
const BUSY_ROW_STALE_MS = 15 * 60_000;
// The state may change between the look at the task and the message, but hardly time and again.
const MAX_REFUSALS = 5;
const RESUMED =
  'the task was paused and has been resumed: its agent may have done its initial prompt again, and may not know the conversation';
const APP_DOWN = 'app_down: the agent program refuses connections, whatever the task reports. Nothing was sent';

/** Posts the message when the agent takes it. Must run in the task's turn of the outbox. Throws what refuses it for good. */
export async function deliver(
  task: Task,
  input: string,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Delivery> {
  const { outbox, memory } = context.tasks;
  const earlier = outbox.earlier(task.id, input, times.posted);
  const recalled = earlier && (await recall(earlier, task, times, context));
  if (recalled) return recalled;
  const hasResumed = outbox.resumed(task.id) !== undefined;
  const state: SendState = { hasResumed, mustSettle: hasResumed, doubtFrom: 0, notes: [] };
  const withNotes = (delivery: Delivery): Delivery => ({
    ...delivery,
    notes: [...(state.hasResumed ? [RESUMED] : []), ...state.notes, ...delivery.notes],
  });
  const insists = new Set<string>();
  for (let current = task, refusals = 0; ; ) {
    const { isReady, view } = await untilReady(current, state, times.deadline, context);
    if (!isReady) return withNotes({ delivered: 'no', view, isTimeOut: true, notes: [] });
    const end = latestOf(times, context.clock.now());
    const standing = await standingBefore(input, view.task, end, context);
    const held = await holdBack(input, view, standing, { state, times, insists }, context);
    if (held === 'look again') {
      current = await reread(task, context);
      continue;
    }
    if (held) return withNotes(held);
    // A message after a slow look would be posted when nobody waits for its answer any more.
    if (context.clock.now() >= end)
      return withNotes(notPosted(view, 'the conversation could not be read in time', true));
    context.signal.throwIfAborted();
    context.progress(`sending to ${nameOf(task)}`);
    outbox.noteResumed(task.id, undefined);
    const message = outbox.post(task.id, input, standing.before);
    const outcome = await outcomeOf(message, view.task, times, context);
    if (!('refusal' in outcome)) return withNotes(outcome);
    const { refusal } = outcome;
    const saysBusy = isBusyRefusal(refusal);
    if (saysBusy) {
      memory.noteBusy(task.id);
      state.doubtFrom = context.clock.now() + 10_000;
    } else refusals += 1;
    if (!saysBusy && (!movedOn.includes(refusal.code) || refusals > MAX_REFUSALS))
      throw await refused(refusal, task, context);
    current = await reread(task, context);
  }
}

/** Why the message is not posted now; undefined where nothing speaks against it. */
async function holdBack(
  input: string,
  view: TaskView,
  { logs, awaitsPrompt, isAppDown }: Standing,
  {
    state,
    times,
    insists,
  }: { readonly state: SendState; readonly times: DeliveryTimes; readonly insists: Set<string> },
  context: SteeringContext,
): Promise<Delivery | 'look again' | undefined> {
  const { coder, tasks } = context;
  const { outbox } = tasks;
  const { id } = view.task;
  if (isAppDown) return waitOr(notPosted(view, APP_DOWN, true), times, context);
  if (logs === undefined) return undefined;
  if (awaitsPrompt && !state.mustSettle) {
    state.mustSettle = true;
    return 'look again';
  }
  if (saysBusy(logs, coder.now())) return waitOr(notPosted(view, BUSY_SCREEN, true), times, context);
  const age = outbox.hasSent(id, input) ? undefined : alreadySaid(input, logs, coder.now());
  if (age !== undefined) {
    const note = `the same words were said to it ${age} ago, not by this process: they were not sent again. Another word makes it a new message`;
    return { delivered: 'yes', message: undefined, task: view.task, notes: [note] };
  }
  const resumed = outbox.resumed(id);
  const objection = (resumed && startedAnew(resumed, view, logs)) ?? selectionOpen(view, logs, coder.url);
  if (objection === undefined) return undefined;
  const key = `${objection.key} ${input}`;
  if (insists.has(key) || outbox.insists(id, key)) {
    insists.add(key);
    return undefined;
  }
  outbox.object(id, key);
  outbox.noteResumed(id, undefined);
  return notPosted(view, objection.cause, false);
}

function notPosted(view: TaskView, cause: string, isTimeOut: boolean): Delivery {
  return { delivered: 'no', view, cause, isTimeOut, notes: [] };
}

/** What is in the way may pass while there is time. */
async function waitOr(
  delivery: Delivery,
  { deadline }: DeliveryTimes,
  { clock, signal }: SteeringContext,
): Promise<Delivery | 'look again'> {
  const left = deadline - clock.now();
  if (left <= 0) return delivery;
  await sleep(clock, Math.min(left, BUSY_LOOK_MS), signal);
  return 'look again';
}

function saysBusy(logs: readonly LogEntry[], now: number): boolean {
  const last = logs.at(-1);
  if (last === undefined || last.type === 'input' || !isBusy(last.content)) return false;
  return now - (timeOf(last.time) ?? now) < BUSY_ROW_STALE_MS;
}

// The task has left the state in which it was looked at.
const movedOn: readonly ErrorCode[] = ['task_paused', 'task_starting', 'task_not_active'];

/** Up to 2.31 a busy agent is a 502, and only AgentAPI's own words in the detail tell (coder-api §3.6). */
function isBusyRefusal({ code, serverDetail }: CoderError): boolean {
  return code === 'agent_busy' || (code === 'message_rejected' && /\bcan only be sent when\b/.test(serverDetail ?? ''));
}

async function refused(error: CoderError, task: Task, context: SteeringContext): Promise<CoderError> {
  return error.code === 'not_found' ? closedOrGone(task, error, context) : undelivered(task, error);
}
