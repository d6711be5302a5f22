/** The agent's reply to a message: what it has said by the end of its turn. */

import { CoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type PageEntry, pageOf } from '../conversation/log-page.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';
import type { Message } from './send-outbox.js';
import { isTrace, readUntil } from './send-trace.js';
import { reread, type SteeringContext, watchAfterwards } from './steering.js';

export interface Reply {
  readonly view: TaskView;
  readonly timedOut: boolean;
  /** What came after the message, in reading order; undefined where the turn is not over or the conversation not readable. */
  readonly entries?: readonly PageEntry[];
  /** Everything up to here was in this answer. */
  readonly cursor?: string;
  readonly notes: readonly string[];
}

// Room for an answer and its reasons; who wants it all reads the logs.
const MAX_CHARS = 4_000;
const MAX_ENTRIES = 20;
export interface ReplyWish {
  readonly wanted: boolean;
  /** Until when the agent is waited for, by the clock. */
  readonly deadline: number;
  /** Until when an answer of Coder is waited for. */
  readonly patience: number;
}

/** The task as it is after the message; the reply too if it is `wanted`, at most until the deadline. */
export async function replyTo(
  message: Message,
  task: Task,
  { wanted, deadline, patience }: ReplyWish,
  context: SteeringContext,
): Promise<Reply> {
  const { tasks, signal, progress } = context;
  const { cursor } = message.before;
  const asked = { ...(cursor !== undefined && { cursor }) };
  let now: Task;
  try {
    now = await reread(task, context);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof CoderError)) throw error;
    // The message has been delivered: that must be told, whatever else fails.
    return {
      view: tasks.view(task),
      timedOut: wanted,
      ...asked,
      notes: ['the task could not be read after that: its state may be stale'],
    };
  }
  if (!wanted) return { view: tasks.view(now), timedOut: false, ...asked, notes: [] };
  progress(`delivered; waiting for the reply of ${nameOf(task)}`);
  const { view, reached, trouble } = await watchAfterwards(now, ({ settled }) => settled, deadline, context);
  if (!reached) {
    const notes = trouble === undefined ? [] : [trouble];
    return { view, timedOut: trouble === undefined, ...asked, notes };
  }
  const { notes = [], ...reply } = (await entriesAfter(message, view, patience, context)) ?? {};
  return { view, timedOut: false, ...asked, ...reply, notes: [...outcomeNotes(view), ...notes] };
}

/** What the agent reported of its end: the `idle` that follows must not take that away. */
function outcomeNotes({ phase, outcome }: TaskView): string[] {
  if (phase !== 'waiting' || outcome === undefined) return [];
  return [`the agent reported that it ${outcome === 'done' ? 'is done' : 'has failed'}`];
}

/** The new entries but for the message itself; nothing where they cannot be read or told from the old ones. */
async function entriesAfter(
  { input, before }: Message,
  { task }: TaskView,
  patience: number,
  context: SteeringContext,
): Promise<Pick<Reply, 'entries' | 'cursor' | 'notes'> | undefined> {
  if (before.position === undefined) return undefined;
  try {
    const { logs } = await readUntil(patience, task, context);
    const own = logs.find((entry) => isTrace(entry, { input, before }));
    const query = {
      after: before.position,
      limit: MAX_ENTRIES,
      max_chars: MAX_CHARS + input.length,
      role: 'all',
    } as const;
    const { entries, cursor, restarted, more } = pageOf(task.id, logs, query);
    // The screen before the message is drawn anew now and then; that is no reply.
    const isReply = ({ id }: PageEntry) => id !== own?.id && (restarted || id > (before.lastId ?? -1));
    return {
      entries: entries.filter(isReply),
      ...(cursor !== undefined && { cursor }),
      notes: [
        ...(restarted ? ['the conversation began anew since the message: this is all of it'] : []),
        ...(more ? ['there are more entries: coder_get_task_logs with after: the cursor'] : []),
      ],
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof CoderError) return undefined;
    throw error;
  }
}
