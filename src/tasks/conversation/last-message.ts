/** What the agent said last, short enough to come along with every answer that says it is your turn. */

import type { LogEntry } from '../../coder/wire/schemas.js';
import { clipStart } from '../../text/clip.js';
import { cleanTerminal } from '../../text/terminal.js';
import { visible } from '../../text/untrusted.js';

const MAX_CHARS = 600; // behaviour §3.4: enough for a question with its choices, or for a result.

// The agent's empty prompt line, under what it said.
const PROMPT_LINE = /\s*\n[ \t]*[>❯›][ \t]*$/;

/**
 * The last output that says anything (right after an input the new screen can still be empty), cleaned, every character
 * visible; of a longer one the end, which begins with a note of what is missing.
 */
export function lastMessageOf(entries: readonly LogEntry[]): string | undefined {
  for (const { type, content } of entries.toReversed()) {
    const text = type === 'input' ? '' : visible(cleanTerminal(content)).replace(PROMPT_LINE, '');
    if (text !== '') return clipStart(text, MAX_CHARS).text;
  }
  return undefined;
}
