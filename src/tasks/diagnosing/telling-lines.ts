/** The part of a build or startup log that tells what went wrong. */

import { clipMiddle } from '../../text/clip.js';
import { cleanTerminal } from '../../text/terminal.js';
import { visible } from '../../text/untrusted.js';

/** One log of an answer is at most this long (behaviour §3.2). */
export const MAX_LOG_BYTES = 2_048;

export interface LogLine {
  readonly level: string;
  readonly text: string;
}

// An error seldom explains itself: what ran just before it does.
const LINES_BEFORE = 2;
const LINES_AFTER = 1;
// Where nothing looks like an error, the end shows where it stopped.
const TAIL_LINES = 15;
const TELLING =
  /\berrors?\b|\bfail(?:ed|ure|s)?\b|\bfatal\b|\bpanic\b|\bdenied\b|\brefused\b|\bexceeded\b|\btimed? ?out\b|\bno such\b|\bnot found\b|\bcannot\b|\bunable to\b|\bunreachable\b|\bexit(?:ed)? (?:status|code) [1-9]/i;

/**
 * The lines with an error and what stands round them, else those that sound like one, else the end; in their order,
 * cleaned, at most `MAX_LOG_BYTES` in UTF-8, cut in the middle. Empty when the log says nothing.
 */
export function tellingLines(lines: readonly LogLine[]): string {
  const clean = lines.map(({ level, text }) => ({ level, text: cleanTerminal(text) }));
  const isError = clean.map(({ level }) => level === 'error' || level === 'fatal');
  const chosen =
    around(clean, isError) ??
    around(
      clean,
      clean.map(({ text }) => TELLING.test(text)),
    ) ??
    clean.slice(-TAIL_LINES).map(({ text }) => text);
  return withinBytes(visible(chosen.filter((text) => text.trim() !== '').join('\n')), MAX_LOG_BYTES);
}

/** The marked lines and their surroundings, gaps shown by `…`; undefined when none is marked or all of them are blank. */
function around(lines: readonly LogLine[], marked: readonly boolean[]): string[] | undefined {
  const kept = new Set<number>();
  marked.forEach((isMarked, index) => {
    if (!isMarked || lines[index]?.text.trim() === '') return;
    for (let near = index - LINES_BEFORE; near <= index + LINES_AFTER; near++) kept.add(near);
  });
  if (kept.size === 0) return undefined;
  const chosen: string[] = [];
  let last: number | undefined;
  lines.forEach(({ text }, index) => {
    if (!kept.has(index)) return;
    if (last !== undefined && index > last + 1) chosen.push('…');
    chosen.push(text);
    last = index;
  });
  return chosen;
}

function withinBytes(text: string, maxBytes: number): string {
  let clipped = text;
  for (let room = maxBytes; Buffer.byteLength(clipped) > maxBytes; room = Math.floor(room * 0.9)) {
    clipped = clipMiddle(text, room).text;
  }
  return clipped;
}
