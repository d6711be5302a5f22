/** Our own words on an agent's screen: whether a prompt or a message stands there, how often, and what follows (screens §2 E). */

import { readRows, type ScreenRow } from './roles.js';

/** `beginning`: its first words stand there, the rest does not; whether it is the same text is then unknown. */
export type OwnWords = 'whole' | 'beginning' | 'absent';

const WHOLE_CHARS = 400;
const HEAD_CHARS = 200;
const TAIL_CHARS = 100;
const BEGINNING_CHARS = 40;
/** Texts with fewer characters ("2", "yes") stand on any screen by chance. */
export const SHORT_TEXT_CHARS = 20;

/**
 * A text as it is compared: NFC, without white space, frames, prompt marks and case. Terminals break words at the end of
 * a row, so nothing that a row's end may add is left.
 */
export function squash(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\s\u2500-\u257f>❯›\u2060\u200b\ufeff]+/g, '')
    .toLowerCase();
}

/** Whether these words are too few to be recognised. */
export function isShortText(text: string): boolean {
  return text.trim().replace(/\s+/g, ' ').length < SHORT_TEXT_CHARS;
}

/** Whether the words stand in a text of a screen or of an entry. Of a long one the first 200 and the last 100 must. */
export function findOwnWords(content: string, words: string): OwnWords {
  const wanted = squash(words);
  const text = squash(content);
  if (wanted === '') return 'absent';
  if (placeOf(text, wanted, 0) !== undefined) return 'whole';
  return wanted.length > BEGINNING_CHARS && text.includes(wanted.slice(0, BEGINNING_CHARS)) ? 'beginning' : 'absent';
}

/** How often the words stand in the text. */
export function countOwnWords(content: string, words: string): number {
  const wanted = squash(words);
  const text = squash(content);
  if (wanted === '') return 0;
  let count = 0;
  for (let at = placeOf(text, wanted, 0); at !== undefined; at = placeOf(text, wanted, at.end)) count += 1;
  return count;
}

/** Whether a report cites the message: its first 40 characters stand there. Short words prove nothing. */
export function sharesBeginning(message: string, words: string): boolean {
  return !isShortText(words) && squash(message).includes(squash(words).slice(0, BEGINNING_CHARS));
}

/** The rows below the last place of the words; undefined where they do not stand on the screen. */
export function rowsBelowOwnWords(content: string, words: string): readonly ScreenRow[] | undefined {
  const { rows } = readRows(content);
  const wanted = squash(words);
  if (wanted === '') return undefined;
  const ends: number[] = [];
  let text = '';
  for (const row of rows) {
    text += squash(row.text);
    ends.push(text.length);
  }
  let last: Place | undefined;
  for (let at = placeOf(text, wanted, 0); at !== undefined; at = placeOf(text, wanted, at.end)) last = at;
  if (last === undefined) return undefined;
  const { end } = last;
  return rows.slice(ends.findIndex((length) => length >= end) + 1);
}

// What agents print below the line in which one types; Claude Code's, the rest a guess.
const inputHint = /^\s*(?:\?|⏵⏵|(?:esc|enter|ctrl|shift|tab|↑|⏎)\b).{0,60}|\bfor shortcuts\b|\bcontext left\b/i;

/**
 * Whether the agent has taken the words: rows of its own stand below them. Words with nothing below, or in an input box,
 * were typed and not taken.
 */
export function hasAnswerBelow(content: string, words: string): boolean {
  const below = rowsBelowOwnWords(content, words) ?? [];
  const first = below.find(({ role }) => role !== 'blank');
  // The frame of the box in which they stand.
  if (first === undefined || (first.role === 'frame' && !below.some(({ startsBlock }) => startsBlock))) return false;
  return below.some(
    ({ role, text, kind }) =>
      role === 'busy' || role === 'choice' || (role === 'words' && kind === 'plain' && !inputHint.test(text)),
  );
}

interface Place {
  readonly end: number;
}

/** The next place of the squashed words in the squashed text, from an index on. */
function placeOf(text: string, wanted: string, from: number): Place | undefined {
  if (wanted.length <= WHOLE_CHARS) {
    const start = text.indexOf(wanted, from);
    return start === -1 ? undefined : { end: start + wanted.length };
  }
  const start = text.indexOf(wanted.slice(0, HEAD_CHARS), from);
  if (start === -1) return undefined;
  const tail = text.indexOf(wanted.slice(-TAIL_CHARS), start + HEAD_CHARS);
  return tail === -1 ? undefined : { end: tail + TAIL_CHARS };
}
