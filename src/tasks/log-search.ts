/** Finding words in a conversation. */

import { sliceWhole } from '../text/clip.js';

const SNIPPET_CHARS = 200;
// An entry with many hits is better read whole than in snippets.
const MAX_SNIPPETS = 5;

export interface Found {
  /** How often any of the words occurs. */
  readonly hits: number;
  /** The first hits with their surroundings, one line each; hits near each other share one. */
  readonly snippets: readonly string[];
}

/** A search for texts that hold every word of the query, whatever its case; `undefined` for a text that does not. */
export function createSearch(query: string): (text: string) => Found | undefined {
  const words = [...new Set(query.trim().split(/\s+/))].map(escapeWord);
  const each = words.map((word) => new RegExp(word, 'iu'));
  // Where one word begins another, the longer one is the hit.
  const any = new RegExp(words.toSorted((a, b) => b.length - a.length).join('|'), 'giu');
  return (text) => (each.every((word) => word.test(text)) ? snippetsOf(text, any) : undefined);
}

function snippetsOf(text: string, word: RegExp): Found {
  const spans: { start: number; end: number }[] = [];
  let hits = 0;
  for (const { index, 0: hit } of text.matchAll(word)) {
    hits++;
    const shownTo = spans.at(-1)?.end ?? 0;
    if (index + hit.length <= shownTo || spans.length === MAX_SNIPPETS) continue;
    const margin = Math.max(0, Math.floor((SNIPPET_CHARS - hit.length) / 2));
    const start = Math.min(index, Math.max(shownTo, index - margin));
    spans.push({ start, end: Math.min(text.length, index + hit.length + margin) });
  }
  return { hits, snippets: spans.map(({ start, end }) => snippet(text, start, end)) };
}

function snippet(text: string, start: number, end: number): string {
  const words = sliceWhole(text, start, end).replace(/\s+/g, ' ').trim();
  return `${start > 0 ? '…' : ''}${words}${end < text.length ? '…' : ''}`;
}

function escapeWord(word: string): string {
  return word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
