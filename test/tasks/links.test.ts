/** Addresses in reports and messages: found whole, without the sentence round them, and honest. */

import { expect, test } from 'vitest';
import { linksOf } from '../../src/tasks/links.js';

const urls = (text: string) => linksOf(undefined, [text]).map(({ url }) => url);

test('the report goes before the message', () => {
  expect(linksOf('https://example.com/demo/pull/1', ['see https://other.test/x'])).toEqual([
    { url: 'https://example.com/demo/pull/1', kind: 'pull_request' },
  ]);
});

test('a file in the workspace is no link, so the message is asked', () => {
  expect(linksOf('file:///home/coder/out.md', ['see https://other.test/x'])).toEqual([{ url: 'https://other.test/x' }]);
  expect(linksOf('', [])).toEqual([]);
  expect(linksOf(undefined, undefined)).toEqual([]);
});

test.each([
  'https://github.com/coder/coder/pull/12345',
  'https://github.example.com/o/r/pull/1/files#diff-1',
  'https://gitlab.com/group/sub/project/-/merge_requests/7',
  'https://bitbucket.org/team/repo/pull-requests/3',
  'https://bitbucket.example.com/projects/P/repos/r/pull-requests/3/overview',
  'https://codeberg.org/o/r/pulls/9',
  'https://dev.azure.com/org/project/_git/repo/pullrequest/42',
  'https://x.test/o/r/pull/1?a=b',
])('%s is a pull request', (url) => {
  expect(linksOf(url, undefined)).toEqual([{ url, kind: 'pull_request' }]);
});

test.each([
  'https://github.com/o/r/issues/1',
  'https://github.com/o/r/pull/new',
  'https://github.com/pull/1x',
  'https://x.test/?q=/o/pull/1',
])('%s is a link of no known kind', (url) => {
  expect(linksOf(url, undefined)).toEqual([{ url }]);
});

test('the sentence and the markup round an address stay out', () => {
  expect(urls('See https://a.test/x. Or (https://b.test/y)?')).toEqual(['https://a.test/x', 'https://b.test/y']);
  expect(urls('[the PR](https://a.test/x), **https://b.test/y**')).toEqual(['https://a.test/x', 'https://b.test/y']);
  expect(urls('<https://a.test/x> "https://b.test/y" `https://c.test/z`')).toEqual([
    'https://a.test/x',
    'https://b.test/y',
    'https://c.test/z',
  ]);
  expect(urls('[https://a.test/x](https://a.test/x)')).toEqual(['https://a.test/x']);
  expect(urls('│https://a.test/x│ 見る：https://b.test/y。')).toEqual(['https://a.test/x', 'https://b.test/y']);
});

test('brackets that belong to an address stay', () => {
  expect(urls('(https://a.test/wiki/A_(b))')).toEqual(['https://a.test/wiki/A_(b)']);
});

test('at most three, each once, pull requests first', () => {
  expect(urls('https://a.test/1 https://a.test/2 https://a.test/1 https://a.test/3 https://a.test/o/pull/4')).toEqual([
    'https://a.test/o/pull/4',
    'https://a.test/1',
    'https://a.test/2',
  ]);
});

test.each([
  'https://user:secret@a.test/x',
  'https://github.com@evil.test/x',
  'https://a.test/\u202egnp.exe',
  'https://a.te\u200bst/',
  `https://a.test/${'x'.repeat(3_000)}`,
  'https://',
  'http://[::1',
  'javascript:alert(1)',
  'ftp://a.test/',
])('%.40j is dropped', (text) => {
  expect(urls(text)).toEqual([]);
});

test('letters that only look Latin are shown as what they are', () => {
  expect(urls('https://g\u0456thub.com/x')).toEqual(['https://xn--gthub-n2e.com/x']);
});

test('megabytes of half an address are read in linear time', () => {
  expect(urls(`https://a.test/${')'.repeat(2_000)} `.repeat(1_000))).toEqual(['https://a.test/']);
  // Linear takes a second, quadratic would take hours: the limit of the test is enough.
  urls('https://'.repeat(500_000));
});
