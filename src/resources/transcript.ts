/** Long plain texts that others wrote: our own lines on top, theirs fenced below, and no more of it than a host can take. */

import { randomBytes } from 'node:crypto';
import { makeMark, type QuotedPart, quoteBlock } from '../text/untrusted.js';

// Clients give up a connection at 10 MB and read much slower long before; behaviour §4 sets this.
export const MAX_BYTES = 256 * 1024;

/** One text of it all; without parts, our own lines alone. */
export function transcript(head: readonly (string | undefined)[], parts: readonly QuotedPart[]): string {
  const lines = head.filter((line) => line !== undefined);
  return [...lines, ...(parts.length > 0 ? ['', quoteBlock(parts, makeMark(randomBytes))] : []), ''].join('\n');
}

/** The longest that `render` makes of fewer and fewer characters which keeps to the limit. */
export function withinLimit(render: (maxChars: number) => string): string {
  for (let room = MAX_BYTES; ; ) {
    const text = render(room);
    const bytes = Buffer.byteLength(text);
    if (bytes <= MAX_BYTES || room < 1) return text;
    // Labels, quote marks and letters of several bytes come on top of the characters.
    room = Math.floor(room * Math.min(0.9, MAX_BYTES / bytes));
  }
}
