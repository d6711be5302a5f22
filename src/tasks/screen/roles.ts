/** What each row of an agent's screen is: words of the agent, a prompt, a sign that it works (screens §2 A.3, F, K). */

import { type Row, readScreen, type Screen } from './rows.js';

type Role =
  | 'blank'
  | 'frame'
  /** What somebody said to the agent, with its further rows. */
  | 'prompt'
  /** The empty prompt at the end of the screen, with the hints below it. */
  | 'input line'
  /** Says that the agent is at work. */
  | 'busy'
  /** An entry of a selection list, or what describes one. */
  | 'choice'
  | 'words';

export interface ScreenRow extends Row {
  readonly role: Role;
  readonly startsPrompt: boolean;
  /** A block of the agent begins here. */
  readonly startsBlock: boolean;
  /** What a tool gave back. */
  readonly isToolResult: boolean;
}

export interface ReadScreen {
  readonly width: number | undefined;
  readonly rows: readonly ScreenRow[];
}

// Seen: `●`. The others are the marks of other agents: a guess.
const blockMark = /^[●⏺•✦◆⬢](?=\s|$)/;
// Seen: `⎿`. A tree in an answer (`└── src`) is none.
const toolResult = /^\s*[⎿└](?=\s)/;
// Seen: `>`. The others are a guess.
const promptRow = /^[>❯›]\s+\S/;
const emptyPrompt = /^[>❯›]$/;
// Seen: `❯ 1. Yes`. A mark that also begins a prompt or a block counts only beside a hint (see selection-list.ts).
export const markedChoice = /^\s*(?<mark>[❯›>→▶●])\s+(?<number>\d{1,2})[.)]\s+\S/;
const plainChoice = /^\s*(\d{1,2})[.)]\s/;
// Between two entries of a list stand at most this many rows that describe the first one.
const CHOICE_REACH_ROWS = 4;
const WRAP_INDENT = 2;
// Words quoted inside an answer are indented as the answer is.
const MAX_PROMPT_INDENT = 1;

const BUSY_ROWS = 6;
// A sign of work is short; what is longer is cut before patterns run over it.
const MAX_SIGN_CHARS = 400;
const interrupt = /\b(?:esc|ctrl[-+]c) to (?:interrupt|stop)\b/i;
const cancelWithTime = /\(esc to cancel, \d+ ?s/i;
// In brackets, after a separator or dots, or alone in its row. "Press Ctrl+C to stop it" in an answer is none of these.
const interruptAsSign =
  /(?:[([][^()[\]]*|[·•|,⏵]\s*|(?:…|\.\.\.)\s[^.…]*|\s{2,}|^\s*)(?:esc|ctrl[-+]c) to (?:interrupt|stop)\s*(?:$|[)\]·•|,]|\s{2,})/i;
// A row that begins with a spinner's frame: a symbol that is neither a block mark nor a list's or a prompt's.
const spinner = /^\s*(?![●⏺✦◆⬢⎿└>❯›\-*+#])[^\p{L}\p{N}\s"'`([]+\s+\S/u;
const MAX_INPUT_LINE_ROWS = 3;

/** An entry's rows with their roles. */
export function readRows(content: string): ReadScreen {
  const screen = readScreen(content);
  const roles: Role[] = screen.rows.map(({ kind }) => (kind === 'blank' || kind === 'frame' ? kind : 'words'));
  markChoices(screen, roles);
  markBusy(screen, roles);
  markInputLine(screen, roles);
  markPrompts(screen, roles);
  const rows = screen.rows.map((row, index): ScreenRow => {
    const role = roles[index] ?? 'words';
    const isSaid = role === 'words';
    return {
      ...row,
      role,
      startsPrompt: role === 'prompt' && isPromptStart(row),
      startsBlock: isSaid && row.indent === 0 && blockMark.test(row.text.trimStart()),
      isToolResult: isSaid && toolResult.test(row.text),
    };
  });
  return { width: screen.width, rows };
}

/** Whether the screen itself says that its agent works: it is then neither quiet nor ready for a message. */
export function isBusy(content: string): boolean {
  return readRows(content).rows.some(({ role }) => role === 'busy');
}

/** Whether one row says that the agent works, wherever it stands. */
export function isBusyRow(text: string): boolean {
  const sign = text.slice(0, MAX_SIGN_CHARS);
  if (cancelWithTime.test(sign)) return true;
  return interrupt.test(sign) && (interruptAsSign.test(sign) || spinner.test(sign));
}

function markBusy({ rows }: Screen, roles: Role[]): void {
  let seen = 0;
  for (let index = rows.length - 1; index >= 0 && seen < BUSY_ROWS; index--) {
    if (roles[index] !== 'words' && roles[index] !== 'choice') continue;
    seen += 1;
    if (isBusyRow(rows[index]?.text ?? '')) roles[index] = 'busy';
  }
}

/** A numbered row with a mark, and its neighbour by number within reach: so is what lies between and below them. */
function markChoices({ rows }: Screen, roles: Role[]): void {
  for (const [index, { text, kind }] of rows.entries()) {
    const marked = markedChoice.exec(text)?.groups;
    if (!marked || kind === 'blank' || marked.mark === '>' || marked.mark === '●') continue;
    const number = Number(marked.number);
    const next = choiceBeside(rows, index, 1, number + 1);
    const last = choiceBeside(rows, index, -1, number - 1);
    if (next === undefined && last === undefined) continue;
    for (let row = last ?? index; row <= (next ?? index); row++) if (roles[row] === 'words') roles[row] = 'choice';
  }
}

/** The row with this number above or below, within reach. */
export function choiceBeside(rows: readonly Row[], from: number, step: 1 | -1, number: number): number | undefined {
  for (let distance = 1; distance <= CHOICE_REACH_ROWS; distance++) {
    const index = from + step * distance;
    const found = plainChoice.exec(rows[index]?.text ?? '');
    if (found) return Number(found[1]) === number ? index : undefined;
  }
  return undefined;
}

/** The last empty prompt, where only hints and frames stand below it. */
function markInputLine({ rows }: Screen, roles: Role[]): void {
  const start = rows.findLastIndex(({ text }, index) => roles[index] === 'words' && emptyPrompt.test(text.trim()));
  if (start === -1) return;
  const below = rows.slice(start + 1).filter(({ kind }) => kind === 'plain' || kind === 'framed');
  const isEnd = below.length <= MAX_INPUT_LINE_ROWS && !below.some(({ text }) => blockMark.test(text.trimStart()));
  if (isEnd) for (let index = start; index < rows.length; index++) setWords(roles, index, 'input line');
  for (const [index, { text }] of rows.entries())
    if (emptyPrompt.test(text.trim())) setWords(roles, index, 'input line');
}

function setWords(roles: Role[], index: number, role: Role): void {
  if (roles[index] === 'words') roles[index] = role;
}

function markPrompts({ rows }: Screen, roles: Role[]): void {
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (roles[index] !== 'words' || !row || !isPromptStart(row)) continue;
    const end = promptEnd(rows, roles, index);
    if (isQuote(rows, roles, index, end)) continue;
    for (let at = index; at < end; at++) setWords(roles, at, 'prompt');
    index = end - 1;
  }
}

/** Directly under words, with nothing below: a quote in the agent's answer (a guess). */
function isQuote(rows: readonly Row[], roles: readonly Role[], start: number, end: number): boolean {
  return roles[start - 1] === 'words' && rows.slice(end).every(({ kind }) => kind === 'blank');
}

function isPromptStart({ indent, text }: Row): boolean {
  return indent <= MAX_PROMPT_INDENT && promptRow.test(text.trimStart());
}

/**
 * Where the rows of a prompt end: at the first blank row; or, where a block of the agent follows, at that block, since a
 * prompt of several paragraphs has blank rows inside (a guess).
 */
function promptEnd(rows: readonly Row[], roles: readonly Role[], start: number): number {
  let firstBlank: number | undefined;
  for (let index = start + 1; index < rows.length; index++) {
    const row = rows[index];
    if (!row) break;
    if (row.kind === 'blank') firstBlank ??= index;
    else if (
      row.kind !== 'plain' ||
      row.indent < WRAP_INDENT ||
      roles[index] !== 'words' ||
      toolResult.test(row.text)
    ) {
      const isBlock = roles[index] === 'busy' || blockMark.test(row.text.trimStart());
      return isBlock ? index : (firstBlank ?? index);
    }
  }
  return firstBlank ?? rows.length;
}
