/** Cutting text to a number of characters (UTF-16 units, as `length` counts) without splitting one, and saying what is missing. */

export interface Clipped {
  readonly text: string;
  /** How many characters of the original are not in `text`; 0 when it is whole. */
  readonly missing: number;
}

// A cut that lands this close behind the start of a line or word moves there.
const LINE_REACH_CHARS = 120;
const WORD_REACH_CHARS = 30;

/** At most `maxChars`, cut in the middle: beginnings say what it is about, ends how it went. */
export function clipMiddle(text: string, maxChars: number): Clipped {
  if (text.length <= maxChars) return { text, missing: 0 };
  const { note, room } = noteFor(text, maxChars, (missing) => ` [… ${missing} characters missing …] `);
  const head = sliceWhole(text, 0, Math.ceil(room / 2));
  const tail = sliceWhole(text, text.length - Math.floor(room / 2));
  return withNote(text, head + tail, (missing) => head + note(missing) + tail);
}

/** At most `maxChars` of the end, beginning with a line or word where one is near: the end of a terminal screen matters most. */
export function clipStart(text: string, maxChars: number): Clipped {
  if (text.length <= maxChars) return { text, missing: 0 };
  const { note, room } = noteFor(text, maxChars, (missing) => `[… ${missing} characters missing] `);
  const tail = text.slice(nearStart(text, cutAfter(text, text.length - room)));
  return withNote(text, tail, (missing) => note(missing) + tail);
}

/** At most `maxChars`, the last one `…` where something was cut; for names and other one-liners. */
export function clipEnd(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  if (maxChars < 1) return '';
  return `${sliceWhole(text, 0, maxChars - 1).trimEnd()}…`;
}

/** As `slice`, without the half of a character that a cut would leave at either end. */
export function sliceWhole(text: string, start: number, end = text.length): string {
  return text.slice(cutAfter(text, start), cutBefore(text, end));
}

// Where there is no room for the note, `…` alone marks the cut, and where there is none for that, nothing does.
function noteFor(text: string, maxChars: number, full: (missing: number) => string) {
  const width = full(text.length).length;
  if (maxChars >= 2 * width) return { note: full, room: maxChars - width };
  return { note: () => (maxChars >= 1 ? '…' : ''), room: Math.max(0, maxChars - 1) };
}

function withNote(text: string, kept: string, word: (missing: number) => string): Clipped {
  const missing = text.length - kept.length;
  return { text: word(missing), missing };
}

function nearStart(text: string, from: number): number {
  if (from === 0 || text[from - 1] === '\n') return from;
  const line = text.indexOf('\n', from);
  if (line !== -1 && line - from <= LINE_REACH_CHARS && line + 1 < text.length) return line + 1;
  const word = text.slice(from, from + WORD_REACH_CHARS).search(/\s\S/);
  return word === -1 ? from : from + word + 1;
}

function cutBefore(text: string, end: number): number {
  return splitsPair(text, end) ? end - 1 : end;
}

function cutAfter(text: string, start: number): number {
  return splitsPair(text, start) ? start + 1 : start;
}

function splitsPair(text: string, at: number): boolean {
  return at > 0 && /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
}
