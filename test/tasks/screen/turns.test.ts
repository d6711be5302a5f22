/** What tells one conversation from another on a screen, and the rows that last. */

import { expect, test } from 'vitest';
import { lastingRows } from '../../../src/tasks/screen/readable.js';
import { lastPromptOf, tellingRowsOf } from '../../../src/tasks/screen/turns.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

const lastingRowsOf = (content: string) => lastingRows(content).map(({ text }) => text);

test('the last prompt is the last thing said to the agent', () => {
  expect(lastPromptOf(recordedScreen('cli-dialogs', 'before: logs'))).toBe('Look around, slow=2');
  expect(lastPromptOf(recordedScreen('cli-agent', 'after resume: logs (poll, 0 s)'))).toMatch(
    /^In memory, please\. Keep/,
  );
  expect(lastPromptOf(recordedScreen('cli-agent', 'question asked: logs'))).toBeUndefined();
});

test('a session that goes on shows rows from before the pause, but not by its welcome and its prompts', () => {
  const before = tellingRowsOf(recordedScreen('cli-agent', 'pull request open: logs'));
  const after = tellingRowsOf(recordedScreen('cli-agent', 'after resume: logs (poll, 0 s)'));
  expect(before.length).toBeGreaterThan(3);
  expect(before.every((row) => after.includes(row))).toBe(true);
  expect(after.some((row) => row.includes('welcome') || row.startsWith('addahealth'))).toBe(false);
});

test('while only the spinner moves, the rows that last stay the same, and they stay at the beginning later', () => {
  const rows = [0, 1, 2].map((second) =>
    lastingRowsOf(recordedScreen('cli-agent', `first turn: logs (poll, ${second} s)`)),
  );
  expect(rows[1]).toEqual(rows[0]);
  expect(rows[2]).toEqual(rows[0]);
  const over = lastingRowsOf(recordedScreen('cli-agent', 'first turn over: logs'));
  expect(over.slice(0, rows[0]?.length)).toEqual(rows[0]);
  expect(over.length - (rows[0]?.length ?? 0)).toBe(7);
});

test('the input box at the end is none of them', () => {
  expect(lastingRowsOf(screenOf('● Done.', '', '╭───╮', '│ > │', '╰───╯', '  ? for shortcuts'))).toEqual(['● Done.']);
});
