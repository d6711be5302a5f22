/** Ids, tokens and generated names: the same for the same seed, so that a run can be repeated exactly. */

export interface Ids {
  uuid(): string;
  /** `length` hexadecimal digits. */
  hex(length: number): string;
  /** `length` letters and digits, as in API keys. */
  letters(length: number): string;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

export function seededIds(seed: number): Ids {
  const random = mulberry32(seed);
  const below = (end: number) => Math.floor(random() * end);
  const hex = (length: number) => Array.from({ length }, () => below(16).toString(16)).join('');
  return {
    below,
    hex,
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${'89ab'.charAt(below(4))}${hex(3)}-${hex(12)}`,
    letters: (length) => Array.from({ length }, () => LETTERS.charAt(below(LETTERS.length))).join(''),
    pick: (choices) => choices[below(choices.length)] ?? choices[0],
  };
}

/** A small generator of numbers from 0 to 1; its quality is ample for ids that nobody guards. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
