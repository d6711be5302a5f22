/** Task names made of what a person wrote, in the letters that Coder allows. */

// A slug is short; a prompt may be megabytes.
const READ_CHARS = 2_000;

// Letters that NFKD does not take apart.
const spelled = new Map([
  ['ß', 'ss'],
  ['æ', 'ae'],
  ['œ', 'oe'],
  ['ø', 'o'],
  ['đ', 'd'],
  ['ð', 'd'],
  ['þ', 'th'],
  ['ł', 'l'],
  ['ħ', 'h'],
  ['ı', 'i'],
]);

// Coder refuses them as names (coder-api §3.2.1).
const reserved = new Set(['new', 'create']);

/**
 * At most `maxChars` characters of `[a-z0-9-]` that are a valid name in Coder, cut between words where that keeps at least
 * half; `task` if nothing is left.
 */
export function slugify(text: string, maxChars: number): string {
  const letters = text
    .slice(0, READ_CHARS)
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[ßæœøđðþłħı]/g, (letter) => spelled.get(letter) ?? '')
    .replace(/[\p{M}'’]/gu, '');
  const slug = trimHyphens(cutBetweenWords(trimHyphens(letters.replace(/[^a-z0-9]+/g, '-')), maxChars));
  return slug === '' || reserved.has(slug) ? 'task' : slug;
}

/** An input as it is compared, never as it is sent: NFC, trimmed, blanks of every kind collapsed into one space. */
export function normalizeInput(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim();
}

function cutBetweenWords(slug: string, maxChars: number): string {
  if (slug.length <= maxChars) return slug;
  const end = slug.lastIndexOf('-', maxChars);
  return slug.slice(0, end >= maxChars / 2 ? end : maxChars);
}

function trimHyphens(slug: string): string {
  return slug.replace(/^-/, '').replace(/-$/, '');
}
