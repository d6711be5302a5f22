/** Reading the conversation for a message: in the time that is left, and how it stands before the message. */

import { endpoints } from '../../../coder/endpoints.js';
import { CoderError, isCoderError } from '../../../coder/errors/errors.js';
import type { LogEntry, Task, TaskLogs } from '../../../coder/wire/schemas.js';
import { cursorAt, parseCursor } from '../../conversation/log-cursor.js';
import { findOwnWords, hasAnswerBelow } from '../../screen/own-words.js';
import { nameOf } from '../../summary.js';
import type { SteeringContext } from '../steering.js';
import { type Baseline, baselineOf } from './arrival.js';

/** The conversation as it stands before a message. */
export interface Standing {
  readonly before: Baseline;
  /** Undefined where it could not be read. */
  readonly logs: readonly LogEntry[] | undefined;
  /** The initial prompt has not been given yet: a message now would come first. */
  readonly awaitsPrompt: boolean;
  /** The agent program refuses connections. */
  readonly isAppDown: boolean;
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
 * How things stand before a message, read until `end` at the latest. What cannot be read is no obstacle, unless a message
 * would fail for the same reason: then its CoderError is thrown.
 */
export async function standingBefore(
  input: string,
  task: Task,
  end: number,
  context: SteeringContext,
): Promise<Standing> {
  const { coder, tasks, signal } = context;
  const startedAt = coder.now();
  const unread = { before: baselineOf(input, task, undefined, NOWHERE), logs: undefined, awaitsPrompt: false };
  try {
    const { logs, snapshot } = await readUntil(end, task, context);
    if (snapshot) return { ...unread, isAppDown: false };
    tasks.memory.seeLogs(task.id, logs, startedAt);
    const before = baselineOf(input, task, logs, placeOf(task, logs));
    return { before, logs, awaitsPrompt: awaitsPrompt(task, logs), isAppDown: false };
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    if (error.code === 'not_found') throw await closedOrGone(task, error, { tasks, signal });
    if (isCoderError(error, 'agent_unreachable', 'app_misconfigured')) throw undelivered(task, error);
    return { ...unread, isAppDown: isRefusedConnection(error) };
  }
}

/** Whether the agent program itself did not answer Coder: nothing listens where it should. */
export function isRefusedConnection(error: unknown): boolean {
  return isCoderError(error, 'app_not_answering') && /\bconnection was refused\b/i.test(error.serverDetail ?? '');
}

/** Nothing was said to the agent, and its prompt does not stand on its screen with an answer below. */
function awaitsPrompt({ initial_prompt }: Task, logs: readonly LogEntry[]): boolean {
  if (initial_prompt.trim() === '' || logs.some(({ type }) => type === 'input')) return false;
  return !logs.some(
    ({ content }) => findOwnWords(content, initial_prompt) !== 'absent' && hasAnswerBelow(content, initial_prompt),
  );
}

const NOWHERE = { position: undefined, cursor: undefined };

function placeOf(task: Task, logs: readonly LogEntry[]): Pick<Baseline, 'position' | 'cursor'> {
  const last = logs.at(-1);
  if (last === undefined) return { position: -1, cursor: undefined };
  const cursor = cursorAt(task.id, logs, last, task.workspace_build_number ?? 0);
  const parsed = parseCursor(cursor, task.id);
  return { position: parsed.ok ? parsed.cursor : last.id, cursor };
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
