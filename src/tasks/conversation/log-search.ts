/** Finding words in a conversation. */

import { sliceWhole } from '../../text/clip.js';
import { ROW_BREAK } from '../screen/broken-rows.js';

const SNIPPET_CHARS = 200;
// Less round a hit says nothing: it stands in the snippet of its neighbour, or is only counted.
const MIN_CONTEXT_CHARS = 20;
// An entry with many hits is better read whole than in snippets.
const MAX_SNIPPETS = 5;
// Of a word that is everywhere; the rarest, which is shown first, has fewer.
const MAX_REMEMBERED = 200;

export interface Found {
  /** How often any of the words occurs. */
  readonly hits: number;
  /** Hits with their surroundings, one line each; hits near each other share one. Those of all words together come first. */
  readonly snippets: readonly string[];
}

/** A search for texts that hold every word of the query, whatever its case; `undefined` for a text that does not. */
export function createSearch(query: string): (text: string) => Found | undefined {
  const words = [...new Set(query.trim().split(/\s+/))].map(escapeWord);
  const each = words.map((word) => new RegExp(word, 'giu'));
  // Where one word begins another, the longer one is the hit.
  const any = new RegExp(words.toSorted((a, b) => b.length - a.length).join('|'), 'giu');
  const phrase = new RegExp(words.join(`[\\s${ROW_BREAK}]+`), 'giu');
  return (text) => {
    const byWord = each.map((word) => hitsOf(text, word));
    if (byWord.some((hits) => hits.length === 0)) return undefined;
    const groups =
      words.length === 1 ? byWord : [hitsOf(text, phrase), ...byWord.toSorted((a, b) => a.length - b.length)];
    return { hits: countOf(text, any), snippets: snippetsOf(text, inTurns(groups)) };
  };
}

interface Hit {
  readonly start: number;
  readonly end: number;
}

function hitsOf(text: string, word: RegExp): Hit[] {
  const hits: Hit[] = [];
  for (const { index, 0: hit } of text.matchAll(word)) {
    hits.push({ start: index, end: index + hit.length });
    if (hits.length === MAX_REMEMBERED) break;
  }
  return hits;
}

function countOf(text: string, word: RegExp): number {
  let count = 0;
  for (const _ of text.matchAll(word)) count++;
  return count;
}

/** One of each group, then the next of each: a word that is everywhere leaves room for the one that is looked for. */
function* inTurns(groups: readonly (readonly Hit[])[]): Iterable<Hit> {
  const longest = Math.max(...groups.map(({ length }) => length));
  for (let turn = 0; turn < longest; turn++) {
    for (const group of groups) {
      const hit = group[turn];
      if (hit) yield hit;
    }
  }
}

/** The surroundings of the first few hits, in the order of the text; none is shown twice. */
function snippetsOf(text: string, hits: Iterable<Hit>): string[] {
  const spans: Hit[] = [];
  for (const hit of hits) {
    if (spans.length === MAX_SNIPPETS) break;
    if (spans.some(({ start, end }) => start <= hit.start && hit.end <= end)) continue;
    const span = surroundings(text, hit, spans);
    const context = span.end - span.start - (hit.end - hit.start);
    if (context >= MIN_CONTEXT_CHARS || spans.length === 0) spans.push(span);
  }
  return spans.toSorted((a, b) => a.start - b.start).map(({ start, end }) => snippet(text, start, end));
}

/** As much round a hit as a snippet has room for, up to what others show; the hit itself is always whole. */
function surroundings(text: string, { start, end }: Hit, others: readonly Hit[]): Hit {
  const margin = Math.max(0, Math.floor((SNIPPET_CHARS - (end - start)) / 2));
  const before = Math.max(0, ...others.filter((other) => other.start < start).map((other) => other.end));
  const behind = Math.min(text.length, ...others.filter((other) => other.start > start).map((other) => other.start));
  return {
    start: Math.min(start, Math.max(before, start - margin)),
    end: Math.max(end, Math.min(behind, end + margin)),
  };
}

function snippet(text: string, start: number, end: number): string {
  const words = sliceWhole(text, start, end).replaceAll(ROW_BREAK, '').replace(/\s+/g, ' ').trim();
  return `${start > 0 ? '…' : ''}${words}${end < text.length ? '…' : ''}`;
}

/** The word as a pattern; the end of a row may break it anywhere. */
function escapeWord(word: string): string {
  return Array.from(word, (character) => character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')).join(`${ROW_BREAK}?`);
}
