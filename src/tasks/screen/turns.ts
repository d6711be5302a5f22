/** What of a screen tells one conversation from another: its prompts, and the rows that can be recognised (screens §2 D and H). */

import { SHORT_TEXT_CHARS, squash } from './own-words.js';
import { readRows } from './roles.js';

/** The last prompt on the screen, in one line; undefined where there is none. */
export function lastPromptOf(content: string): string | undefined {
  const { rows } = readRows(content);
  const end = rows.findLastIndex(({ role }) => role === 'prompt') + 1;
  if (end === 0) return undefined;
  const start = rows.findLastIndex(({ startsPrompt }) => startsPrompt);
  const lines = rows.slice(start, end).map(({ text }) => text.trim());
  return lines.join(' ').replace(/^[>❯›]\s+/, '');
}

/** Rows that are long enough to be recognised and say something: no frame, no prompt, no sign of work. Squashed. */
export function tellingRowsOf(content: string): string[] {
  return readRows(content)
    .rows.filter(({ role, kind }) => kind === 'plain' && (role === 'words' || role === 'choice'))
    .map(({ text }) => squash(text))
    .filter((row) => row.length >= SHORT_TEXT_CHARS);
}
