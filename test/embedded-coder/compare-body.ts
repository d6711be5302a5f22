/** Walks through a recorded body and ours side by side. */

import { isBuildLog, pairLines, stagesOf } from './build-log.js';
import type { Difference } from './compare.js';
import type { Pairing } from './pairing.js';
import { isObject, type Json, type JsonObject } from './recording.js';

/** Values that no two servers share; each is reduced to its kind before texts are compared. */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, '<time>'],
  [/\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? \+0000 UTC/g, '<time>'],
  [/\b(http:\/\/)(127\.0\.0\.1|localhost):\d+/g, '$1<host>'],
  [/\[fd7a:[0-9a-f:]+\]:\d+/g, '<address>'],
  [/csrf_token=[^;]+/g, 'csrf_token=<token>'],
  [/^<redacted>$|^[A-Za-z0-9]{10}-[A-Za-z0-9]{22}$/g, '<token>'],
  [/^B[\w-]{86}$/g, '<web push key>'],
  [/[|/\\-] Working \(\d+s\)/g, '<spinner> Working (<n>s)'],
  [/ {2}step \d+ \(\d+ s\) [|/\\-] */g, '  step <n> (<n> s) <spinner>'],
  // Where its workspaces were on the recording machine, over as many rows as the path takes.
  [/(Scripted agent 1\.0 ready in )\S+ *(\n\S+ *)?/g, '$1<home>'],
  [/[·✢✳✶✻✽] (\w+)… \(\d+s · esc to interrupt\) */g, '<spinner> $1… (<n>s · esc to interrupt)'],
];
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;
const ZERO_TIME = '0001-01-01T00:00:00Z';
// Closer than this, the order of two moments may be that of two threads.
const CLOSE_MS = 1_000;
// These move with the machine's heartbeats, not with what happens.
const HEARTBEATS = /\.(most_recently_seen|last_seen_at|last_connected_at|last_used_at)$|\.agents\[\d+\]\.updated_at$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_INSIDE = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const NAME_KEYS = new Set(['name', 'workspace_name', 'template_version_name']);
// What has no name gets its first words, or else a feeling and a scientist, and four digits; a version gets no digits.
const SUFFIX = /-[0-9a-f]{4}$/;
const MADE_UP_NAMES = [/^[a-z]+-[a-z]+-[0-9a-f]{4}$/, /^[a-z]+_[a-z]+\d*$/];
/** Which provisioner took a job and which upload a version was made from is chance. */
const FREE_IDS = new Set(['worker_id', 'file_id']);
/** Numbers that count what happened on the recorded machine before. */
const FREE_NUMBERS = new Set(['latency_ms', 'logs_length', 'P50', 'P95']);
/** Lists without an order of their own, and what they are put in order by. */
const SORTED_BY: Readonly<Record<string, string>> = {
  scripts: 'display_name',
  log_sources: 'display_name',
  resources: 'type',
  statuses: 'created_at',
};
const LOG_ID = /^body\[\d+\]\.id$/;

interface Moment {
  readonly path: string;
  readonly recorded: number;
  readonly ours: number;
}

export class BodyComparison {
  readonly differences: Difference[] = [];
  readonly #pairing: Pairing;
  readonly #moments: Moment[] = [];

  constructor(pairing: Pairing) {
    this.#pairing = pairing;
  }

  /** Compares what stands at `path`, under the name `key` in its object. */
  compare(path: string, key: string, one: Json, other: Json): void {
    if (typeof one === 'string' && typeof other === 'string') this.#compareStrings(path, key, one, other);
    else if (FREE_NUMBERS.has(key)) this.#compareFreeNumbers(path, one, other);
    else if (typeof one === 'number' && typeof other === 'number') this.#compareNumbers(path, key, one, other);
    else if (Array.isArray(one) && Array.isArray(other)) this.#compareLists(path, one, other);
    else if (isObject(one) && isObject(other)) this.#compareObjects(path, one, other);
    else if (one !== other) this.#differ(path, one, other);
  }

  compareText(path: string, one: string, other: string): void {
    if (UUID.test(one) && UUID.test(other)) {
      if (!this.#pairing.learn(one, other)) this.#differ(path, one, other);
    } else if (this.#plain(this.#pairing.translate(one)) !== this.#plain(other)) {
      this.#differ(path, one, other);
    }
  }

  /** What was recorded clearly before something else in the same body must not come after it in ours. */
  compareOrderOfTimes(): void {
    const moments = this.#moments.toSorted((a, b) => a.recorded - b.recorded);
    for (const [index, early] of moments.entries()) {
      const swapped = moments
        .slice(index + 1)
        .find((late) => late.recorded - early.recorded > CLOSE_MS && late.ours < early.ours);
      if (swapped !== undefined) this.#differ(swapped.path, `after ${early.path}`, `before ${early.path}`);
    }
  }

  #compareStrings(path: string, key: string, one: string, other: string): void {
    if (one === ZERO_TIME || other === ZERO_TIME) {
      if (one !== other) this.#differ(path, one, other);
      return;
    }
    if (FREE_IDS.has(key) && UUID.test(one) && UUID.test(other)) return;
    if (TIME.test(one) && TIME.test(other) && !HEARTBEATS.test(path))
      this.#moments.push({ path, recorded: Date.parse(one), ours: Date.parse(other) });
    if (NAME_KEYS.has(key) && isMadeUpAlike(one, other)) {
      if (!this.#pairing.learn(`${key} ${one}`, `${key} ${other}`)) this.#differ(path, one, other);
      return;
    }
    this.compareText(path, one, other);
  }

  #compareNumbers(path: string, key: string, one: number, other: number): void {
    // How many builds of others waited as well.
    if (key.startsWith('queue_') && one > 0 && other > 0) return;
    // The ids of log lines count through the whole database.
    const agree = key === 'id' && LOG_ID.test(path) ? this.#pairing.learn(`log ${one}`, `log ${other}`) : one === other;
    if (!agree) this.#differ(path, one, other);
  }

  #compareFreeNumbers(path: string, one: Json, other: Json): void {
    if ([one, other].some((value) => value !== null && typeof value !== 'number')) this.#differ(path, one, other);
  }

  #compareLists(path: string, one: readonly Json[], other: readonly Json[]): void {
    if (isBuildLog(one)) {
      this.#compareLists(path, stagesOf(one), stagesOf(other));
      for (const [left, right] of pairLines(one, other)) this.#pairing.learn(`log ${left}`, `log ${right}`);
      return;
    }
    if (one.length !== other.length) this.#differ(`${path}.length`, one, other);
    for (const [index, left] of one.entries()) {
      const right = other[index];
      if (right !== undefined) this.compare(`${path}[${index}]`, '', left, right);
    }
  }

  #compareObjects(path: string, one: JsonObject, other: JsonObject): void {
    for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const [left, right] = [one[name], other[name]];
      if (left === undefined || right === undefined) this.#differ(`${path}.${name}`, left, right);
      else if (name === 'display_name' && isNamedAfter(one) && isNamedAfter(other)) continue;
      else this.compare(`${path}.${name}`, name, inOrder(name, left, left), inOrder(name, right, left));
    }
  }

  #differ(path: string, recorded: unknown, ours: unknown): void {
    const [one, other] = [printed(recorded), printed(ours)];
    const start = Math.max(0, firstDifference(one, other) - CONTEXT);
    this.differences.push({ path, recorded: cut(one, start), ours: cut(other, start) });
  }

  #plain(text: string): string {
    const kinds = KINDS.reduce((result, [shape, kind]) => result.replaceAll(shape, kind), text);
    return kinds.replaceAll(UUID_INSIDE, (id) => (this.#pairing.isKnown(id) ? id : '<id>'));
  }
}

function isMadeUpAlike(one: string, other: string): boolean {
  if (one === other) return false;
  const haveSameWords = SUFFIX.test(one) && SUFFIX.test(other) && one.slice(0, -4) === other.slice(0, -4);
  return haveSameWords || MADE_UP_NAMES.some((shape) => shape.test(one) && shape.test(other));
}

/** Whether the display name is the made-up name in other letters: `strange-nash-2f71` is "Strange nash". */
function isNamedAfter({ name, display_name: title }: JsonObject): boolean {
  if (typeof name !== 'string' || typeof title !== 'string' || !SUFFIX.test(name)) return false;
  return title.toLowerCase() === name.replace(SUFFIX, '').replaceAll('-', ' ');
}

/**
 * Scripts and log sources come in the order of their random ids, and so may the statuses of 2.29, while later versions
 * put the newest first. What has no order is compared in that of names and times.
 */
function inOrder(key: string, value: Json, recorded: Json): Json {
  const field = SORTED_BY[key];
  if (field === undefined || !Array.isArray(value) || !Array.isArray(recorded)) return value;
  const fieldOf = (item: Json) => (isObject(item) ? String(item[field]) : '');
  const ascending = (list: readonly Json[]) => list.toSorted((a, b) => fieldOf(a).localeCompare(fieldOf(b)));
  const newestFirst = ascending(recorded).toReversed();
  const isNewestFirst = newestFirst.every((item, index) => item === recorded[index]);
  return key === 'statuses' && isNewestFirst ? value : ascending(value);
}

const CONTEXT = 60;
const LONGEST_PRINTED = 300;

function printed(value: unknown): string {
  return value === undefined ? '<absent>' : JSON.stringify(value);
}

function firstDifference(one: string, other: string): number {
  let index = 0;
  while (index < one.length && one[index] === other[index]) index += 1;
  return index;
}

/** A long text from shortly before the first difference on. */
function cut(text: string, start: number): string {
  if (text.length <= LONGEST_PRINTED) return text;
  const shown = text.slice(start, start + LONGEST_PRINTED);
  return `${start > 0 ? '… ' : ''}${shown} … (${text.length} characters)`;
}
