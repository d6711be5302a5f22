/** Names from outside in sentences of ours, and those that are like one that does not exist. */

import { clipEnd } from './clip.js';
import { visibleLine } from './untrusted.js';

// Coder's names have at most 32 characters, `owner/name` 65; what is longer is compared by its beginning.
const COMPARED_CHARS = 80;
const MAX_NAME_CHARS = 80;

/** The `count` candidates most like `name`, best first. Case does not matter; beginnings and parts count as near. */
export function nearest(name: string, candidates: Iterable<string>, count = 3): string[] {
  const wanted = name.slice(0, COMPARED_CHARS).toLowerCase();
  const best: { candidate: string; score: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const worst = best.length < count ? Number.POSITIVE_INFINITY : (best.at(-1)?.score ?? 0);
    const score = farness(wanted, candidate.slice(0, COMPARED_CHARS).toLowerCase(), worst);
    if (score >= worst) continue;
    const place = best.findIndex((other) => score < other.score);
    best.splice(place === -1 ? best.length : place, 0, { candidate, score });
    best.length = Math.min(best.length, count);
  }
  return best.map(({ candidate }) => candidate);
}

/** `a, b, "two words" and 4 more`; at most `max` names, each safe to show. */
export function listNames(names: readonly string[], max: number): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, max).map(nameText);
  if (names.length > max) return `${shown.join(', ')} and ${names.length - max} more`;
  return shown.join(', ');
}

/** A name as it stands in a sentence: one line, clipped, quoted where it is more than a plain word. */
export function nameText(name: string): string {
  const shown = clipEnd(visibleLine(name), MAX_NAME_CHARS);
  // A quote mark within would let a name end its quotes and go on in words of ours.
  return /^[\w./@:-]+$/.test(shown) ? shown : `"${shown.replaceAll('"', "'")}"`;
}

// A beginning beats a part, a part beats two typing errors; each lets the shorter rest win.
function farness(wanted: string, candidate: string, limit: number): number {
  const rest = Math.abs(candidate.length - wanted.length) / COMPARED_CHARS;
  if (wanted === candidate) return 0;
  if (wanted !== '' && candidate !== '') {
    if (candidate.startsWith(wanted) || wanted.startsWith(candidate)) return 0.5 + rest / 4;
    if (candidate.includes(wanted) || wanted.includes(candidate)) return 1 + rest;
  }
  return editDistance(wanted, candidate, limit);
}

/** Insertions, deletions, replacements and swaps of neighbours that make `b` of `a`; `limit` or more once it cannot be less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  // Three rows of the table, reused: this runs for each of thousands of candidates. `at` is never outside them.
  let beforeLast = new Uint8Array(b.length + 1);
  let last = Uint8Array.from({ length: b.length + 1 }, (_, j) => j);
  let row = new Uint8Array(b.length + 1);
  for (let i = 1; i <= a.length; i++) {
    const letter = a.charCodeAt(i - 1);
    row[0] = i;
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const isSame = letter === b.charCodeAt(j - 1);
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (isSwap) cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      row[j] = cost;
      least = Math.min(least, cost);
    }
    // The least of a row never falls in a later one.
    if (least >= limit) return limit;
    [beforeLast, last, row] = [last, row, beforeLast];
  }
  return at(last, b.length);
}

function at(row: Uint8Array, index: number): number {
  return row[index] ?? 0;
}
