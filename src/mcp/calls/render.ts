/** The text form of an answer: the tool's lines, then notes, then next calls, and last, quoted, what agents wrote. */

import { type QuotedPart, quoteBlock } from '../../text/untrusted.js';
import type { ToolOutput } from '../../tools/define.js';
import { quotesOf } from '../../tools/quotes.js';
import { nextLine } from '../../tools/wording.js';

/** One text of the whole answer; `mark` is the random word that closes the fence round agents' text. */
export function renderText(
  lines: readonly string[],
  output: ToolOutput,
  mark: string,
  quotes: readonly QuotedPart[] = quotesOf(output),
): string {
  return [
    ...lines,
    ...(output.notes ?? []).map((note) => `note: ${note}`),
    ...(output.next ?? []).map(nextLine),
    ...(quotes.length > 0 ? [quoteBlock(quotes, mark)] : []),
  ].join('\n');
}
