/** How tasks read in prompts. */

import { randomBytes } from 'node:crypto';
import type { TaskView } from '../tasks/knowing/view.js';
import { nameOf } from '../tasks/summary.js';
import { ageText } from '../text/age.js';
import { makeMark, type QuotedPart, quoteBlock } from '../text/untrusted.js';

/** "alice/fix-flaky-3fa1: waiting, reported done, for 4 min"; no age where nobody knows it. */
export function taskWords({ task, phase, outcome, since, stalled }: TaskView, now: number): string {
  const reported = outcome === undefined || outcome === phase ? '' : `, reported ${outcome},`;
  const age = since === undefined ? '' : ` for ${ageText(now - since)}`;
  return `${nameOf(task)}: ${phase}${reported}${age}${stalled ? ' (longer than it should be)' : ''}`;
}

/** At most `max` of the lines, and how many more there are. */
export function listed(lines: readonly string[], max: number): string[] {
  const shown = lines.slice(0, max).map((line) => `- ${line}`);
  return lines.length > max ? [...shown, `- and ${lines.length - max} more`] : shown;
}

/** Paragraphs of lines; what is `undefined` or empty is left out, and what agents wrote stands fenced at the end. */
export function paragraphs(
  blocks: readonly (readonly (string | undefined)[])[],
  quotes: readonly QuotedPart[] = [],
): string {
  const texts = blocks.map((lines) => lines.filter((line) => line !== undefined).join('\n'));
  return [...texts, quotes.length > 0 ? quoteBlock(quotes, makeMark(randomBytes)) : '']
    .filter((text) => text !== '')
    .join('\n\n');
}
