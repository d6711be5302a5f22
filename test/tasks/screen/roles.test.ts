/** What each row of a screen is, on recorded screens and on those of agents that were not recorded. */

import { expect, test } from 'vitest';
import { isBusy, isBusyRow, readRows } from '../../../src/tasks/screen/roles.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

function rolesOf(content: string): string[] {
  return readRows(content).rows.map(({ role }) => role);
}

test('a recorded first turn has a frame, a prompt of three rows, words and a sign of work', () => {
  const { width, rows } = readRows(recordedScreen('cli-agent', 'first turn: logs (poll, 0 s)'));
  expect(width).toBe(67);
  const roles = rows.map(({ role }) => role);
  expect(roles[0]).toBe('frame');
  expect(roles.filter((role) => role === 'prompt')).toHaveLength(3);
  expect(roles.filter((role) => role === 'busy')).toHaveLength(1);
  expect(rows.filter(({ startsBlock }) => startsBlock)).toHaveLength(2);
  expect(rows.filter(({ isToolResult }) => isToolResult)).toHaveLength(1);
});

test.each([
  ['cli-agent', 'first turn: logs (poll, 0 s)', true],
  ['cli-agent', 'first turn over: logs', false],
  ['cli-agent', 'question: logs (poll, 0 s)', true],
  ['cli-agent', 'question asked: logs', false],
  ['cli-agent', 'list on the screen, settled: logs', false],
  ['cli-dialogs', 'right after: logs', true],
  ['cli-dialogs', 'sign-in page on the screen: logs', false],
  ['frozen-send', '6 s later: the screen stands still, the agent is at work: logs', false],
] as const)('%s, %s: at work by its own screen: %s', (name, situation, busy) => {
  expect(isBusy(recordedScreen(name, situation))).toBe(busy);
});

test.each([
  '✳ Running tests… (esc to interrupt)',
  '✻ Thinking… (12s · ↑ 1.2k tokens · esc to interrupt)',
  '• Working (12s • esc to interrupt)',
  '⠏ Thinking (esc to cancel, 5s)',
  '⠋ Generating, press ctrl+c to stop',
  'Working... Ctrl-C to interrupt',
  '  ? for shortcuts                             esc to interrupt',
  '  ⏵⏵ accept edits on (shift+tab to cycle) · esc to interrupt',
])('"%s" is a sign of work', (row) => {
  expect(isBusyRow(row)).toBe(true);
});

test.each([
  ' Enter to confirm · Esc to cancel',
  '   3. No, and tell the agent what to do differently (esc)',
  '● The server runs. Press Ctrl+C to stop it.',
  '  Press Ctrl+C to stop the server.',
  '● In the help I wrote "esc to interrupt the job" as you asked.',
  '',
])('"%s" is none', (row) => {
  expect(isBusyRow(row)).toBe(false);
});

test('a sign of work counts at the end of the screen, above the input box, and not far up', () => {
  const box = ['╭───────╮', '│ >     │', '╰───────╯', '  ? for shortcuts'];
  expect(isBusy(screenOf('● One.', '✢ Working… (3s · esc to interrupt)', ...box))).toBe(true);
  const later = Array.from({ length: 8 }, (_, index) => `  row ${index}`);
  expect(isBusy(screenOf('✢ Working… (3s · esc to interrupt)', '● Done.', ...later))).toBe(false);
});

test('the empty prompt and the hints below it are the input line', () => {
  const screen = screenOf('> Fix the parser', '', '● Working on it…', '', '> ', '  ? for shortcuts');
  expect(rolesOf(screen)).toEqual(['prompt', 'blank', 'words', 'blank', 'input line', 'input line']);
});

test('a prompt of several paragraphs ends where a block of the agent begins', () => {
  const screen = screenOf('> First.', '', '  Second, see https://a.example/x', '', '● Done.');
  expect(rolesOf(screen)).toEqual(['prompt', 'blank', 'prompt', 'blank', 'words']);
});

test('what an answer quotes is no prompt', () => {
  expect(rolesOf(screenOf('● The reviewer wrote:', '  > please rename it', '  I did.'))).toEqual(
    Array(3).fill('words'),
  );
  expect(rolesOf('as he said:\n> quoted')).toEqual(['words', 'words']);
});
