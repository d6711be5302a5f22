/** Saying something to the agent of a task: waiting for it, delivering once, and its reply (behaviour §3.10). */

import type { Task } from '../../../coder/wire/schemas.js';
import { ageText } from '../../../text/age.js';
import type { PageEntry } from '../../conversation/log-page.js';
import { timeOf } from '../../knowing/build-times.js';
import { phaseOf } from '../../knowing/phase.js';
import type { TaskView } from '../../knowing/view.js';
import type { NextCall } from '../../next.js';
import { type BriefSummary, nameOf } from '../../summary.js';
import type { SteeringContext } from '../steering.js';
import { isRefusedConnection, readUntil } from './conversation.js';
import { deliver } from './delivery.js';
import { BUSY_SCREEN, type Delivery, type DeliveryTimes, latestOf } from './outcome.js';
import { replyTo } from './reply.js';

export interface Sending extends BriefSummary {
  /** `no`: it was not posted. `unknown`: it may have been delivered. */
  readonly delivered: 'yes' | 'no' | 'unknown';
  readonly timed_out?: boolean;
  readonly cursor?: string;
  readonly untrusted?: BriefSummary['untrusted'] & { readonly entries?: readonly PageEntry[] };
}

export interface SendRequest {
  /** As `readInput` gives it. */
  readonly input: string;
  readonly waitSeconds: number;
  /** When the call began, by the clock: hosts count from there. */
  readonly startedAt: number;
  /** Wait for the agent's reply too. */
  readonly reply: boolean;
}

/** Delivers the message at most once. Throws the CoderError that refuses it; that the time is up is no error. */
export async function sendInput(task: Task, request: SendRequest, context: SteeringContext): Promise<Sending> {
  const { clock, host, signal, tasks, progress } = context;
  const times: DeliveryTimes = {
    posted: tasks.outbox.posted,
    deadline: request.startedAt + Math.min(request.waitSeconds, host.maxWaitSeconds) * 1_000,
    cap: request.startedAt + host.maxWaitSeconds * 1_000,
  };
  if (tasks.outbox.isInUse(task.id)) progress(`an earlier message to ${nameOf(task)} is still on its way`);
  const leave = await tasks.outbox.enter(task.id, { clock, deadline: times.deadline, signal });
  if (leave === undefined) return answerTo(whileOthersSend(task, request, times, context), request, times, context);
  let delivery: Delivery;
  try {
    delivery = await deliver(task, request.input, times, context);
  } finally {
    leave();
  }
  return answerTo(delivery, request, times, context);
}

/** Another message of this process is still on its way, perhaps this very one. */
function whileOthersSend(
  task: Task,
  { input }: SendRequest,
  { posted }: DeliveryTimes,
  { tasks }: SteeringContext,
): Delivery {
  const same = tasks.outbox.earlier(task.id, input, posted);
  if (same)
    return {
      delivered: 'unknown',
      message: same,
      task,
      isOpen: true,
      notes: ['the same message of an earlier call is still on its way'],
    };
  const cause = 'an earlier message to this agent is still on its way';
  return { delivered: 'no', view: tasks.view(task), cause, isTimeOut: true, notes: [] };
}

async function answerTo(
  delivery: Delivery,
  request: SendRequest,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Sending> {
  switch (delivery.delivered) {
    case 'yes': {
      const sending = await delivered(delivery, request, times, context);
      if (delivery.message) context.tasks.outbox.tell(delivery.task.id, delivery.message);
      return sending;
    }
    case 'unknown':
      return undecided(delivery, context);
    case 'no':
      return unsent(delivery, context);
  }
}

async function delivered(
  { message, task, notes }: Extract<Delivery, { delivered: 'yes' }>,
  { reply }: SendRequest,
  times: DeliveryTimes,
  context: SteeringContext,
): Promise<Sending> {
  const { clock, signal, tasks } = context;
  const wish = { wanted: reply, deadline: times.deadline, latest: latestOf(times, clock.now()) };
  const { view, timedOut, entries, cursor, notes: more } = await replyTo(message, task, wish, context);
  const { untrusted, ...summary } = await tasks.brief(view, signal);
  // The reply is the last message.
  const { last_message: _, ...rest } = untrusted ?? {};
  return {
    ...withNotes(summary, [...notes, ...more]),
    delivered: 'yes',
    ...(timedOut && { timed_out: true }),
    ...(cursor !== undefined && { cursor }),
    ...(entries === undefined ? untrusted && { untrusted } : { untrusted: { ...rest, entries } }),
  };
}

async function undecided(
  { message, task, cause, isOpen, notes }: Extract<Delivery, { delivered: 'unknown' }>,
  { tasks, signal }: SteeringContext,
): Promise<Sending> {
  const view = tasks.view(task);
  // While the request is open Coder shows no conversation: a look at it would only take time.
  const summary = await (isOpen ? tasks.briefWithoutMessage(view, signal) : tasks.brief(view, signal));
  const cursor = message.before.cursor;
  const logs: NextCall = {
    tool: 'coder_get_task_logs',
    arguments: { task: nameOf(task), ...(cursor !== undefined && { after: cursor }) },
    why: 'shows whether it arrived; the same send again looks there first',
  };
  const others = (summary.next ?? []).filter(({ tool }) => tool === 'coder_wait_for_task');
  return {
    ...withNotes(summary, notes),
    delivered: 'unknown',
    ...(cause !== undefined && { cause }),
    ...(cursor !== undefined && { cursor }),
    next: [logs, ...others],
  };
}

const AGAIN = 'not sent: the same call again goes on, now or later';
const CHOICES =
  'This API cannot interrupt an agent: wait on, send later, or stop it at once with coder_pause_task, which cuts it off';

/** Not posted: why, what the agent is at, and the choices (behaviour §3.10). */
async function unsent(delivery: Extract<Delivery, { delivered: 'no' }>, context: SteeringContext): Promise<Sending> {
  const { coder, tasks, signal } = context;
  const { view, cause, isTimeOut, notes } = delivery;
  const summary = await tasks.brief(view, signal);
  const base = { ...summary, delivered: 'no', ...(isTimeOut && { timed_out: true }) } as const;
  if (!isTimeOut) return { ...withNotes(base, notes), ...(cause !== undefined && { cause }), next: afterReading(view) };
  const isAtWork = phaseOf(view.task) === 'working' || view.phase === 'working';
  if (cause?.startsWith('app_down') || (isAtWork && (await isAppDown(view.task, context))))
    return {
      ...withNotes(base, notes),
      cause: 'app_down: the agent program refuses connections, whatever its last report says. Nothing was sent',
      next: [{ tool: 'coder_diagnose', arguments: { task: nameOf(view.task) }, why: 'says why, and what helps' }],
    };
  const saysBusy = tasks.memory.logs(view.task.id)?.saysBusy === true;
  if (!isAtWork && !saysBusy && !cause?.startsWith('agent_busy'))
    return { ...withNotes(base, [...notes, AGAIN]), ...(cause !== undefined && { cause }) };
  return {
    ...withNotes(base, [...notes, `${AGAIN}. ${CHOICES}`]),
    cause: cause ?? (isAtWork ? busyWords(view, coder.now()) : BUSY_SCREEN),
    next: choices(nameOf(view.task)),
  };
}

function choices(task: string): NextCall[] {
  return [
    {
      tool: 'coder_wait_for_task',
      arguments: { tasks: [task] },
      why: 'returns when it is your turn; then the same send',
    },
    { tool: 'coder_pause_task', arguments: { tasks: [task] }, why: 'stops it at once, in mid-step' },
  ];
}

/** What stands there is in the way: it has to be read first. */
function afterReading({ task }: TaskView): NextCall[] {
  return [
    { tool: 'coder_get_task_logs', arguments: { task: nameOf(task) }, why: 'what it says now, whole' },
    {
      tool: 'coder_send_task_input',
      arguments: { task: nameOf(task) },
      why: 'with input: the same again sends all the same',
    },
  ];
}

// A look beside an answer that is ready.
const APP_LOOK_MS = 2_000;

async function isAppDown(task: Task, context: SteeringContext): Promise<boolean> {
  try {
    await readUntil(context.clock.now() + APP_LOOK_MS, task, context);
    return false;
  } catch (error) {
    context.signal.throwIfAborted();
    return isRefusedConnection(error);
  }
}

function busyWords({ task, since }: TaskView, now: number): string {
  const reportedAt = timeOf(task.current_state?.timestamp);
  const report = reportedAt === undefined ? 'no report' : `last report ${ageText(now - reportedAt)} ago`;
  const age = since === undefined ? '' : ` for ${ageText(now - since)}`;
  return `agent_busy: at work${age}, ${report}`;
}

function withNotes<T extends BriefSummary>(summary: T, notes: readonly string[]): T {
  const all = [...(summary.notes ?? []), ...notes];
  return all.length === 0 ? summary : { ...summary, notes: all };
}
