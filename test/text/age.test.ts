/** Ages and times as words. */

import { expect, test } from 'vitest';
import { ageText, isoTime } from '../../src/text/age.js';

test.each([
  [-5_000, '0 s'],
  [999, '0 s'],
  [4_200, '4 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [4 * 60_000 + 59_000, '4 min'],
  [3 * 3_600_000, '3 h'],
  [47.9 * 3_600_000, '47 h'],
  [48 * 3_600_000, '2 days'],
  [100 * 86_400_000, '100 days'],
  [Number.NaN, '0 s'],
])('an age of %d ms reads as %s', (ms, text) => {
  expect(ageText(ms)).toBe(text);
});

test('a time is ISO 8601 in UTC without fractions', () => {
  expect(isoTime(Date.parse('2026-11-24T05:15:42.402625510+01:00'))).toBe('2026-11-24T04:15:42Z');
});
