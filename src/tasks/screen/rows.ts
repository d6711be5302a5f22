/** The rows of an agent's terminal screen, as a log entry of type `output` holds them (coder-api §3.7, screens §2 F and I). */

import { withoutSequences } from '../../text/terminal.js';

/** One row. Seen on real screens: every row is filled up with blanks to the terminal's width. */
export interface Row {
  /** As it came, without trailing blanks. */
  readonly raw: string;
  /** Without the bars of a frame and without trailing blanks; the indent stays. */
  readonly text: string;
  /** Blanks before the first character, relative to the least indented row of the screen; 0 for a blank row. */
  readonly indent: number;
  /** `frame`: box drawing and nothing else; `framed`: words between the bars of a frame. */
  readonly kind: 'blank' | 'frame' | 'framed' | 'plain';
  /** Its last column holds a character: a word may go on in the next row. */
  readonly isFull: boolean;
}

export interface Screen {
  /** The terminal's columns; undefined where the rows are not filled up with blanks, so that no row is known to be full. */
  readonly width: number | undefined;
  readonly rows: readonly Row[];
}

const frameOnly = /^[\s\u2500-\u257f]+$/;
const leftBar = /^\s*[\u2500-\u257f]+/;

/** The screen of one entry. Linear in its length. */
export function readScreen(content: string): Screen {
  const raw = withoutSequences(content).replace(/\r\n?/g, '\n').split('\n');
  const width = widthOf(raw);
  const rows = raw.map((row) => toRow(row, width));
  const shared = rows.reduce(
    (least, { kind, indent }) => (kind === 'plain' ? Math.min(least, indent) : least),
    Number.POSITIVE_INFINITY,
  );
  if (shared === 0 || shared === Number.POSITIVE_INFINITY) return { width, rows };
  return { width, rows: rows.map((row) => (row.kind === 'plain' ? { ...row, indent: row.indent - shared } : row)) };
}

function toRow(raw: string, width: number | undefined): Row {
  const isFull = width !== undefined && columnsOf(raw) >= width && /\S$/.test(raw);
  const trimmed = raw.trimEnd();
  if (trimmed === '') return { raw: '', text: '', indent: 0, kind: 'blank', isFull: false };
  if (frameOnly.test(trimmed)) return { raw: trimmed, text: '', indent: 0, kind: 'frame', isFull: false };
  // A bar at the left alone (`┃ quoted`) and a tree (`├── src`) are words, not a frame.
  if (!isBar(trimmed, trimmed.length - 1) || !leftBar.test(trimmed))
    return { raw: trimmed, text: trimmed, indent: indentOf(trimmed), kind: 'plain', isFull };
  let end = trimmed.length;
  while (isBar(trimmed, end - 1)) end--;
  const inner = trimmed.slice(0, end).replace(leftBar, '');
  const text = inner.trimEnd();
  // Most frames leave one blank before the bar (a guess).
  const reachesBar = width !== undefined && inner.length - text.length <= 1;
  return { raw: trimmed, text, indent: indentOf(text), kind: 'framed', isFull: reachesBar };
}

function isBar(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 0x2500 && code <= 0x257f;
}

/**
 * The length that the rows share. Seen: all rows have it. Guess: half of them is enough, since the end of an entry may
 * be trimmed, and some rows must be seen to be filled up with blanks.
 */
function widthOf(raw: readonly string[]): number | undefined {
  const lengths = raw.map(columnsOf);
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0);
  const isPadded = raw.some((row) => row.endsWith(' '));
  const count = lengths.filter((length) => length === longest).length;
  return isPadded && count * 2 >= raw.length ? longest : undefined;
}

// Characters that take two columns in a terminal, and those that take none.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/gu;
const narrow = /\p{Mn}|\p{Me}|\u200d|[\ufe0e\ufe0f]/gu;
const plainText = /^[\x20-\x7e\u2500-\u257f]*$/;

function columnsOf(row: string): number {
  if (plainText.test(row)) return row.length;
  const characters = Array.from(row.replace(narrow, '')).length;
  return characters + (row.match(wide)?.length ?? 0);
}

function indentOf(text: string): number {
  const indent = text.search(/\S/);
  return indent === -1 ? 0 : indent;
}
