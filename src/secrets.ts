/** The secrets of this process, and how they are taken out of everything that leaves it, in each form in which they travel. */

export interface Secrets {
  /** From now on `scrub` takes this text out. Texts under 8 characters are left: ordinary words would be blanked out. */
  hide(secret: string): void;
  /** The text with `[secret]` in place of each secret: as it is, percent-encoded, in base64, and as JSON spells it. */
  scrub(text: string): string;
}

// Coder's tokens have 33 characters; a shorter secret than this would blank out ordinary words.
const MIN_CHARS = 8;
const REPLACEMENT = '[secret]';

export function createSecrets(): Secrets {
  const known = new Set<string>();
  let pattern: RegExp | undefined;
  return {
    hide(secret) {
      const text = secret.trim();
      if (text.length < MIN_CHARS || known.has(text)) return;
      known.add(text);
      const longestFirst = [...known].toSorted((a, b) => b.length - a.length);
      pattern = new RegExp(longestFirst.flatMap(formsOf).join('|'), 'g');
    },
    scrub: (text) => (pattern === undefined ? text : text.replace(pattern, REPLACEMENT)),
  };
}

/** Regular expressions for the forms of one secret. */
function formsOf(secret: string): string[] {
  return [inPlaceOrPercent(secret), ...base64Forms(secret).map(escapePattern)];
}

/** Each character as it is, escaped as in JSON, or percent-encoded once or several times. */
function inPlaceOrPercent(secret: string): string {
  return Array.from(secret, (character) => {
    const bytes = [...Buffer.from(character)];
    const percent = bytes.map((byte) => `%(?:25)*${hexPattern(byte)}`).join('');
    const json = JSON.stringify(character).slice(1, -1);
    const spellings = new Set([escapePattern(character), escapePattern(json), percent]);
    // Programs differ in whether they percent-encode letters and digits, but nearly all leave them.
    return `(?:${[...spellings].join('|')})`;
  }).join('');
}

function hexPattern(byte: number): string {
  return [...byte.toString(16).padStart(2, '0')]
    .map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit))
    .join('');
}

/**
 * What is always the same in the base64 of a text that contains the secret, for each of the three places in a group
 * of three bytes where it may begin; in both alphabets.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // A character of base64 that mixes in a neighbour's bits is left out.
    const start = Math.ceil((offset * 8) / 6);
    const end = Math.floor(((offset + bytes.length) * 8) / 6);
    return encoded.slice(start, end);
  });
  return [...new Set(forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]))];
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
