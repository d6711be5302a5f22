/** What the conversation tells about a message: where it stood before, and whether the message has arrived. */

import { endpoints } from '../../coder/endpoints.js';
import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { LogEntry, Task, TaskLogs } from '../../coder/wire/schemas.js';
import { cursorAt, parseCursor } from '../conversation/log-cursor.js';
import { nameOf } from '../summary.js';
import type { Before, Message } from './send-outbox.js';
import type { SteeringContext } from './steering.js';

const UNKNOWN: Before = { lastId: undefined, position: undefined, cursor: undefined };
const EMPTY: Before = { lastId: -1, position: -1, cursor: undefined };

/** Where the conversation stands now, and whether anything was ever said to the agent. */
export interface Standing {
  readonly before: Before;
  /** The initial prompt has not been typed yet: a message now would come first. */
  readonly awaitsPrompt: boolean;
}

// However little time is left: a look is worth a moment.
const MIN_READ_MS = 1_000;

/** The conversation, read in the time that is left until `end`, by the clock. */
export function readUntil(end: number, { id }: Task, { coder, clock, signal }: SteeringContext): Promise<TaskLogs> {
  const left = Math.max(MIN_READ_MS, end - clock.now());
  const isShort = left < endpoints.getTaskLogs.timeoutMs;
  return coder.getTaskLogs({ user: 'me', task: id }, { signal, ...(isShort && { timeoutMs: left }) });
}

/**
 * Where the conversation stands before a message, read until `end` at the latest. What cannot be read is no obstacle,
 * unless a message would fail for the same reason: then its CoderError is thrown.
 */
export async function standingOf(task: Task, end: number, context: SteeringContext): Promise<Standing> {
  const { coder, tasks, signal } = context;
  const startedAt = coder.now();
  try {
    const { logs, snapshot } = await readUntil(end, task, context);
    if (snapshot) return { before: UNKNOWN, awaitsPrompt: false };
    tasks.memory.seeLogs(task.id, logs, startedAt);
    const wasSpokenTo = logs.some(({ type }) => type === 'input');
    return { before: endOf(task, logs), awaitsPrompt: !wasSpokenTo && task.initial_prompt.trim() !== '' };
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    if (error.code === 'not_found') throw await closedOrGone(task, error, { tasks, signal });
    if (isCoderError(error, 'agent_unreachable', 'app_misconfigured')) throw undelivered(task, error);
    return { before: UNKNOWN, awaitsPrompt: false };
  }
}

/** Coder answers 404 for a task that is gone, and for one that may be seen but not connected to. */
export async function closedOrGone(
  task: Task,
  error: CoderError,
  { tasks, signal }: Pick<SteeringContext, 'tasks' | 'signal'>,
): Promise<CoderError> {
  await tasks.find(task.id, signal);
  return new CoderError('no_connect_right', `nothing was sent: you may not talk to the agent of ${nameOf(task)}`, {
    ...error,
    cause: error,
  });
}

/** A refusal in words that say what became of the message. */
export function undelivered(task: Task, error: CoderError): CoderError {
  // Coder's own words come in a line of their own.
  const why = error.status === undefined ? `: ${error.message.replace(/^[A-Z]+ \S+: /, '')}` : '';
  const words = `nothing was sent to ${nameOf(task)}${why}`;
  return new CoderError(error.code, words, { ...error, cause: error });
}

function endOf(task: Task, logs: readonly LogEntry[]): Before {
  const last = logs.at(-1);
  if (last === undefined) return EMPTY;
  const cursor = cursorAt(task.id, logs, last);
  const parsed = parseCursor(cursor, task.id);
  return { lastId: last.id, position: parsed.ok ? parsed.cursor : last.id, cursor };
}

/** Whether the message stands in the conversation; `unreadable` also where it cannot be told apart from an older one. */
export async function traceOf(
  message: Message,
  task: Task,
  end: number,
  context: SteeringContext,
): Promise<'found' | 'absent' | 'unreadable'> {
  const { lastId } = message.before;
  if (lastId === undefined) return 'unreadable';
  try {
    const { logs, snapshot } = await readUntil(end, task, context);
    if (logs.some((entry) => isTrace(entry, message))) return 'found';
    // The excerpt from a pause may begin behind it.
    const isWhole = !snapshot || logs.some(({ id }) => id <= lastId);
    return isWhole ? 'absent' : 'unreadable';
  } catch (error) {
    if (error instanceof CoderError) return 'unreadable';
    throw error;
  }
}

/** Whether this entry is the message: said after it was posted, in the same words. */
export function isTrace(
  { id, type, content }: LogEntry,
  { input, before }: Pick<Message, 'input' | 'before'>,
): boolean {
  return type === 'input' && before.lastId !== undefined && id > before.lastId && sameWords(content, input);
}

// Terminals end lines as they like.
function sameWords(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}
