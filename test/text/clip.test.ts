/** Cutting text: within the limit, whole characters, and the count of what is missing is true. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clipEnd, clipMiddle, clipStart } from '../../src/text/clip.js';

const emojis = fc.string({ unit: fc.constantFrom('a', '😀', ' ', '\n', 'é'), maxLength: 400 });
const isWellFormed = (text: string) => !/\p{Surrogate}/u.test(text);

test('text within the limit stays as it is', () => {
  expect(clipMiddle('abc', 3)).toEqual({ text: 'abc', missing: 0 });
  expect(clipStart('abc', 3)).toEqual({ text: 'abc', missing: 0 });
  expect(clipEnd('abc', 3)).toBe('abc');
});

test('the middle goes, both ends stay, and the note counts what is missing', () => {
  const { text, missing } = clipMiddle(`begin${'x'.repeat(1000)}end`, 100);
  expect(text).toMatch(/^beginx+ \[… 9\d\d characters missing …\] x+end$/);
  expect(text).toContain(String(missing));
});

test('of the end as much stays as fits, from the start of a line', () => {
  const screen = Array.from({ length: 40 }, (_, index) => `line ${index} of the output`).join('\n');
  const { text, missing } = clipStart(screen, 200);
  expect(text).toMatch(/^\[… \d+ characters missing\] line 3\d of the output\n/);
  expect(text.endsWith('line 39 of the output')).toBe(true);
  expect(text.length).toBeLessThanOrEqual(200);
  expect(missing).toBeGreaterThan(700);
});

test('of a single long line the end begins with a word', () => {
  expect(clipStart('word '.repeat(100), 120).text).toMatch(/^\[… \d+ characters missing\] word /);
});

test('a one-liner ends in an ellipsis where it was cut', () => {
  expect(clipEnd('a long name', 7)).toBe('a long…');
  expect(clipEnd('😀😀', 2)).toBe('…');
  expect(clipEnd('abc', 0)).toBe('');
});

test('no cut is longer than allowed, splits a character, or miscounts', () => {
  fc.assert(
    fc.property(emojis, fc.nat(200), (text, max) => {
      for (const clipped of [clipMiddle(text, max), clipStart(text, max)]) {
        expect(clipped.text.length).toBeLessThanOrEqual(max);
        expect(isWellFormed(clipped.text)).toBe(true);
        const kept = clipped.text.replace(/ ?\[… \d+ characters missing(?: …)?\] |…/, '');
        expect(kept.length).toBe(text.length - clipped.missing);
      }
      expect(clipEnd(text, max).length).toBeLessThanOrEqual(max);
      expect(isWellFormed(clipEnd(text, max))).toBe(true);
    }),
  );
});
