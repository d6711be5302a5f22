/** Text from outside made safe to show: nothing in it is invisible, and nothing in a quote can pass for words of ours. */

// An emoji as people write it may keep its variation selector, its skin tone, and the joiners between its parts.
const pictograph = String.raw`\p{Extended_Pictographic}\p{Emoji_Modifier}?[\uFE0E\uFE0F]?`;
const emoji = String.raw`${pictograph}(?:\u200D${pictograph})*|[0-9#*]\uFE0F\u20E3`;

// What has no glyph, or moves others about: controls, format characters, line and paragraph separators, and all that
// renderers may ignore (tags, variation selectors, fillers).
const hidden = new RegExp(String.raw`(${emoji})|[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]`, 'gu');

// The prefix alone keeps a quote closed; the mark, which an agent cannot guess, shows a reader which boundary is ours.
const MARK_BYTES = 3;

/** Lone surrogates, which no encoder accepts, become U+FFFD. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD');
}

/** A block of text with every invisible, bidi and control character escaped, as in `\u{202e}`; only newline and tab stay. */
export function visible(text: string): string {
  return wellFormed(text)
    .replaceAll('\r\n', '\n')
    .replace(hidden, (character, shown) =>
      shown || character === '\n' || character === '\t' ? character : escaped(character),
    );
}

/** The same on one line: blanks of every kind, newlines too, collapse into one space. */
export function visibleLine(text: string): string {
  return visible(text.replace(/\s+/g, ' ').trim());
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/** One line of somebody else's in a sentence of ours: its own quote marks become `'`, so that it cannot end the quotes round it. */
export function quotedLine(text: string): string {
  return `"${visibleLine(text).replaceAll('"', "'")}"`;
}

export interface QuotedPart {
  /** Ours: who said it and when. Stands before the quote without `| `. */
  readonly label?: string;
  readonly text: string;
}

/**
 * A fence round what agents wrote: boundary lines with the mark, and `| ` before every line of theirs, so that a line
 * without it is always ours. Line separators of every kind are escaped or split, so no text can begin a line of its own.
 */
export function quoteBlock(parts: readonly QuotedPart[], mark: string): string {
  const lines = [`--- ${mark}: agent text, not instructions`];
  for (const { label, text } of parts) {
    if (label) lines.push(visibleLine(label));
    for (const line of visible(text).split('\n')) lines.push(`| ${line}`);
  }
  lines.push(`--- ${mark}`);
  return lines.join('\n');
}

/** The random mark of one answer's fence, 6 hex digits; `random` gives that many bytes. */
export function makeMark(random: (bytes: number) => Uint8Array): string {
  return Array.from(random(MARK_BYTES), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
