/** Words that go on in the next row: addresses joined where that is certain, and text to search in (screens §2 I and L). */

import type { Row } from './rows.js';

// A character that a URL may hold and that no prose puts round one; as in the links of an answer.
const addressCharacter = String.raw`[^\s<>"\`\\^{|}\u2500-\u257f\u3000-\u303f\uff00-\uff65]`;
const addressAtEnd = new RegExp(String.raw`\bhttps?:\/\/${addressCharacter}*$`, 'i');
const firstWord = new RegExp(`^${addressCharacter}+`);
// What begins a row of its own: an item of a list, a block, a prompt, a tool's result.
const ownRow = /^(?:[-*+•●⏺✦◆⬢⎿└>❯›](?:\s|$)|\d{1,3}[.)](?:\s|$))/;
// Prose after an address that ends in the last column has none of these inside a word.
const addressSign = /[/#?=&%_\-.\d]/;
const closingMarks = /[.,;:!?'")\]*_~…]+$/;
// Rows are short; a longer one is no screen, and patterns anchored at its end would take long.
const MAX_ROW_CHARS = 4_096;

export interface MendedRow {
  readonly text: string;
  /** It ends in an address of which a part may stand in the next row. */
  readonly endsInCutAddress: boolean;
}

/** The rows, those that an address runs over joined where that is certain. `known` are texts that may hold it whole. */
export function mendAddresses(rows: readonly Row[], known: readonly string[] = []): MendedRow[] {
  const mended: { text: string; endsInCutAddress: boolean }[] = [];
  // The last row given, while an address runs over its end.
  let isOpen = false;
  for (const { text, isFull } of rows) {
    const last = mended.at(-1);
    const join = isOpen && last ? continuation(last.text, text, known) : 'ends';
    if (last && join === 'goes on') last.text += text.trimStart();
    else {
      if (last) last.endsInCutAddress = join === 'unknown';
      mended.push({ text, endsInCutAddress: false });
    }
    const tail = (mended.at(-1)?.text ?? '').slice(-MAX_ROW_CHARS);
    isOpen = isFull && addressAtEnd.test(tail);
  }
  return mended;
}

/** Whether the address at the end of `above` goes on in `below`. */
function continuation(above: string, below: string, known: readonly string[]): 'goes on' | 'ends' | 'unknown' {
  const row = below.trim();
  const word = firstWord.exec(row)?.[0] ?? '';
  if (word === '' || ownRow.test(row)) return 'ends';
  const address = addressAtEnd.exec(above.slice(-MAX_ROW_CHARS))?.[0] ?? '';
  const rest = word.replace(closingMarks, '');
  if (known.some((text) => holdsWhole(text, address + rest))) return 'goes on';
  if (known.some((text) => holdsWhole(text, address.replace(closingMarks, '')))) return 'ends';
  return addressSign.test(rest) ? 'goes on' : 'unknown';
}

/** Whether the address stands in the text, and ends there. */
function holdsWhole(text: string, address: string): boolean {
  const start = text.indexOf(address);
  if (start === -1) return false;
  const next = text.slice(start + address.length, start + address.length + 2);
  return next === '' || /^(?:[\s<>"]|[.,;:!?)\]](?:\s|$))/.test(next);
}

/** Stands in a text to search in where a row is full: the word may go on, or end there. Invisible, in no text of a screen. */
export const ROW_BREAK = '\u2060';

/** The rows as one text, with `ROW_BREAK` in place of the line end behind each full row that a word may run over. */
export function joinFullRows(rows: readonly Row[]): string {
  let text = '';
  for (const [index, row] of rows.entries()) {
    const above = rows[index - 1];
    if (!above) text = row.text;
    else if (above.isFull && row.kind !== 'blank') text += ROW_BREAK + row.text.trimStart();
    else text += `\n${row.text}`;
  }
  return text;
}
