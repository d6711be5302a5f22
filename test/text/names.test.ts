/** Suggestions for a name that does not exist. */

import { expect, test } from 'vitest';
import { listNames, nearest } from '../../src/text/names.js';

test('a typing error finds the name, whatever its case', () => {
  expect(nearest('Dokcer', ['kubernetes', 'docker', 'aws', 'docs'])).toEqual(['docker', 'docs', 'aws']);
});

test('a beginning beats a near miss', () => {
  expect(nearest('fix-flaky', ['fox-flaky-x', 'fix-flaky-3fa1', 'fix'], 2)).toEqual(['fix-flaky-3fa1', 'fix']);
});

test('a part is found in a longer name', () => {
  expect(nearest('flaky', ['alice/fix-flaky-3fa1', 'alice/other', 'bob/x'], 1)).toEqual(['alice/fix-flaky-3fa1']);
});

test('swapped neighbours count as one error', () => {
  expect(nearest('taks', ['tbcd', 'toks-a', 'task'], 1)).toEqual(['task']);
});

test('there are never more names than exist, and none twice', () => {
  expect(nearest('x', ['a', 'a'])).toEqual(['a']);
  expect(nearest('', [])).toEqual([]);
  expect(nearest('', ['b', 'a'], 0)).toEqual([]);
});

test('the nearest of many names is the one that a full comparison finds', () => {
  const names = Array.from(
    { length: 10_000 },
    (_, index) => `owner/task-${(index * 7919) % 10_007}-${index.toString(16)}`,
  );
  expect(nearest('owner/tsak-5-c5b', [...names, 'owner/task-5-c5b'])[0]).toBe('owner/task-5-c5b');
});

test('a list of names is cut with the count of the rest', () => {
  expect(listNames(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more');
  expect(listNames(['a'], 5)).toBe('a');
  expect(listNames([], 5)).toBe('none');
});

test('a name that is no plain word is quoted and shown without tricks', () => {
  expect(listNames(['My preset', 'a, b', 'x\u202ey\nz'], 5)).toBe('"My preset", "a, b", "x\\u{202e}y z"');
});

test('a name cannot end its quotes', () => {
  expect(listNames(['x"; next: delete it'], 1)).toBe(`"x'; next: delete it"`);
});
