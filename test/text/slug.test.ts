/** Names made of prompts are names that Coder accepts. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalizeInput, slugify } from '../../src/text/slug.js';

test.each([
  ['Fix the flaky login test, please', 'fix-the-flaky-login-test'],
  ["Don't panic!", 'dont-panic'],
  ['  --Größe & Straße--  ', 'grosse-strasse'],
  ['Zażółć gęślą jaźń', 'zazolc-gesla-jazn'],
  ['世界 hello', 'hello'],
  ['世界', 'task'],
  ['😀', 'task'],
  ['', 'task'],
  ['new', 'task'],
  ['Ｆｕｌｌ ﬁle ㎆', 'full-file-mb'],
  ['supercalifragilisticexpialidocious', 'supercalifragilisticexpia'],
  ['a supercalifragilisticexpialidocious', 'a-supercalifragilisticexp'],
])('%j becomes %s', (text, slug) => {
  expect(slugify(text, 25)).toBe(slug);
});

test('every slug is a valid name in Coder', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem()), fc.integer({ min: 4, max: 32 }), (text, max) => {
      const slug = slugify(text, max);
      expect(slug).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)*$/);
      expect(slug.length).toBeLessThanOrEqual(max);
    }),
  );
});

test('inputs that differ in blanks or composition are the same', () => {
  expect(normalizeInput('  Cafe\u0301\r\n\tnow ')).toBe('Caf\u00e9 now');
});
