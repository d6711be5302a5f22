/** Times and ages as words: "4 min" for text, ISO 8601 for data. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** An age in its largest fitting unit, rounded down: "4 s", "4 min", "3 h", "2 days". A clock that runs ahead gives "0 s". */
export function ageText(ms: number): string {
  if (!(ms >= SECOND_MS)) return '0 s';
  if (ms < MINUTE_MS) return `${Math.floor(ms / SECOND_MS)} s`;
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  // "30 h" tells more than "1 day", so days begin at two.
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} days`;
}

/** A time from outside as ISO 8601; undefined for one that is missing, unreadable or Go's zero time. */
export function isoTimeOf(text: string | null | undefined): string | undefined {
  const at = text ? Date.parse(text) : Number.NaN;
  return at > 0 ? isoTime(at) : undefined;
}

/** Milliseconds since the epoch as ISO 8601 in UTC without fractions: "2026-11-24T04:15:42Z". */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
