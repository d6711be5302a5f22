/** Saying something to the agent of a task: waiting for it, delivering once, and its reply (behaviour §3.1). */

import type { Task } from '../../coder/wire/schemas.js';
import { ageText } from '../../text/age.js';
import type { PageEntry } from '../conversation/log-page.js';
import { phaseOf } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import type { NextCall } from '../next.js';
import { type BriefSummary, nameOf } from '../summary.js';
import { type Delivery, type DeliveryTimes, deliver } from './send-delivery.js';
import { type ReplyWish, replyTo } from './send-reply.js';
import type { SteeringContext } from './steering.js';

export interface Sending extends BriefSummary {
  /** `no`: the time was up before it could be posted. `unknown`: it may have been delivered. */
  readonly delivered: 'yes' | 'no' | 'unknown';
  readonly timed_out?: boolean;
  readonly cursor?: string;
  readonly untrusted?: BriefSummary['untrusted'] & { readonly entries?: readonly PageEntry[] };
}

export interface Wish {
  /** As `readInput` gives it. */
  readonly input: string;
  readonly waitSeconds: number;
  /** When the call began, by the clock: hosts count from there. */
  readonly startedAt: number;
  /** Wait for the agent's reply too. */
  readonly reply: boolean;
}

/** Delivers the message at most once. Throws the CoderError that refuses it; that the time is up is no error. */
export async function sendInput(task: Task, wish: Wish, context: SteeringContext): Promise<Sending> {
  const { clock, host, signal, tasks, progress } = context;
  const times: DeliveryTimes = {
    posted: tasks.outbox.posted,
    deadline: wish.startedAt + Math.min(wish.waitSeconds, host.maxWaitSeconds) * 1_000,
    patience: wish.startedAt + host.maxWaitSeconds * 1_000,
  };
  if (tasks.outbox.isInUse(task.id)) progress(`an earlier message to ${nameOf(task)} is still on its way`);
  const leave = await tasks.outbox.enter(task.id, { clock, deadline: times.deadline, signal });
  if (leave === undefined) return whileOthersSend(task, wish, times, context);
  let delivery: Delivery;
  try {
    delivery = await deliver(task, wish.input, times, context);
  } finally {
    leave();
  }
  return answerTo(delivery, task, wish, times, context);
}

/** Another message of this process is still on its way, perhaps this very one. */
function whileOthersSend(task: Task, wish: Wish, times: DeliveryTimes, context: SteeringContext): Promise<Sending> {
  const { outbox } = context.tasks;
  const same = outbox.earlier(task.id, wish.input, times.posted);
  const view = context.tasks.view(task);
  const delivery: Delivery = same
    ? { delivered: 'unknown', message: same, notes: ['the same message of an earlier call is still on its way'] }
    : { delivered: 'no', view, cause: 'an earlier message to this agent is still on its way', notes: [] };
  return answerTo(delivery, task, wish, times, context);
}

async function answerTo(
  delivery: Delivery,
  task: Task,
  wish: Wish,
  { deadline, patience }: DeliveryTimes,
  context: SteeringContext,
): Promise<Sending> {
  switch (delivery.delivered) {
    case 'yes': {
      const sending = await delivered(delivery, task, { wanted: wish.reply, deadline, patience }, context);
      context.tasks.outbox.tell(task.id, delivery.message);
      return sending;
    }
    case 'unknown':
      return undecided(delivery, task, context);
    case 'no':
      return unsent(delivery, context);
  }
}

async function delivered(
  { message, notes }: Extract<Delivery, { delivered: 'yes' }>,
  task: Task,
  reply: ReplyWish,
  context: SteeringContext,
): Promise<Sending> {
  const { view, timedOut, entries, cursor, notes: more } = await replyTo(message, task, reply, context);
  const { untrusted, ...summary } = await context.tasks.brief(view, context.signal);
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
  { message, notes }: Extract<Delivery, { delivered: 'unknown' }>,
  task: Task,
  { tasks, signal }: SteeringContext,
): Promise<Sending> {
  const summary = await tasks.brief(tasks.view(task), signal);
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
    ...(cursor !== undefined && { cursor }),
    next: [logs, ...others],
  };
}

/** The time was up: what the agent is at, and the choices (behaviour §3.1). */
async function unsent(
  { view, cause, notes }: Extract<Delivery, { delivered: 'no' }>,
  { coder, tasks, signal }: SteeringContext,
): Promise<Sending> {
  const summary = await tasks.brief(view, signal);
  const base = { ...summary, delivered: 'no', timed_out: true } as const;
  const again = 'not sent: the same call again goes on, now or later';
  if (cause !== undefined) return withNotes({ ...base, cause }, [...notes, again]);
  if (phaseOf(view.task) !== 'working' && view.phase !== 'working') return withNotes(base, [...notes, again]);
  const name = nameOf(view.task);
  return {
    ...withNotes(base, [
      ...notes,
      `${again}. This API cannot interrupt an agent: wait on, send later, or pause it and rewrite its prompt`,
    ]),
    cause: busyWords(view, coder.now()),
    next: [
      {
        tool: 'coder_wait_for_task',
        arguments: { tasks: [name] },
        why: 'returns when it is your turn; then the same send',
      },
      {
        tool: 'coder_update_task_input',
        arguments: { task: name, restart: true },
        why: 'with input, a new prompt: cuts the agent off and starts it anew',
      },
    ],
  };
}

function busyWords({ task, since }: TaskView, now: number): string {
  const reportedAt = Date.parse(task.current_state?.timestamp ?? '');
  const report = Number.isNaN(reportedAt) ? 'no report' : `last report ${ageText(now - reportedAt)} ago`;
  const age = since === undefined ? '' : ` for ${ageText(now - since)}`;
  return `agent_busy: at work${age}, ${report}`;
}

function withNotes<T extends BriefSummary>(summary: T, notes: readonly string[]): T {
  const all = [...(summary.notes ?? []), ...notes];
  return all.length === 0 ? summary : { ...summary, notes: all };
}
