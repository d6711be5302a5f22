/** The place in a conversation up to which somebody has read, as a short opaque text, and what is new since. */

import { createHash } from 'node:crypto';
import type { LogEntry } from '../../coder/wire/schemas.js';
import { cleanTerminal } from '../../text/terminal.js';

/** Where somebody stands in the conversation of one task. */
export interface LogCursor {
  readonly task: string;
  readonly id: number;
  readonly content: string;
  /** When the newest input at or before the entry was said, in milliseconds since the epoch; 0 if there was none. */
  readonly inputTime: number;
}

/** A cursor, or why there is none: not made by this program, damaged, or made for another task. */
export type CursorResult =
  | { readonly ok: true; readonly cursor: LogCursor }
  | { readonly ok: false; readonly problem: 'malformed' | 'other_task' };

/** An entry of a conversation, by its id or by a cursor that stands on it. */
export type LogPosition = number | LogCursor;

export type PositionResult =
  | { readonly ok: true; readonly position: LogPosition }
  | Extract<CursorResult, { readonly ok: false }>;

export interface EntriesAfter {
  /** In reading order. The entry that the cursor stands on comes first if its text has changed. */
  readonly entries: readonly LogEntry[];
  /** The conversation began anew since: the entries are all there is of it. */
  readonly restarted: boolean;
  /** The entry that the cursor stands on reads differently now. */
  readonly grown: boolean;
  /** These logs are from before the cursor's conversation, as a snapshot of an earlier pause is. */
  readonly outdated: boolean;
  /** How many entries between the cursor and the first one here the logs no longer hold; a snapshot has the last few only. */
  readonly missed: number;
}

// The digit is the version of what follows: task digest, content digest, id, time of the input, checksum.
const PREFIX = 'c1-';
const DIGEST_BYTES = 5;
const ID_BYTES = 4;
const TIME_BYTES = 6;
// A model that copies a cursor wrongly must hear of it, not silently miss entries.
const CHECKSUM_BYTES = 3;
const BODY_BYTES = 2 * DIGEST_BYTES + ID_BYTES + TIME_BYTES;

/** The cursor behind `entry`, one of the task's `entries`; at most 60 characters, all of them safe in a URL. */
export function cursorAt(taskId: string, entries: readonly LogEntry[], entry: LogEntry): string {
  return cursorText({
    task: taskDigest(taskId),
    content: contentDigest(entry),
    id: entry.id,
    inputTime: timeOf(newestInput(entries, entry.id)),
  });
}

/** The cursor as it is given out. */
export function cursorText({ task, content, id, inputTime }: LogCursor): string {
  const body = Buffer.concat([
    Buffer.from(task, 'base64url'),
    Buffer.from(content, 'base64url'),
    numberBytes(id, ID_BYTES),
    numberBytes(inputTime, TIME_BYTES),
  ]);
  return PREFIX + Buffer.concat([body, digest(body, CHECKSUM_BYTES)]).toString('base64url');
}

/** Reads a cursor that was given out for this task; never throws. */
export function parseCursor(text: string, taskId: string): CursorResult {
  const bytes = Buffer.from(text.slice(PREFIX.length), 'base64url');
  const body = bytes.subarray(0, BODY_BYTES);
  const isOurs =
    text === PREFIX + bytes.toString('base64url') &&
    bytes.length === BODY_BYTES + CHECKSUM_BYTES &&
    digest(body, CHECKSUM_BYTES).equals(bytes.subarray(BODY_BYTES));
  if (!isOurs) return { ok: false, problem: 'malformed' };
  const cursor = {
    task: body.toString('base64url', 0, DIGEST_BYTES),
    content: body.toString('base64url', DIGEST_BYTES, 2 * DIGEST_BYTES),
    id: body.readUIntBE(2 * DIGEST_BYTES, ID_BYTES),
    inputTime: body.readUIntBE(2 * DIGEST_BYTES + ID_BYTES, TIME_BYTES),
  };
  return cursor.task === taskDigest(taskId) ? { ok: true, cursor } : { ok: false, problem: 'other_task' };
}

/** An entry's id, as a number or its digits, or a cursor. */
export function parsePosition(value: number | string, taskId: string): PositionResult {
  if (typeof value === 'number') return { ok: true, position: value };
  if (/^\d{1,10}$/.test(value.trim())) return { ok: true, position: Number(value) };
  const parsed = parseCursor(value.trim(), taskId);
  return parsed.ok ? { ok: true, position: parsed.cursor } : parsed;
}

/** What of the conversation is new to somebody who has read up to the cursor. */
export function entriesAfter(entries: readonly LogEntry[], cursor: LogCursor): EntriesAfter {
  const nothing = { entries: [], restarted: false, grown: false, outdated: false, missed: 0 };
  const relation = relationTo(entries, cursor);
  if (relation === 'outdated') return { ...nothing, outdated: true };
  if (relation === 'restarted') return { ...nothing, entries, restarted: true };
  const marked = entries.find(({ id }) => id === cursor.id);
  const grown = marked !== undefined && contentDigest(marked) !== cursor.content;
  const first = entries[0];
  return {
    ...nothing,
    entries: entries.filter(({ id }) => id > cursor.id || (grown && id === cursor.id)),
    grown,
    missed: first ? Math.max(0, first.id - cursor.id - 1) : 0,
  };
}

/**
 * Whether these entries are of the conversation that the cursor was made in. After a resume ids and contents can repeat
 * exactly, and the time of an output moves with each rewrite; only the time of an input never changes (coder-api §3.7).
 */
export function relationTo(entries: readonly LogEntry[], cursor: LogCursor): 'same' | 'restarted' | 'outdated' {
  const input = newestInput(entries, cursor.id);
  if (input) {
    const time = timeOf(input);
    if (time === cursor.inputTime || time === 0) return 'same';
    return time > cursor.inputTime ? 'restarted' : 'outdated';
  }
  // No input up to the cursor: it had none either, or the logs begin behind it, and then nothing can be told.
  const isWhole = entries[0]?.id === 0;
  // A conversation never loses entries at its end: a shorter one is another.
  if (isWhole && cursor.inputTime === 0 && (entries.at(-1)?.id ?? 0) < cursor.id) return 'restarted';
  if (cursor.inputTime === 0 || !isWhole) return 'same';
  return timeOf(entries.at(-1)) > cursor.inputTime ? 'restarted' : 'outdated';
}

function newestInput(entries: readonly LogEntry[], upToId: number): LogEntry | undefined {
  return entries.findLast(({ id, type }) => id <= upToId && type === 'input');
}

function timeOf(entry: LogEntry | undefined): number {
  const time = Date.parse(entry?.time ?? '');
  return Number.isNaN(time) ? 0 : Math.max(0, time);
}

function taskDigest(taskId: string): string {
  return digest(taskId.toLowerCase(), DIGEST_BYTES).toString('base64url');
}

// Of the cleaned text: a screen that was only padded anew says nothing new.
function contentDigest({ type, content }: LogEntry): string {
  return digest(type === 'input' ? content : cleanTerminal(content), DIGEST_BYTES).toString('base64url');
}

function digest(data: string | Buffer, bytes: number): Buffer {
  return createHash('sha256').update(data).digest().subarray(0, bytes);
}

function numberBytes(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(Math.min(Math.max(0, Math.trunc(value)), 2 ** (8 * width) - 1), 0, width);
  return bytes;
}
