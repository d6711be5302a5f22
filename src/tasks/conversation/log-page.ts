/** One page of a conversation: which entries, how much of each, and what to ask for next. */

import type { LogEntry } from '../../coder/wire/schemas.js';
import { isoTime } from '../../text/age.js';
import { clipMiddle } from '../../text/clip.js';
import { visible, visibleLine } from '../../text/untrusted.js';
import { readableScreen, searchableScreen } from '../screen/readable.js';
import {
  cursorAt,
  cursorText,
  type EntriesAfter,
  entriesAfter,
  type GoesOn,
  type LogPosition,
  relationTo,
} from './log-cursor.js';
import { createSearch } from './log-search.js';
import { type LogSource, UNKNOWN_SOURCE } from './log-source.js';

export const logRoles = ['agent', 'user', 'all'] as const;
type LogRole = (typeof logRoles)[number];

/** What a page holds unless asked otherwise. */
export const logDefaults = { limit: 20, max_chars: 8_000, role: 'all' } as const;

/** What is asked for, in the words of the tool's arguments. */
export interface LogQuery {
  readonly before?: LogPosition;
  readonly after?: LogPosition;
  readonly limit: number;
  readonly max_chars: number;
  readonly role: LogRole;
  readonly search?: string;
  readonly raw?: boolean;
}

/** Arguments for another page of the same question; with `task` they are a complete call. */
export interface LogPageArguments {
  readonly before?: number | string;
  readonly after?: number | string;
  readonly limit?: number;
  readonly max_chars?: number;
  readonly role?: LogRole;
  readonly search?: string;
  readonly raw?: boolean;
}

export interface PageEntry {
  readonly id: number;
  readonly role: Exclude<LogRole, 'all'>;
  /** ISO 8601 UTC */
  readonly time: string;
  /** Cleaned unless raw, every character visible; in a search the snippets, one a line. */
  readonly text: string;
  /** How many characters the middle of `text` lacks. */
  readonly missing_chars?: number;
  /** In a search: how often its words occur in the entry. */
  readonly hits?: number;
  /** In a search: what of another call brings the entry whole. */
  readonly whole?: Pick<LogPageArguments, 'before' | 'after' | 'limit'>;
  /** The entry goes on from this row; those above it were given before. */
  readonly from_row?: number;
}

export interface LogPage {
  /** In reading order. */
  readonly entries: readonly PageEntry[];
  /** There are further entries that answer the question: `newer` after a position, else `older`. */
  readonly more: boolean;
  readonly older?: LogPageArguments;
  readonly newer?: LogPageArguments;
  /** Everything up to here has been answered; absent on a page of history and in an empty conversation. */
  readonly cursor?: string;
  /** The conversation began anew since the cursor. */
  readonly restarted: boolean;
  /** The entry that the cursor stood on reads differently now and comes again. */
  readonly rewritten: boolean;
  /** The logs are older than the cursor: a snapshot of an earlier pause. */
  readonly outdated: boolean;
  /** Entries since the cursor that the logs no longer hold. */
  readonly missed?: number;
  /** So many entries before the first one are not stored, and the page or search would have reached them. */
  readonly not_stored?: number;
  /** In a search: all occurrences, shown or not. */
  readonly hits?: number;
}

interface Candidate {
  readonly entry: LogEntry;
  readonly text: string;
  readonly hits?: number;
  readonly fromRow?: number;
}

// Below this an entry says too little to be worth its place; then fewer entries are shown.
const MIN_ENTRY_CHARS = 300;

/** What a reader who came with a cursor must know of a conversation that restarted. */
export function restartedWords(entries: readonly PageEntry[]): string {
  return entries.length === 0 || entries[0]?.from_row !== undefined
    ? 'its workspace was started again since the cursor, and the session goes on: only what follows it is given'
    : 'its workspace was started again since the cursor: this is all of the conversation since';
}

/**
 * The page that the query asks for, out of the whole conversation: behind `after` the first entries, else the newest ones,
 * always in reading order. A cursor in the query must be one of this task (`parsePosition` sees to that).
 */
export function pageOf(
  taskId: string,
  entries: readonly LogEntry[],
  query: LogQuery,
  source: LogSource = UNKNOWN_SOURCE,
): LogPage {
  // What was saved at a pause is of the start before, though the pause is a build of its own.
  const range = rangeOf(entries, query, source.snapshot ? 0 : source.build);
  const isForward = query.after !== undefined;
  const { candidates, count, hits } = matching(range, query, isForward);
  const shown = fitting(candidates, query.max_chars, isForward);
  const more = shown.length < count;
  const stopsAt = isForward && more ? shown.at(-1) : undefined;
  const cursor = cursorFor(taskId, entries, query, { stopsAt, isOutdated: range.outdated, build: source.build });
  const notStored = isForward ? 0 : storedFrom(entries, query, more);
  return {
    entries: withinBudget(shown, query.max_chars),
    more,
    ...(more && (isForward ? newer(query, cursor, range.restarted) : older(query, shown[0]?.entry))),
    ...(cursor && { cursor }),
    restarted: range.restarted,
    rewritten: range.rewritten,
    outdated: range.outdated,
    ...(range.missed > 0 && { missed: range.missed }),
    ...(notStored > 0 && { not_stored: notStored }),
    ...(hits !== undefined && { hits }),
  };
}

/** How many entries are missing below those stored, as far as the page or the search reaches below them. */
function storedFrom(entries: readonly LogEntry[], { before, search }: LogQuery, more: boolean): number {
  const first = entries[0]?.id ?? 0;
  const bound = typeof before === 'object' ? before.id : before;
  const reachesBelow = !more || search !== undefined;
  return reachesBelow ? Math.min(first, bound ?? first) : 0;
}

function rangeOf(entries: readonly LogEntry[], { before, after }: LogQuery, build: number) {
  const whole: EntriesAfter = {
    entries,
    restarted: false,
    rewritten: false,
    goesOn: undefined,
    outdated: false,
    missed: 0,
  };
  let range = whole;
  if (typeof after === 'number') range = { ...whole, entries: entries.filter(({ id }) => id > after) };
  else if (after !== undefined) range = { ...whole, ...entriesAfter(entries, after, build) };
  if (before === undefined) return range;
  const relation = typeof before === 'number' ? 'same' : relationTo(entries, before, build);
  // In another conversation the same id is another place.
  if (relation !== 'same') return { ...range, restarted: relation === 'restarted', outdated: relation === 'outdated' };
  const end = typeof before === 'number' ? before : before.id;
  return { ...range, entries: range.entries.filter(({ id }) => id < end) };
}

/** The entries that answer the question, as many as the limit allows, and how many there are. */
function matching(
  { entries, goesOn }: { readonly entries: readonly LogEntry[]; readonly goesOn: GoesOn | undefined },
  { limit, role, search, raw }: LogQuery,
  isForward: boolean,
) {
  const wanted = entries.filter((entry) => role === 'all' || roleOf(entry) === role);
  const nearest = <T>(all: readonly T[]) => (isForward ? all.slice(0, limit) : all.slice(-limit));
  if (!search?.trim()) {
    // A conversation can have megabytes; only what is shown is cleaned.
    const candidates = nearest(wanted).map((entry): Candidate => {
      const skip = entry.id === goesOn?.id && !raw ? goesOn.rows : 0;
      return { entry, text: textOf(entry, raw, skip), ...(skip > 0 && { fromRow: skip + 1 }) };
    });
    return { candidates, count: wanted.length };
  }
  const find = createSearch(search);
  const found = wanted.flatMap((entry): Candidate[] => {
    const match = find(raw || entry.type === 'input' ? textOf(entry, raw) : searchableScreen(entry.content));
    return match ? [{ entry, text: match.snippets.join('\n'), hits: match.hits }] : [];
  });
  const hits = found.reduce((sum, candidate) => sum + (candidate.hits ?? 0), 0);
  return { candidates: nearest(found), count: found.length, hits };
}

// What a person said is no terminal screen: its blanks may matter.
function textOf(entry: LogEntry, raw = false, skip = 0): string {
  return visible(raw || entry.type === 'input' ? entry.content : readableScreen(entry.content, skip));
}

/** The call for one entry alone; no position stands before the first one. */
function wholeEntry(id: number): Pick<LogPageArguments, 'before' | 'after' | 'limit'> {
  return id === 0 ? { before: 1 } : { after: id - 1, limit: 1 };
}

function roleOf({ type }: LogEntry): PageEntry['role'] {
  return type === 'input' ? 'user' : 'agent';
}

/** The candidates next to where the page begins that have room on it; at least one, however small the budget. */
function fitting(candidates: readonly Candidate[], budget: number, isForward: boolean): readonly Candidate[] {
  let used = 0;
  const overflow = (isForward ? candidates : candidates.toReversed()).findIndex(({ text }) => {
    used += Math.min(text.length, MIN_ENTRY_CHARS);
    return used > budget;
  });
  if (overflow === -1) return candidates;
  const count = Math.max(1, overflow);
  return isForward ? candidates.slice(0, count) : candidates.slice(-count);
}

/** Short entries stay whole; of long ones the last, which readers come for, gets up to half, and the others equal shares. */
function withinBudget(shown: readonly Candidate[], budget: number): PageEntry[] {
  const lengths = shown.map(({ text }) => text.length);
  const last = lengths.pop() ?? 0;
  const others = lengths.reduce((sum, length) => sum + length, 0);
  const share = fairShare(lengths, budget - Math.min(last, Math.max(Math.floor(budget / 2), budget - others)));
  let left = budget;
  return shown.map(({ entry, text, hits, fromRow }, index) => {
    const room = index === shown.length - 1 ? left : Math.min(share, text.length);
    left -= room;
    const clipped = clipMiddle(text, room);
    return {
      id: entry.id,
      role: roleOf(entry),
      time: timeText(entry.time),
      text: clipped.text,
      ...(clipped.missing > 0 && { missing_chars: clipped.missing }),
      ...(fromRow !== undefined && { from_row: fromRow }),
      ...(hits !== undefined && { hits, whole: wholeEntry(entry.id) }),
    };
  });
}

/** The largest length to which all can be cut so that together they fit. */
function fairShare(lengths: readonly number[], budget: number): number {
  let left = budget;
  let waiting = lengths.length;
  for (const length of lengths.toSorted((a, b) => a - b)) {
    const share = Math.floor(left / waiting);
    if (length > share) return share;
    left -= length;
    waiting--;
  }
  return Number.POSITIVE_INFINITY;
}

function timeText(time: string): string {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? visibleLine(time) : isoTime(ms);
}

/** Where to read on: behind the last entry shown if more follow, else behind the whole conversation. */
function cursorFor(
  taskId: string,
  entries: readonly LogEntry[],
  { before, after }: LogQuery,
  {
    stopsAt,
    isOutdated,
    build,
  }: { readonly stopsAt: Candidate | undefined; readonly isOutdated: boolean; readonly build: number },
): string | undefined {
  const last = stopsAt?.entry ?? (before === undefined ? entries.at(-1) : undefined);
  if (last && !isOutdated) return cursorAt(taskId, entries, last, build);
  return typeof after === 'object' ? cursorText(after) : undefined;
}

function older(query: LogQuery, first: LogEntry | undefined): Pick<LogPage, 'older'> {
  return first ? { older: { before: first.id, ...repeated(query) } } : {};
}

// Of a conversation that began anew since, everything is asked for: the old bound is another place in it.
function newer(query: LogQuery, cursor: string | undefined, isRestarted: boolean): Pick<LogPage, 'newer'> {
  const { before } = query;
  const bound = before === undefined || isRestarted ? {} : { before: positionText(before) };
  return cursor ? { newer: { ...bound, after: cursor, ...repeated(query) } } : {};
}

/** What of the question another page must repeat: all that is not the default. */
function repeated({ limit, max_chars, role, search, raw }: LogQuery): LogPageArguments {
  return {
    ...(limit !== logDefaults.limit && { limit }),
    ...(max_chars !== logDefaults.max_chars && { max_chars }),
    ...(role !== logDefaults.role && { role }),
    ...(search && { search }),
    ...(raw && { raw }),
  };
}

function positionText(position: LogPosition): number | string {
  return typeof position === 'number' ? position : cursorText(position);
}
