/** A message as one line that no client refuses for its length: SDK clients close the connection over a line of 10 MB. */

import { sliceWhole } from '../../text/clip.js';
import { errorCodes } from './codes.js';
import { isRecord } from './frames.js';

/** No line out is longer (behaviour §6). */
export const MAX_LINE_BYTES = 1_000_000;

// Below this a text is not worth cutting: then the answer consists of too many texts.
const MIN_TEXT_BYTES = 1_000;

// What a cut adds to a text, in bytes.
const NOTE_BYTES = 100;

/**
 * The message as JSON, without a line break. Over the limit its longest texts are cut in the middle, with a word; what
 * cannot be made to fit, or not be written at all, becomes an error under the same id.
 */
export function lineOf(message: object): string {
  try {
    const line = JSON.stringify(message);
    // A UTF-16 unit takes three bytes at most.
    if (line.length * 3 <= MAX_LINE_BYTES) return line;
    const bytes = Buffer.byteLength(line);
    if (bytes <= MAX_LINE_BYTES) return line;
    const level = levelFor(message, bytes);
    if (level !== undefined) return JSON.stringify(cutTexts(message, level));
    return refusal(message, `the answer is too large: ${bytes} bytes, and a line holds ${MAX_LINE_BYTES}`);
  } catch {
    return refusal(message, 'the answer cannot be written as JSON');
  }
}

function refusal(message: object, words: string): string {
  const id = 'id' in message ? message.id : null;
  return JSON.stringify({ jsonrpc: '2.0', id, error: { code: errorCodes.internal, message: words } });
}

/** How many bytes each text may have so that the whole fits: short ones stay whole, the longest share what is left. */
function levelFor(message: object, bytes: number): number | undefined {
  const costs: number[] = [];
  eachText(message, (text) => {
    if (text.length * 6 + 2 >= MIN_TEXT_BYTES) costs.push(costOf(text));
  });
  costs.sort((a, b) => b - a);
  let rest = bytes;
  for (const [index, cost] of costs.entries()) {
    rest -= cost;
    const level = Math.floor((MAX_LINE_BYTES - rest) / (index + 1)) - NOTE_BYTES;
    if (level < MIN_TEXT_BYTES) continue;
    if (level >= (costs[index + 1] ?? 0)) return level;
  }
  return undefined;
}

function costOf(text: string): number {
  return Buffer.byteLength(JSON.stringify(text));
}

function eachText(value: unknown, see: (text: string) => void): void {
  if (typeof value === 'string') see(value);
  else if (Array.isArray(value)) for (const item of value) eachText(item, see);
  else if (isRecord(value)) for (const item of Object.values(value)) eachText(item, see);
}

function cutTexts(value: unknown, level: number): unknown {
  if (typeof value === 'string') return cutText(value, level);
  if (Array.isArray(value)) return value.map((item) => cutTexts(item, level));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cutTexts(item, level)]));
}

/**
 * Cut in the middle. What follows the cut begins with a whole line: a line of a quote keeps the mark at its beginning,
 * so that nothing in it can pass for words of ours.
 */
function cutText(text: string, level: number): string {
  const cost = text.length * 6 + 2 <= level ? 0 : costOf(text);
  if (cost <= level) return text;
  for (let room = Math.floor((text.length * level) / cost); ; room = Math.floor(room * 0.9)) {
    const from = text.indexOf('\n', text.length - Math.ceil(room / 2));
    const tail = from === -1 ? '' : text.slice(from);
    const head = sliceWhole(text, 0, room - tail.length);
    const missing = text.length - head.length - tail.length;
    const cut = `${head} [… ${missing} characters left out: the answer was too long …]${tail}`;
    if (costOf(cut) <= level + NOTE_BYTES) return cut;
  }
}
