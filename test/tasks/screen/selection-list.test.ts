/** An open selection list: found in every recorded one that is open, and in nothing else. */

import { expect, test } from 'vitest';
import { openSelectionList } from '../../../src/tasks/screen/selection-list.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

test.each([
  ['cli-agent', 'list on the screen, settled: logs', true],
  ['cli-agent', 'second list on the screen, settled: logs', true],
  ['cli-agent', 'third list on the screen: logs (poll, 6 s)', true],
  ['cli-dialogs', 'list on the screen: logs', true],
  ['cli-agent', 'first turn over: logs', false],
  ['cli-agent', 'question asked: logs', false],
  ['cli-agent', 'after "2", settled: Enter took the first entry: logs', false],
  ['cli-agent', 'after "2" to the second list, settled: logs', false],
  ['cli-agent', 'after the sentence, settled: logs', false],
  ['cli-dialogs', 'sign-in page on the screen: logs', false],
  ['frozen-send', 'poll, 72 s after the first send: logs', false],
] as const)('%s, %s: open: %s', (name, situation, isOpen) => {
  expect(openSelectionList(recordedScreen(name, situation)) !== undefined).toBe(isOpen);
});

const described = screenOf(
  'Which store?',
  '❯ 1. Postgres',
  '     Keep what we have',
  '   2. SQLite',
  '     One file',
  ' Enter to select · ↑/↓ to navigate · Esc to cancel',
);
const framed = ['│ Apply this change?    │', '│ ● 1. Yes, allow once  │', '│   2. No (esc)         │'].join('\n');
const unnumbered = screenOf('Pick one', '❯ Postgres', '  SQLite', '', 'Enter to select · Esc to cancel');
const codex = screenOf(
  '  Allow command?',
  '› 1. Yes, proceed (y)',
  '  2. No (esc)',
  '',
  '  Press enter to confirm or esc to cancel',
);

test.each([
  ['entries with descriptions', described],
  ['in a frame, marked with a dot', framed],
  ['without numbers', unnumbered],
  ['with another mark', codex],
])('open: %s', (_, screen) => {
  expect(openSelectionList(screen)).toBeDefined();
});

test.each([
  ['a message that is a numbered list', screenOf('❯ 1. Fix the parser', '  2. Add a test', '', '● Both are done.')],
  ['a prompt that begins with a number', screenOf('> 1. Fix the parser', '', '● Done.')],
  ['a numbered answer', screenOf('● Two ways:', '  1. Redis', '  2. in memory')],
  ['steps of an answer, marked', screenOf('● 1. Read the code', '  2. Changed it')],
  ['one that was answered', screenOf('❯ 1. Yes', '  2. No', '', '  ⎿  You chose: 1. Yes', '', '● Edited.')],
  ['one at whose entry the agent works', screenOf('❯ 1. Yes', '  2. No', '', '✢ Working… (0s · esc to interrupt)')],
])('not open: %s', (_, screen) => {
  expect(openSelectionList(screen)).toBeUndefined();
});
