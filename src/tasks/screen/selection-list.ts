/** A selection list that is open on an agent's screen: whatever is typed there may choose an entry (screens §2 K). */

import { choiceBeside, markedChoice, readRows, type ScreenRow } from './roles.js';

const LAST_ROWS = 20;
// Marks that begin nothing else in a row with a number. Seen: `❯`.
const sureMarks = ['❯', '›', '→', '▶'];
// Seen: "Enter to confirm · Esc to cancel", "(esc)" behind an entry. The rest is a guess.
const hint =
  /\b(?:enter|return)\b.{0,20}\bto (?:select|confirm|choose|submit|continue)|\besc\b.{0,10}\bto cancel\b|\(esc\)|↑\/↓/i;
const bothKeys = /\b(?:enter|return)\b.{0,40}\besc\b|\besc\b.{0,40}\b(?:enter|return)\b/i;
const markedRow = /^\s*[❯›>→▶]\s+\S/;

/**
 * The open list with the question above it, as it stands on the screen; undefined where none is open. Give it the last
 * entry only: an answered list stays in older entries for ever.
 */
export function openSelectionList(content: string): string | undefined {
  const { rows } = readRows(content);
  const end = rows.findLastIndex(({ role }) => role !== 'blank' && role !== 'frame') + 1;
  const first = Math.max(0, end - LAST_ROWS);
  const hasHint = rows.slice(first, end).some(({ text }) => hint.test(text));
  for (let index = end - 1; index >= first; index--) {
    if (isMarked(rows, index, hasHint)) return isOpen(rows, index, end) ? listText(rows, index, end) : undefined;
  }
  return undefined;
}

/** A numbered entry with the mark and a neighbour; without numbers, a marked row above a row that names both keys. */
function isMarked(rows: readonly ScreenRow[], index: number, hasHint: boolean): boolean {
  const text = rows[index]?.text ?? '';
  const groups = markedChoice.exec(text)?.groups;
  if (groups) {
    if (!hasHint && !sureMarks.includes(groups.mark ?? '')) return false;
    const number = Number(groups.number);
    return [1, -1].some((step) => choiceBeside(rows, index, step === 1 ? 1 : -1, number + step) !== undefined);
  }
  return markedRow.test(text) && rows.slice(index + 1).some((row) => bothKeys.test(row.text) && hint.test(row.text));
}

/** Nothing was said below it: no prompt, no block, no sign of work. */
function isOpen(rows: readonly ScreenRow[], marked: number, end: number): boolean {
  return rows.slice(marked + 1, end).every(({ role, startsPrompt, startsBlock, isToolResult }) => {
    return role !== 'busy' && !isToolResult && !startsPrompt && !startsBlock;
  });
}

function listText(rows: readonly ScreenRow[], marked: number, end: number): string {
  const above = rows.slice(0, marked);
  const block = above.findLastIndex(({ startsBlock }) => startsBlock);
  const prompt = above.findLastIndex(({ role }) => role === 'prompt') + 1;
  const start = Math.max(block, prompt, end - LAST_ROWS);
  return rows
    .slice(start, end)
    .map(({ text }) => text)
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}
