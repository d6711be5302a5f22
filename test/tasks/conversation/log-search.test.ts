/** Finding words: which texts match, what counts as a hit, and how much is shown round it. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSearch } from '../../../src/tasks/conversation/log-search.js';

test('a text must hold every word, in any order and case', () => {
  const search = createSearch('  Tests  FAILED ');
  expect(search('3 of 7 failed: the tests are red')?.hits).toBe(2);
  expect(search('the tests are green')).toBeUndefined();
});

test('case is ignored in every script', () => {
  expect(createSearch('STRASSE größe ΔΟΚΙΜΗ')('Strasse, GRÖSSE or GRÖßE, δοκιμη')?.hits).toBe(3);
});

test('where one word begins another, the longer one is the hit', () => {
  expect(createSearch('test tests')('tests')?.hits).toBe(1);
});

test('hits near each other share a snippet, on one line', () => {
  expect(createSearch('red')('red\n  red\tred')).toEqual({ hits: 3, snippets: ['red red red'] });
});

test('a hit across the end of a snippet is shown whole in the next', () => {
  const found = createSearch('needle')(`needle${'x'.repeat(95)}needle`);
  expect(found?.snippets.every((snippet) => snippet.includes('needle'))).toBe(true);
});

test('the words together are shown first, then the rarest, not the one that is everywhere', () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index} of a long answer`);
  const together = createSearch('line 42')(lines.join('\n'));
  expect(together?.snippets.some((snippet) => snippet.includes('line 42 of'))).toBe(true);
  expect(together?.snippets.length).toBeLessThanOrEqual(5);
  const apart = createSearch('line needle')([...lines, 'a needle'].join('\n'));
  expect(apart?.snippets.at(-1)).toContain('needle');
  expect(apart?.hits).toBe(61);
});

test('snippets come in the order of the text and share nothing', () => {
  const text = Array.from({ length: 40 }, (_, index) => `red ${index} ${'x'.repeat(40)} blue`).join('\n');
  const snippets = createSearch('blue red')(text)?.snippets ?? [];
  const numbers = snippets.flatMap((snippet) =>
    Array.from(snippet.matchAll(/red (\d+)/g), ([, number]) => Number(number)),
  );
  expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
});

test('a hit longer than a snippet is shown whole', () => {
  const word = 'w'.repeat(300);
  expect(createSearch(word)(`a ${word} b`)?.snippets).toEqual([`…${word}…`]);
});

test('every snippet holds a word, is short, and splits no character', () => {
  const unit = fc.constantFrom('a', 'b', '😀', ' ', '\n', '.', '\\', ')');
  const word = fc.string({ unit: fc.constantFrom('a', 'b', '😀', '.', '\\', ')'), minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 900 }), word, (text, wanted) => {
      const found = createSearch(wanted)(text);
      expect(found !== undefined).toBe(text.includes(wanted));
      for (const snippet of found?.snippets ?? []) {
        expect(snippet).toContain(wanted);
        expect(snippet.length).toBeLessThanOrEqual(202 + wanted.length);
        expect(snippet).not.toMatch(/\p{Surrogate}/u);
      }
    }),
  );
});
