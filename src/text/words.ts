/** Words that somebody looks for in a text. */

/** Whether the text has all words of the search, in any order and any case; every text has those of an empty one. */
export function hasWords(text: string, search: string): boolean {
  const lower = text.toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

// A brief may be megabytes; its first words say what it is about.
const MAX_READ_CHARS = 20_000;

/** The distinct words and numbers of a text, in lower case. */
export function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .slice(0, MAX_READ_CHARS)
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
}
