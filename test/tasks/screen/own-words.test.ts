/** Our own words on a screen: found over row ends, counted, and told from words that only begin alike. */

import { expect, test } from 'vitest';
import {
  countOwnWords,
  findOwnWords,
  hasAnswerBelow,
  isShortText,
  rowsBelowOwnWords,
  sharesBeginning,
} from '../../../src/tasks/screen/own-words.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

const PROMPT =
  'Add a health endpoint to the service at https://git.example.com/platform-team/inventory/services/health-check-and-status-page and report its version, slow=8';
const FIRST_TURN = recordedScreen('cli-agent', 'first turn over: logs');

test('a recorded prompt is found whole although words of it are broken', () => {
  expect(findOwnWords(FIRST_TURN, PROMPT)).toBe('whole');
  expect(hasAnswerBelow(FIRST_TURN, PROMPT)).toBe(true);
  // The agent repeats it in its answer.
  expect(countOwnWords(FIRST_TURN, PROMPT)).toBe(2);
});

test('another text with the same beginning is not found, and its beginning is', () => {
  expect(findOwnWords(FIRST_TURN, PROMPT.replace('slow=8', 'then stop'))).toBe('beginning');
  expect(findOwnWords(FIRST_TURN, 'Write documentation for the cache instead, slow=3')).toBe('absent');
});

test('a message of several rows is found on a screen that went on with the session', () => {
  const message =
    'In memory, please.\nKeep these rules:\n- at most 500 entries, evict the least recently used one first\n- see https://docs.example.com/engineering/handbook/caching/in-process-caches-and-their-limits.html\nThen open a pull request, slow=3';
  expect(findOwnWords(recordedScreen('cli-agent', 'after resume: logs (poll, 0 s)'), message)).toBe('whole');
});

test('of a long text the first 200 and the last 100 characters must stand there, in this order', () => {
  const long = Array.from({ length: 90 }, (_, index) => `word${index}`).join(' ');
  const hasBoth = `${long.slice(0, 300)} […] ${long.slice(-150)}`;
  expect(findOwnWords(hasBoth, long)).toBe('whole');
  expect(findOwnWords(`${long.slice(-150)} ${long.slice(0, 300)}`, long)).toBe('beginning');
});

test('a message that was typed into a still screen is counted when the agent has taken it', () => {
  const words = 'typed while frozen';
  const before = recordedScreen('frozen-send', 'right after the second 502: logs');
  const after = recordedScreen('frozen-send', 'poll, 72 s after the first send: logs');
  expect([before, after].map((screen) => countOwnWords(screen, words) > 0)).toEqual([false, true]);
  expect(hasAnswerBelow(after, words)).toBe(true);
  expect(
    rowsBelowOwnWords(after, 'second while frozen. All 12 tests pass.')?.every(({ role }) => role !== 'words'),
  ).toBe(true);
});

test.each([
  ['nothing below', screenOf('● Ready.', '', '> look at the docs')],
  ['hints below', screenOf('● Ready.', '', '> look at the docs', '  ? for shortcuts')],
  [
    'in the box',
    screenOf('● Ready.', '╭──────────────────╮', '│ > look at the docs │', '╰──────────────────╯', '  ctrl+c to exit'),
  ],
])('typed and not taken: %s', (_, screen) => {
  expect(findOwnWords(screen, 'look at the docs')).toBe('whole');
  expect(hasAnswerBelow(screen, 'look at the docs')).toBe(false);
});

test('short texts are told apart from those that can be recognised', () => {
  expect(['2', 'yes, do it', 'look at the docs first'].map(isShortText)).toEqual([true, true, false]);
});

test('a report that cites the message is recognised', () => {
  expect(
    sharesBeginning('Working on: When the tests are through…', 'When the tests are through, look at the docs'),
  ).toBe(false);
  const message = 'Add a health endpoint to the service, and report its version';
  expect(sharesBeginning(`Working on: ${message.slice(0, 60)}`, message)).toBe(true);
  expect(sharesBeginning('Working on: yes', 'yes')).toBe(false);
});
