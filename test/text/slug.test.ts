/** Names made of prompts are names that Coder accepts. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctSlug, normalizeInput } from '../../src/text/slug.js';

test.each([
  ['Fix the flaky login test, please', 'fix-flaky-login-test'],
  ["Don't panic!", 'dont-panic'],
  ['  --Größe & Straße--  ', 'grosse-strasse'],
  ['Zażółć gęślą jaźń', 'zazolc-gesla-jazn'],
  ['世界 hello', 'hello'],
  ['世界', ''],
  ['😀', ''],
  ['', ''],
  ['new', ''],
  ['Ｆｕｌｌ ﬁle ㎆', 'full-file-mb'],
  ['supercalifragilisticexpialidocious', 'supercalifragilisticexpia'],
  ['Почини вход в систему', 'pochini-vkhod-v-sistemu'],
  ['Διόρθωσε τη σύνδεση', 'diorthose-ti-syndesi'],
  ['로그인 고치기', 'rogeuin-gochigi'],
  ['ログインのテスト', 'roguinnotesuto'],
])('%j becomes %j', (text, slug) => {
  expect(distinctSlug(text, 25)).toBe(slug);
});

const frame = 'Repository: https://github.com/acme/shop\nBranch: main\n\nPlease ';
const jobs = [
  'fix the flaky test in billing.',
  'fix the date parser for time zones.',
  'add a unit test for src/cart/discount.ts.',
  'add a unit test for src/cart/coupon.ts.',
  'write docs for the webhook endpoint.',
  'upgrade eslint to version 9.',
];

test.each([
  ['a frame of repository and branch', (job: string) => frame + job],
  [
    'one paragraph',
    (job: string) => `Hello! In the repository acme/shop (branch main), please ${job} Push and open a pull request.`,
  ],
  [
    'headings',
    (job: string) => `# Task\n\n## Repository\nhttps://github.com/acme/shop\n\n## Goal\nI want you to ${job}`,
  ],
  ['a role', (job: string) => `You are an experienced engineer. Repository acme/shop. Your task is to ${job}`],
])('six tasks of a fan-out get names that tell them apart: %s', (_what, brief) => {
  const slugs = jobs.map((job) => distinctSlug(brief(job), 25));
  expect(new Set(slugs).size).toBe(jobs.length);
  for (const slug of slugs) expect(slug).not.toMatch(/acme|shop|repository|branch|main|please|hello/);
});

test('every slug is nothing or a valid name in Coder', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'grapheme' }), fc.lorem()), fc.integer({ min: 4, max: 32 }), (text, max) => {
      const slug = distinctSlug(text, max);
      expect(slug).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/);
      expect(slug.length).toBeLessThanOrEqual(max);
    }),
  );
});

test('inputs that differ in blanks or composition are the same', () => {
  expect(normalizeInput('  Cafe\u0301\r\n\tnow ')).toBe('Caf\u00e9 now');
});
