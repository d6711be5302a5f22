/** Whether a message has reached its agent: the conversation and the report, set against how they stood before (screens §2 E). */

import { createHash } from 'node:crypto';
import type { LogEntry, Task } from '../../../coder/wire/schemas.js';
import { decodeEntities } from '../../../text/html.js';
import type { LogPosition } from '../../conversation/log-cursor.js';
import { countOwnWords, hasAnswerBelow, isShortText, sharesBeginning } from '../../screen/own-words.js';
import { lastingRows } from '../../screen/readable.js';

/** How the conversation and the report stood before a message. */
export interface Baseline {
  /** The newest entry's id, -1 in an empty conversation; undefined where it could not be read. */
  readonly lastId: number | undefined;
  readonly position: LogPosition | undefined;
  readonly cursor: string | undefined;
  /** How often the message's words stood on the agent's screen already. */
  readonly count: number;
  /** The last output, without what moves while nothing happens. */
  readonly screen: string;
  readonly report: string;
  readonly build: number | undefined;
}

export interface Posted {
  readonly input: string;
  /** When its request began, by the deployment's clock: what is older is not of it. */
  readonly at: number;
  readonly before: Baseline;
}

/**
 * `taken`: the agent has it. `reacted`: it did something since, after a message too short to be recognised. `typed`: the
 * words stand in its input line. `absent`: they are nowhere. `unreadable`: that cannot be told.
 */
export type Arrival = 'taken' | 'reacted' | 'typed' | 'absent' | 'unreadable';

/** The conversation as read after a message; undefined where it cannot be read. */
export interface ReadConversation {
  readonly logs: readonly LogEntry[];
  readonly snapshot: boolean;
}

// The clock of a workspace may be off by so much; an input that is older by more was typed before.
const CLOCK_TOLERANCE_MS = 2_000;
const LONG_BEFORE_MS = 60_000;

/** Whether the message arrived, by everything that was read. */
export function arrivalOf(message: Posted, read: ReadConversation | undefined, report: Task['current_state']): Arrival {
  const { input, before } = message;
  if (!isShortText(input) && citedBy(message, report)) return 'taken';
  if (read === undefined) return 'unreadable';
  const { logs } = read;
  if (ownInput(logs, message)) return 'taken';
  const { lastId } = before;
  if (lastId === undefined) return arrivalWithoutBaseline(message, logs, read.snapshot);
  if (!isShortText(input)) {
    const screens = outputs(logs);
    if (countIn(logs, input) > before.count) {
      const last = screens.findLast(({ content }) => countOwnWords(content, input) > 0);
      return last && hasAnswerBelow(last.content, input) ? 'taken' : 'typed';
    }
  }
  // An excerpt saved at a pause may begin behind it.
  const isWhole = !read.snapshot || logs.some(({ id }) => id <= lastId);
  return isWhole ? 'absent' : 'unreadable';
}

/** Without a look before the message: words that stand nowhere did not arrive, an input is told by its time. */
function arrivalWithoutBaseline({ input, at }: Posted, logs: readonly LogEntry[], isExcerpt: boolean): Arrival {
  if (isExcerpt) return 'unreadable';
  const same = logs.filter((entry) => entry.type === 'input' && sameWords(entry.content, input));
  if (same.some(({ time }) => !(Date.parse(time) < at - LONG_BEFORE_MS))) return 'unreadable';
  return !isShortText(input) && countIn(logs, input) > 0 ? 'unreadable' : 'absent';
}

/** The entry that is the message: an input in the same words, typed after the request began. */
export function ownInput(logs: readonly LogEntry[], { input, at, before }: Posted): LogEntry | undefined {
  const { lastId } = before;
  // A conversation that started over counts from 0 again, and a shorter one is another: then only times tell.
  const isSameConversation = lastId !== undefined && (logs.at(-1)?.id ?? -1) >= lastId;
  return logs.find(({ id, type, content, time }) => {
    if (type !== 'input' || !sameWords(content, input)) return false;
    return isSameConversation ? id > lastId : Date.parse(time) >= at - CLOCK_TOLERANCE_MS;
  });
}

/** Whether a report that was made since the request began cites the message. */
function citedBy({ input, at, before }: Posted, report: Task['current_state']): boolean {
  if (!report || Date.parse(report.timestamp) < at || reportKey(report) === before.report) return false;
  return sharesBeginning(decodeEntities(report.message), input);
}

/**
 * Whether the agent did something since the request began: a report with another message. Only where nothing better can be
 * read (the request is still open) or expected (the message is too short to be recognised).
 */
export function hasReacted(message: Posted, report: Task['current_state']): boolean {
  const { input, at, before } = message;
  if (!report || Date.parse(report.timestamp) < at || reportKey(report) === before.report) return false;
  if (citedBy(message, report)) return true;
  const isOwn = report.message.trim() !== '' && report.state !== 'idle';
  return isOwn && (isShortText(input) || report.state === 'working') && messageOf(before.report) !== report.message;
}

/** Whether the agent's screen has moved on since the message was typed, and shows nothing of it. */
export function hasMovedOn({ before }: Posted, logs: readonly LogEntry[]): boolean {
  return before.screen !== screenDigest(logs);
}

/** How things stand before a message in these words. */
export function baselineOf(
  input: string,
  task: Task,
  logs: readonly LogEntry[] | undefined,
  place: Pick<Baseline, 'position' | 'cursor'>,
): Baseline {
  return {
    lastId: logs && (logs.at(-1)?.id ?? -1),
    ...place,
    count: logs ? countIn(logs, input) : 0,
    screen: logs ? screenDigest(logs) : '',
    report: reportKey(task.current_state),
    build: task.workspace_build_number ?? undefined,
  };
}

/** Whether two texts are the same message: terminals end lines as they like. */
export function sameWords(a: string, b: string): boolean {
  return plain(a) === plain(b);
}

function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n').trim();
}

function outputs(logs: readonly LogEntry[]): readonly LogEntry[] {
  return logs.filter(({ type }) => type !== 'input');
}

function countIn(logs: readonly LogEntry[], input: string): number {
  if (isShortText(input)) return 0;
  return outputs(logs).reduce((sum, { content }) => sum + countOwnWords(content, input), 0);
}

function screenDigest(logs: readonly LogEntry[]): string {
  const last = logs.findLast(({ type }) => type !== 'input');
  const rows = last ? lastingRows(last.content).map(({ text }) => text) : [];
  return createHash('sha1')
    .update(`${last?.id} ${rows.join('\n')}`)
    .digest('base64url');
}

function reportKey(report: Task['current_state']): string {
  return report ? `${report.timestamp} ${report.state} ${report.message}` : '';
}

function messageOf(key: string): string {
  return key.split(' ').slice(2).join(' ');
}
