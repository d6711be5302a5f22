/** What the agent said last, short enough to come along with every answer that says it is your turn. */

import type { LogEntry } from '../../coder/wire/schemas.js';
import { clipMiddle } from '../../text/clip.js';
import { visible } from '../../text/untrusted.js';
import { addressesOf, lastWordsOf } from '../screen/last-words.js';

const MAX_CHARS = 600; // behaviour §3.4: enough for a question with its choices, or for a result.

export interface LastMessage {
  /** Every character visible; cut in the middle, with a note of what is missing. */
  readonly text: string;
  /** How many characters were cut from its middle. */
  readonly missing: number;
  /** The agent has called a tool since, and said nothing after it. */
  readonly isBeforeToolCall: boolean;
  /** The addresses in the agent's last turn, whole; none that its row may have cut. */
  readonly addresses: readonly string[];
}

/**
 * The agent's words in the last output that has any (right after an input the new screen can still be empty); undefined
 * where the agent has said nothing. `prompt` is the task's prompt: it may hold an address whole that a row cuts.
 */
export function lastMessageOf(entries: readonly LogEntry[], prompt = ''): LastMessage | undefined {
  const known = [prompt, ...entries.filter(({ type }) => type === 'input').map(({ content }) => content)];
  for (const { type, content } of entries.toReversed()) {
    const words = type === 'input' ? undefined : lastWordsOf(content, known);
    if (words === undefined) continue;
    const { text, missing } = clipMiddle(visible(words.text), MAX_CHARS);
    return { text, missing, isBeforeToolCall: words.isBeforeToolCall, addresses: addressesOf(content, known) };
  }
  return undefined;
}
