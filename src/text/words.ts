/** Words that somebody looks for in a text. */

/** Whether the text has all words of the search, in any order and any case; every text has those of an empty one. */
export function hasWords(text: string, search: string): boolean {
  const lower = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
