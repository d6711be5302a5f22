/** The agent's reply to a message: what it has said by the end of its turn (screens §2 G). */

import { CoderError } from '../../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../../coder/wire/schemas.js';
import { type PageEntry, pageOf, restartedWords } from '../../conversation/log-page.js';
import { sourceOf } from '../../conversation/log-source.js';
import type { TaskView } from '../../knowing/view.js';
import { rowsBelowOwnWords } from '../../screen/own-words.js';
import { nameOf } from '../../summary.js';
import { reread, type SteeringContext, watchAfterwards } from '../steering.js';
import { ownInput } from './arrival.js';
import { readUntil } from './conversation.js';
import type { Message } from './outbox.js';

export interface Reply {
  readonly view: TaskView;
  readonly timedOut: boolean;
  /** What came after the message, in reading order; undefined where the turn is not over or the conversation not readable. */
  readonly entries?: readonly PageEntry[];
  /** Leads to what was not in this answer; undefined where all was. */
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
  readonly latest: number;
}

/** The task as it is after the message; the reply too if it is `wanted`, at most until the deadline. */
export async function replyTo(
  message: Message | undefined,
  task: Task,
  { wanted, deadline, latest }: ReplyWish,
  context: SteeringContext,
): Promise<Reply> {
  const { tasks, signal, progress } = context;
  const cursor = message?.before.cursor;
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
  const reply = message && (await entriesAfter(message, view, latest, context));
  if (reply === undefined) return { view, timedOut: false, ...asked, notes: outcomeNotes(view) };
  const { notes, isWhole, entries } = reply;
  const said = entries.filter(({ text }) => text.trim() !== '');
  if (said.length === 0 && entries.length > 0)
    return { view, timedOut: false, notes: [...outcomeNotes(view), ...notes, REPEATED] };
  return {
    view,
    timedOut: false,
    entries: said,
    ...(!isWhole && asked),
    notes: [
      ...outcomeNotes(view),
      ...notes,
      ...(said.length === 0 ? [`nothing new stands in the conversation since`] : []),
    ],
  };
}

/** What the agent reported of its end: the `idle` that follows must not take that away. */
function outcomeNotes({ phase, outcome }: TaskView): string[] {
  if (phase !== 'waiting' || outcome === undefined) return [];
  return [`the agent reported that it ${outcome === 'done' ? 'is done' : 'has failed'}`];
}

const REPEATED =
  'the answer repeats rows that already stood on the screen, and AgentAPI does not give them again: its report and its last message are all there is';

/** The new entries but for the message itself; undefined where they cannot be read or told from the old ones. */
async function entriesAfter(message: Message, { task }: TaskView, latest: number, context: SteeringContext) {
  const { input, before } = message;
  if (before.position === undefined) return undefined;
  try {
    const read = await readUntil(latest, task, context);
    const { logs } = read;
    const own = ownInput(logs, message);
    const last = logs.at(-1);
    const below = own === undefined && last !== undefined ? rowsBelow(last, input) : undefined;
    if (last && below !== undefined) {
      const alone = [{ ...last, content: below }];
      const { entries } = pageOf(task.id, alone, { limit: 1, max_chars: MAX_CHARS, role: 'all' });
      return { entries, isWhole: true, notes: [] };
    }
    const query = {
      after: before.position,
      limit: MAX_ENTRIES,
      max_chars: MAX_CHARS + input.length,
      role: 'all',
    } as const;
    const { entries, restarted, more } = pageOf(task.id, logs, query, sourceOf(task, read));
    // The screen before the message is drawn anew now and then; that is no reply, unless the agent answered there.
    const isReply = ({ id }: PageEntry) =>
      id !== own?.id && (restarted || own === undefined || id > (before.lastId ?? -1));
    return {
      entries: entries.filter(isReply),
      isWhole: !more,
      notes: [
        ...(restarted ? [restartedWords(entries)] : []),
        ...(more ? ['there are more entries: coder_get_task_logs with after: the cursor'] : []),
      ],
    };
  } catch (error) {
    context.signal.throwIfAborted();
    if (error instanceof CoderError) return undefined;
    throw error;
  }
}

/** Where the words stand on the screen itself, the reply is what stands below them. */
function rowsBelow({ content }: LogEntry, input: string): string | undefined {
  const rows = rowsBelowOwnWords(content, input);
  if (rows === undefined) return undefined;
  return rows
    .filter(({ role }) => role !== 'busy' && role !== 'input line' && role !== 'frame')
    .map(({ text }) => text)
    .join('\n')
    .trim();
}
