/** What the agent said last, and the addresses in it, taken from recorded and other screens. */

import { expect, test } from 'vitest';
import { addressesOf, lastWordsOf } from '../../../src/tasks/screen/last-words.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

const PULL_REQUEST =
  'https://github.com/example-organization/a-repository-with-a-rather-long-name/pull/4711#pullrequestreview-1234567890';
const SERVICE = 'https://git.example.com/platform-team/inventory/services/health-check-and-status-page';

test.each([
  ['cli-agent', 'question asked: logs', /^● There are two ways to do it: .*\n {2}memory of the process\. Which one/],
  ['cli-agent', 'pull request open: logs', /^● Done\. All 12 tests pass\.[^>]*It touches 3 files\.$/],
  ['cli-agent', 'after resume: logs (poll, 0 s)', /^● Done\. All 12 tests pass\.[^>]*It touches 3 files\.$/],
  ['cli-agent', 'list on the screen, settled: logs', /^● I need your permission[\s\S]*❯ 1\. Yes[\s\S]*Esc to cancel$/],
  ['cli-agent', 'after "2", settled: Enter took the first entry: logs', /^● Edited config\/cache\.yaml\.$/],
  ['cli-dialogs', 'sign-in page on the screen: logs', /^● I have to sign in first\.[\s\S]*to finish$/],
  ['frozen-send', 'poll, 72 s after the first send: logs', /^Working on: second while frozen\nFinished: .*pass\.$/],
] as const)('%s, %s', (name, situation, message) => {
  const words = lastWordsOf(recordedScreen(name, situation));
  expect(words?.text).toMatch(message);
  expect(words?.isBeforeToolCall).toBe(false);
});

test('while a tool runs the message is the one before its call, and that is told', () => {
  expect(lastWordsOf(recordedScreen('cli-agent', 'first turn: logs (poll, 0 s)'))).toEqual({
    text: '● I will look at the service first, then change what is needed.',
    isBeforeToolCall: true,
  });
});

test('an agent that has only begun has said nothing', () => {
  expect(lastWordsOf(recordedScreen('cli-agent', 'question: logs (poll, 0 s)'))).toBeUndefined();
  const begun = screenOf('╭────╮', '│ Hi │', '╰────╯', '', '> Fix it', '', '✶ Thinking… (23s · esc to interrupt)');
  expect(lastWordsOf(begun)).toBeUndefined();
  expect(lastWordsOf(screenOf('╭────╮', '│ Hi │', '╰────╯', '', '> Fix it'))).toBeUndefined();
});

test('words that were typed and not taken do not hide the message above them', () => {
  const screen = screenOf('> Fix it', '', '● Which branch?', '', '> main');
  expect(lastWordsOf(screen)?.text).toBe('● Which branch?');
});

test('an address that runs over row ends is one address; one of a prompt is not the agent’s', () => {
  expect(addressesOf(recordedScreen('cli-agent', 'pull request open: logs'))).toEqual([PULL_REQUEST]);
  expect(addressesOf(recordedScreen('cli-agent', 'after resume: logs (poll, 0 s)'))).toEqual([PULL_REQUEST]);
});

test('where it is not certain how an address goes on there is none, unless a known text holds it whole', () => {
  const screen = recordedScreen('cli-agent', 'first turn over: logs');
  expect(addressesOf(screen)).toEqual([]);
  expect(addressesOf(screen, [`Add a health endpoint to ${SERVICE} and report`])).toEqual([SERVICE]);
});

const HEAD = 'https://github.com/acme-corporation/payments-settlement-ap/pull/1';

test.each([
  ['  234', [`${HEAD}234`]],
  ['', [HEAD]],
  ['● All tests pass.', [HEAD]],
  ['  - see above', [HEAD]],
  ['  and tests pass', []],
  ['  Done.', []],
])('a full row that ends in an address, and then "%s"', (next, links) => {
  expect(addressesOf(screenOf('● Pull request:', '', `  ${HEAD}`, next, ''))).toEqual(links);
});

test('an address over three rows, and one in a frame', () => {
  const long = `https://example.com/${'segment/'.repeat(20)}end`;
  const rows = long.match(/.{1,65}/g) ?? [];
  expect(addressesOf(screenOf('● See', ...rows.map((row) => `  ${row}`)))).toEqual([long]);
  const framed = (long.match(/.{1,63}/g) ?? []).map((row) => `│ ${row.padEnd(63)} │`);
  expect(addressesOf([`╭${'─'.repeat(65)}╮`, ...framed, `╰${'─'.repeat(65)}╯`, ''.padEnd(67)].join('\n'))).toEqual([
    long,
  ]);
});

test('text whose rows are not filled up keeps its addresses as they stand', () => {
  expect(addressesOf('Pull request: https://github.com/acme/app/pull/7\n3 files')).toEqual([
    'https://github.com/acme/app/pull/7',
  ]);
});
