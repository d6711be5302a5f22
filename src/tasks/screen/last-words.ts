/** What the agent said last, taken from its screen (screens §2 F and I). */

import { mendAddresses } from './broken-rows.js';
import { readRows, type ScreenRow } from './roles.js';

export interface LastWords {
  /** Without frames, prompts, the input line and signs of work; addresses in one piece where that is certain. */
  readonly text: string;
  /** They stand above a tool call: since then the agent has said nothing. */
  readonly isBeforeToolCall: boolean;
}

/**
 * The agent's last message on the screen of one entry: below the last prompt, the blocks after the last tool call, else
 * the last block that is no tool call. Without block marks everything below the prompt, without a prompt the whole screen
 * (a guess for agents that were not seen). Undefined where the agent has not said anything. `known` are texts that may
 * hold an address whole.
 */
export function lastWordsOf(content: string, known: readonly string[] = []): LastWords | undefined {
  const blocks = blocksOf(agentPart(readRows(content).rows));
  const lastCall = blocks.findLastIndex(isToolCall);
  const after = textOf(blocks.slice(lastCall + 1).flat(), known);
  if (after !== '') return { text: after, isBeforeToolCall: false };
  for (const block of blocks.slice(0, Math.max(0, lastCall)).toReversed()) {
    const text = isToolCall(block) ? '' : textOf(block, known);
    if (text !== '') return { text, isBeforeToolCall: true };
  }
  return undefined;
}

const address = /\bhttps?:\/\/[^\s<>"`\\^{|}\u2500-\u257f\u3000-\u303f\uff00-\uff65]+/gi;

/**
 * The addresses in the agent's part of a screen, each whole: one that may go on in the next row is left out. Punctuation
 * round them is not cut off.
 */
export function addressesOf(content: string, known: readonly string[] = []): string[] {
  const rows = mendAddresses(agentPart(readRows(content).rows).filter(isSaid), known);
  return rows.flatMap(({ text, endsInCutAddress }) => {
    const found = text.match(address) ?? [];
    return endsInCutAddress ? found.slice(0, -1) : found;
  });
}

/** The rows of the agent's last turn: those below the last prompt, or above it where it was typed and not taken. */
function agentPart(rows: readonly ScreenRow[]): readonly ScreenRow[] {
  const start = lastPromptEnd(rows);
  const part = rows.slice(start);
  // An agent that is at work has taken the prompt.
  if (start === 0 || part.some((row) => row.role === 'busy' || isSaid(row))) return part;
  const above = rows.slice(
    0,
    rows.slice(0, start).findLastIndex(({ startsPrompt }) => startsPrompt),
  );
  const turn = above.slice(lastPromptEnd(above));
  // Above the first prompt of all stands a welcome.
  return turn.length < above.length || turn.some(({ startsBlock }) => startsBlock) ? turn : part;
}

function lastPromptEnd(rows: readonly ScreenRow[]): number {
  return rows.findLastIndex(({ role }) => role === 'prompt') + 1;
}

function isSaid({ role }: ScreenRow): boolean {
  return role === 'words' || role === 'choice';
}

/** Each from one mark to the next; what stands above the first mark is one too, but for a welcome in a frame. */
function blocksOf(rows: readonly ScreenRow[]): readonly (readonly ScreenRow[])[] {
  const blocks: ScreenRow[][] = [[]];
  const hasMarks = rows.some(({ startsBlock }) => startsBlock);
  for (const row of rows) {
    if (row.startsBlock) blocks.push([]);
    const isWelcome = hasMarks && blocks.length === 1 && row.kind === 'framed';
    if (!isWelcome) blocks.at(-1)?.push(row);
  }
  return blocks;
}

function isToolCall(block: readonly ScreenRow[]): boolean {
  return block.some(({ isToolResult }) => isToolResult);
}

function textOf(block: readonly ScreenRow[], known: readonly string[]): string {
  if (!block.some(isSaid)) return '';
  const rows = block.filter((row) => isSaid(row) || row.role === 'blank' || row.role === 'frame');
  return trimRows(mendAddresses(rows, known).map(({ text }) => text));
}

/** Without blank rows at either end, runs of them, and the indent that all rows share. */
function trimRows(rows: readonly string[]): string {
  const indent = rows.reduce((least, row) => (row === '' ? least : Math.min(least, row.search(/\S/))), 80);
  const kept: string[] = [];
  for (const row of rows) {
    if (row !== '') kept.push(row.slice(indent));
    else if (kept.length > 0 && kept.at(-1) !== '') kept.push('');
  }
  if (kept.at(-1) === '') kept.pop();
  return kept.join('\n');
}
