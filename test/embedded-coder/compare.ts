/** Holds one of our answers against a recorded one: everything must agree but ids, times, ports and made-up names. */

import { isBuildLog, pairLines, stagesOf, stagesOfText } from './build-log.js';
import type { Pairing } from './pairing.js';
import { isObject, type Json, parseJson } from './recording.js';

export interface Answer {
  readonly status: number;
  /** By lower-case name; a repeated header is joined with ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Difference {
  /** Where: `status`, `headers.allow`, `body`, `body.tasks[0].status`. */
  readonly path: string;
  readonly recorded: string;
  readonly ours: string;
}

const COMPARED_HEADERS = [
  'content-type',
  'allow',
  'vary',
  'set-cookie',
  'www-authenticate',
  'retry-after',
  'location',
  'cache-control',
  'x-accel-buffering',
  'x-content-type-options',
  'x-coder-build-version',
  'x-coder-request-id',
  'x-ratelimit-limit',
  'x-ratelimit-remaining',
  'x-ratelimit-reset',
  'access-control-allow-origin',
] as const;

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
];
const ZERO_TIME = '0001-01-01T00:00:00Z';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_INSIDE = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const NAME_KEYS = new Set(['name', 'workspace_name', 'display_name', 'template_version_name']);
const SUFFIX = /-[0-9a-f]{4}$/;
// Coder gives what has no name two words, a feeling and a scientist.
const MADE_UP_NAME = /^[a-z]+[-_][a-z]+[\d]*(-[0-9a-f]{4})?$/;
const MADE_UP_TITLE = /^[A-Z][a-z]+ [a-z]+$/;
/** Which provisioner took a job and which upload a version was made from is chance. */
const FREE_IDS = new Set(['worker_id', 'file_id']);
/** Numbers that count what happened on the recorded machine before. */
const SORTED_BY: Readonly<Record<string, string>> = {
  scripts: 'display_name',
  log_sources: 'display_name',
  statuses: 'created_at',
};
const LOG_ID = /^body\[\d+\]\.id$/;
const FREE_NUMBERS = new Set(['latency_ms', 'logs_length', 'P50', 'P95']);

/** Compares answers; `pairing` learns which ids belong together. An empty list: they agree. */
export function compareAnswers(recorded: Answer, ours: Answer, pairing: Pairing): readonly Difference[] {
  const differences: Difference[] = [];
  if (recorded.status !== ours.status) {
    return [{ path: 'status', recorded: `${recorded.status} ${recorded.body}`, ours: `${ours.status} ${ours.body}` }];
  }
  for (const name of COMPARED_HEADERS) {
    compareText(`headers.${name}`, recorded.headers[name] ?? '<absent>', ours.headers[name] ?? '<absent>');
  }
  const recordedJson = parseJson(recorded.body);
  const ourJson = parseJson(ours.body);
  const stages = stagesOfText(recorded.body);
  if (stages !== undefined) compareStages('body', stages, stagesOfText(ours.body) ?? []);
  else if (recordedJson === undefined || ourJson === undefined) compareText('body', recorded.body, ours.body);
  else compareJson('body', '', recordedJson, ourJson);
  return differences;

  function differ(path: string, recordedValue: unknown, ourValue: unknown): void {
    differences.push({ path, recorded: print(recordedValue), ours: print(ourValue) });
  }

  function compareText(path: string, recordedText: string, ourText: string): void {
    if (path === 'headers.x-coder-request-id') {
      if (UUID.test(recordedText) !== UUID.test(ourText)) differ(path, recordedText, ourText);
    } else if (path === 'headers.x-ratelimit-remaining' || path === 'headers.x-ratelimit-reset') {
      if (/^\d+$/.test(recordedText) !== /^\d+$/.test(ourText)) differ(path, recordedText, ourText);
    } else if (UUID.test(recordedText) && UUID.test(ourText)) {
      if (!pairing.learn(recordedText, ourText)) differ(path, recordedText, ourText);
    } else if (plain(pairing.translate(recordedText)) !== plain(ourText)) {
      differ(path, recordedText, ourText);
    }
  }

  function compareName(path: string, key: string, recordedText: string, ourText: string): void {
    const madeUp = [MADE_UP_NAME, MADE_UP_TITLE].some((shape) => shape.test(recordedText) && shape.test(ourText));
    const sameButSuffix =
      SUFFIX.test(recordedText) && SUFFIX.test(ourText) && recordedText.slice(0, -4) === ourText.slice(0, -4);
    if (recordedText === ourText || (!madeUp && !sameButSuffix)) compareText(path, recordedText, ourText);
    else if (!pairing.learn(`${key} ${recordedText}`, `${key} ${ourText}`)) differ(path, recordedText, ourText);
  }

  function compareNumber(path: string, key: string, recordedNumber: number, ourNumber: number): void {
    if (FREE_NUMBERS.has(key)) return;
    // How many builds of others waited as well.
    if (key.startsWith('queue_') && recordedNumber > 0 && ourNumber > 0) return;
    // The ids of log lines count through the whole database.
    const isLogId = key === 'id' && LOG_ID.test(path);
    if (isLogId ? !pairing.learn(`log ${recordedNumber}`, `log ${ourNumber}`) : recordedNumber !== ourNumber)
      differ(path, recordedNumber, ourNumber);
  }

  function compareJson(path: string, key: string, one: Json, other: Json): void {
    if (typeof one === 'string' && typeof other === 'string') {
      if (one === ZERO_TIME || other === ZERO_TIME) {
        if (one !== other) differ(path, one, other);
      } else if (FREE_IDS.has(key) && UUID.test(one) && UUID.test(other)) return;
      else if (NAME_KEYS.has(key)) compareName(path, key, one, other);
      else compareText(path, one, other);
    } else if (typeof one === 'number' && typeof other === 'number') {
      compareNumber(path, key, one, other);
    } else if (FREE_NUMBERS.has(key)) {
      if ([one, other].some((value) => value !== null && typeof value !== 'number')) differ(path, one, other);
    } else if (Array.isArray(one) && Array.isArray(other)) {
      compareLists(path, one, other);
    } else if (isObject(one) && isObject(other)) {
      for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
        const [left, right] = [one[name], other[name]];
        if (left === undefined || right === undefined) differ(`${path}.${name}`, left, right);
        else compareJson(`${path}.${name}`, name, inOrder(name, left, left), inOrder(name, right, left));
      }
    } else if (one !== other) {
      differ(path, one, other);
    }
  }

  function compareLists(path: string, one: readonly Json[], other: readonly Json[]): void {
    if (isBuildLog(one)) {
      compareStages(path, stagesOf(one), stagesOf(other));
      for (const [left, right] of pairLines(one, other)) pairing.learn(`log ${left}`, `log ${right}`);
      return;
    }
    if (one.length !== other.length) differ(`${path}.length`, one, other);
    one.forEach((left, index) => {
      const right = other[index];
      if (right !== undefined) compareJson(`${path}[${index}]`, '', left, right);
    });
  }

  function compareStages(path: string, one: readonly string[], other: readonly string[]): void {
    if (one.join('\n') !== other.join('\n')) differ(path, one, other);
  }

  function plain(text: string): string {
    const kinds = KINDS.reduce((result, [shape, kind]) => result.replaceAll(shape, kind), text);
    return kinds.replaceAll(UUID_INSIDE, (id) => (pairing.isKnown(id) ? id : '<id>'));
  }
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
  const isNewestFirst = ascending(recorded)
    .toReversed()
    .every((item, index) => item === recorded[index]);
  return key === 'statuses' && isNewestFirst ? value : ascending(value);
}

function print(value: unknown): string {
  const text = value === undefined ? '<absent>' : JSON.stringify(value);
  return text.length > 300 ? `${text.slice(0, 300)}… (${text.length} characters)` : text;
}
