/** Holds one of our answers against a recorded one: everything must agree but ids, times, ports and made-up names. */

import { stagesOfText } from './build-log.js';
import { BodyComparison } from './compare-body.js';
import type { Pairing } from './pairing.js';
import { parseJson } from './recording.js';

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
  'date',
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

/** Headers that say something new each time; here only their form counts. */
const FORMS: Readonly<Record<string, RegExp>> = {
  date: /^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT$/,
  'x-coder-request-id': /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  'x-ratelimit-remaining': /^\d+$/,
  'x-ratelimit-reset': /^\d+$/,
};

/** Compares answers; `pairing` learns which ids belong together. An empty list: they agree. */
export function compareAnswers(recorded: Answer, ours: Answer, pairing: Pairing): readonly Difference[] {
  if (recorded.status !== ours.status) {
    return [{ path: 'status', recorded: `${recorded.status} ${recorded.body}`, ours: `${ours.status} ${ours.body}` }];
  }
  const comparison = new BodyComparison(pairing);
  for (const name of COMPARED_HEADERS) {
    const [one, other] = [recorded.headers[name] ?? '<absent>', ours.headers[name] ?? '<absent>'];
    const form = FORMS[name];
    if (form !== undefined && form.test(one) === form.test(other)) continue;
    comparison.compareText(`headers.${name}`, one, other);
  }
  compareBodies(comparison, recorded.body, ours.body);
  return comparison.differences;
}

function compareBodies(comparison: BodyComparison, recorded: string, ours: string): void {
  const stages = stagesOfText(recorded);
  const [one, other] = [parseJson(recorded), parseJson(ours)];
  if (stages !== undefined) comparison.compare('body', '', stages, stagesOfText(ours) ?? []);
  else if (one === undefined || other === undefined) comparison.compareText('body', recorded, ours);
  else {
    comparison.compare('body', '', one, other);
    comparison.compareOrderOfTimes();
    comparison.compareText('body (spelling)', spelling(recorded.replaceAll('<redacted>', '')), spelling(ours));
  }
}

/** Go writes markup as \u003c and ends every value with a line break. */
function spelling(body: string): string {
  return `${/[<>&]/.test(body) ? 'bare markup' : 'escaped'}, ${body.endsWith('\n') ? 'a line' : 'no line'}`;
}
