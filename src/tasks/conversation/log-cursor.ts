/** The place in a conversation up to which somebody has read, as a short opaque text, and what is new since. */

import { createHash } from 'node:crypto';
import type { LogEntry } from '../../coder/wire/schemas.js';
import { squash } from '../screen/own-words.js';
import { lastingRows } from '../screen/readable.js';

/** Where somebody stands in the conversation of one task. */
export interface LogCursor {
  readonly task: string;
  /** The number of the workspace's build; 0 where it is not known. */
  readonly build: number;
  readonly id: number;
  /** How many rows of the entry were given, and digests of them and of the last few: an output grows in place. */
  readonly rows: number;
  readonly content: string;
  readonly tail: string;
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
  /** In reading order. The entry that the cursor stands on comes first if rows of it are new. */
  readonly entries: readonly LogEntry[];
  /** The conversation began anew since, in another start of the workspace. */
  readonly restarted: boolean;
  /** The entry that the cursor stands on reads differently now: all of it comes again. */
  readonly rewritten: boolean;
  /** The first entry comes without its first rows, which were given already. */
  readonly goesOn: GoesOn | undefined;
  /** These logs are from before the cursor's conversation, as a snapshot of an earlier pause is. */
  readonly outdated: boolean;
  /** How many entries between the cursor and the first one here the logs no longer hold; a snapshot has the last few only. */
  readonly missed: number;
}

export interface GoesOn {
  readonly id: number;
  /** How many rows were given before. */
  readonly rows: number;
}

// The digit is the version of what follows: task, content and tail digests, id, build, rows, time of the input, checksum.
const PREFIX = 'c2-';
const DIGEST_BYTES = 5;
const TAIL_BYTES = 4;
const COUNT_BYTES = 3;
// So many rows that say something are enough to find a place again in a session that goes on.
const TAIL_ROWS = 3;
const ID_BYTES = 4;
const TIME_BYTES = 6;
// A model that copies a cursor wrongly must hear of it, not silently miss entries.
const CHECKSUM_BYTES = 3;
const BODY_BYTES = 2 * DIGEST_BYTES + TAIL_BYTES + ID_BYTES + 2 * COUNT_BYTES + TIME_BYTES;

/**
 * The cursor behind `entry`, one of the task's `entries`, in a conversation of the workspace's build; at most 60 characters,
 * all of them safe in a URL.
 */
export function cursorAt(taskId: string, entries: readonly LogEntry[], entry: LogEntry, build = 0): string {
  const rows = rowsOf(entry);
  return cursorText({
    task: taskDigest(taskId),
    build,
    id: entry.id,
    rows: rows.length,
    content: contentDigest(rows),
    tail: tailDigest(tailRows(rows)),
    inputTime: timeOf(newestInput(entries, entry.id)),
  });
}

/** The cursor as it is given out. */
export function cursorText({ task, build, id, rows, content, tail, inputTime }: LogCursor): string {
  const body = Buffer.concat([
    Buffer.from(task, 'base64url'),
    Buffer.from(content, 'base64url'),
    Buffer.from(tail, 'base64url'),
    numberBytes(id, ID_BYTES),
    numberBytes(build, COUNT_BYTES),
    numberBytes(rows, COUNT_BYTES),
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
  const numbers = 2 * DIGEST_BYTES + TAIL_BYTES;
  const cursor = {
    task: body.toString('base64url', 0, DIGEST_BYTES),
    content: body.toString('base64url', DIGEST_BYTES, 2 * DIGEST_BYTES),
    tail: body.toString('base64url', 2 * DIGEST_BYTES, numbers),
    id: body.readUIntBE(numbers, ID_BYTES),
    build: body.readUIntBE(numbers + ID_BYTES, COUNT_BYTES),
    rows: body.readUIntBE(numbers + ID_BYTES + COUNT_BYTES, COUNT_BYTES),
    inputTime: body.readUIntBE(numbers + ID_BYTES + 2 * COUNT_BYTES, TIME_BYTES),
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

/**
 * What of the conversation is new to somebody who has read up to the cursor: the rows below those that were given, where
 * they still stand. `build` is the number of the workspace's build now, 0 where it is not known.
 */
export function entriesAfter(entries: readonly LogEntry[], cursor: LogCursor, build = 0): EntriesAfter {
  const nothing = { entries: [], restarted: false, rewritten: false, goesOn: undefined, outdated: false, missed: 0 };
  const relation = relationTo(entries, cursor, build);
  if (relation === 'outdated') return { ...nothing, outdated: true };
  if (relation === 'restarted') return { ...nothing, ...afterTail(entries, cursor), restarted: true };
  const marked = entries.find(({ id }) => id === cursor.id);
  const later = entries.filter(({ id }) => id > cursor.id);
  const first = entries[0];
  const missed = first ? Math.max(0, first.id - cursor.id - 1) : 0;
  if (marked === undefined) return { ...nothing, entries: later, missed };
  const rows = rowsOf(marked);
  if (contentDigest(rows.slice(0, cursor.rows)) !== cursor.content || rows.length < cursor.rows)
    return { ...nothing, entries: [marked, ...later], rewritten: true, missed };
  if (!hasWords(rows.slice(cursor.rows))) return { ...nothing, entries: later, missed };
  return { ...nothing, entries: [marked, ...later], goesOn: { id: marked.id, rows: cursor.rows }, missed };
}

/** After another start: where the last rows given stand on a screen, only what follows them is new; else everything is. */
function afterTail(
  entries: readonly LogEntry[],
  { tail }: LogCursor,
): Pick<EntriesAfter, 'entries'> & Partial<Pick<EntriesAfter, 'goesOn'>> {
  for (const [index, entry] of entries.entries()) {
    // What was typed since the start begins another conversation, however much of it reads the same.
    if (entry.type === 'input') break;
    const rows = rowsOf(entry);
    const end = placeOfTail(rows, tail);
    if (end === undefined) continue;
    const later = entries.slice(index + 1);
    if (!hasWords(rows.slice(end))) return { entries: later };
    return { entries: [entry, ...later], goesOn: { id: entry.id, rows: end } };
  }
  return { entries };
}

/** Behind which row the tail ends, the last place counting; undefined where it does not stand there. */
function placeOfTail(rows: readonly string[], tail: string): number | undefined {
  const said = rows.flatMap((row, index) => (squash(row) === '' ? [] : [index]));
  for (let last = said.length; last >= TAIL_ROWS; last--) {
    const window = said.slice(last - TAIL_ROWS, last);
    if (tailDigest(window.map((index) => rows[index] ?? '')) === tail) return (window.at(-1) ?? 0) + 1;
  }
  return undefined;
}

function hasWords(rows: readonly string[]): boolean {
  return rows.some((row) => squash(row) !== '');
}

/**
 * Whether these entries are of the conversation that the cursor was made in. After a resume ids and contents can repeat
 * exactly, and the time of an output moves with each rewrite; only the time of an input never changes (coder-api §3.7).
 */
export function relationTo(
  entries: readonly LogEntry[],
  cursor: LogCursor,
  build = 0,
): 'same' | 'restarted' | 'outdated' {
  if (build > 0 && cursor.build > 0 && build !== cursor.build) return build > cursor.build ? 'restarted' : 'outdated';
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

/** The rows that a reader of the entry is given; what a person said is no screen. */
function rowsOf({ type, content }: LogEntry): readonly string[] {
  return type === 'input' ? content.split('\n') : lastingRows(content).map(({ text }) => text);
}

// Without blanks: a screen that was only padded anew says nothing new.
function contentDigest(rows: readonly string[]): string {
  return digest(rows.map(squash).join('\n'), DIGEST_BYTES).toString('base64url');
}

function tailRows(rows: readonly string[]): readonly string[] {
  return rows.filter((row) => squash(row) !== '').slice(-TAIL_ROWS);
}

function tailDigest(rows: readonly string[]): string {
  return digest(rows.map(squash).join('\n'), TAIL_BYTES).toString('base64url');
}

function digest(data: string | Buffer, bytes: number): Buffer {
  return createHash('sha256').update(data).digest().subarray(0, bytes);
}

function numberBytes(value: number, width: number): Buffer {
  const bytes = Buffer.alloc(width);
  bytes.writeUIntBE(Math.min(Math.max(0, Math.trunc(value)), 2 ** (8 * width) - 1), 0, width);
  return bytes;
}
