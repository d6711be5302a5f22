/** A screen as a reader wants it: without what only a terminal needs, addresses in one piece (screens §2 H, I and L). */

import { cleanTerminal } from '../../text/terminal.js';
import { visible } from '../../text/untrusted.js';
import { joinFullRows, mendAddresses } from './broken-rows.js';
import { readRows, type ScreenRow } from './roles.js';

/**
 * The words on the screen: no ANSI sequences, frames, input line and signs of work, unless there is nothing else. `skip` is
 * how many of its lasting rows (`lastingRows`) a reader has already.
 */
export function readableScreen(content: string, skip = 0): string {
  const { rows } = readRows(content);
  const lasting = rows.filter(({ role }) => role !== 'busy').slice(skip);
  const said = lasting.filter(({ role }) => role !== 'input line');
  const isEmpty = !said.some(({ role }) => role === 'words' || role === 'choice' || role === 'prompt');
  const shown = isEmpty && skip === 0 ? rows.filter(({ role }) => role === 'busy') : said;
  // A row of frame alone stays as it is: its kind decides whether it leaves a gap.
  const plain = shown.map((row) => (row.kind === 'frame' ? { ...row, text: row.raw } : row));
  return cleanTerminal(
    mendAddresses(plain)
      .map(({ text }) => text)
      .join('\n'),
  );
}

/** The rows to search in, every character visible, with `ROW_BREAK` where a word may go on in the next row. */
export function searchableScreen(content: string): string {
  const rows = readRows(content).rows.filter(
    ({ role, kind }) => role !== 'busy' && role !== 'input line' && kind !== 'frame',
  );
  return joinFullRows(rows.map((row) => ({ ...row, text: visible(row.text) })));
}

/**
 * The rows that count as given to a reader: what was said, prompts, and blank rows between. Signs of work, the input line
 * and what is blank at the end go, since they are rewritten where the next row will stand.
 */
export function lastingRows(content: string): readonly ScreenRow[] {
  const rows = readRows(content).rows.filter(({ role }) => role !== 'busy');
  const end = rows.findLastIndex(({ role }) => role === 'words' || role === 'choice' || role === 'prompt') + 1;
  return rows.slice(0, end);
}
