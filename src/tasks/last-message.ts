/** What the agent said last, short enough to come along with every answer that says it is your turn. */

import { clipStart } from '../text/clip.js';
import { cleanTerminal } from '../text/terminal.js';
import { visible } from '../text/untrusted.js';
import type { LogEntry } from './log-cursor.js';

const MAX_CHARS = 600; // Contract §3.4: enough for a question with its choices, or for a result.

export interface LastMessage {
  readonly id: number;
  readonly time: string;
  /** Cleaned, every character visible; of a longer message the end, which begins with a note of what is missing. */
  readonly text: string;
  readonly missing_chars?: number;
}

/** The last output that says anything: right after an input the new screen can still be empty. */
export function lastMessageOf(entries: readonly LogEntry[]): LastMessage | undefined {
  for (const { id, type, content, time } of entries.toReversed()) {
    if (type === 'input') continue;
    const whole = visible(cleanTerminal(content));
    if (whole === '') continue;
    const { text, missing } = clipStart(whole, MAX_CHARS);
    return { id, time, text, ...(missing > 0 && { missing_chars: missing }) };
  }
  return undefined;
}
