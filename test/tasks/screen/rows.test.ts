/** Rows and width of a screen. */

import { expect, test } from 'vitest';
import { readScreen } from '../../../src/tasks/screen/rows.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

test('the width is the length that the rows share', () => {
  expect(readScreen(recordedScreen('cli-agent', 'first turn over: logs')).width).toBe(67);
  expect(readScreen(recordedScreen('frozen-send', 'idle, before anything: logs')).width).toBe(80);
  expect(readScreen('just\nsome lines of text').width).toBeUndefined();
});

test('characters that take two columns count as two', () => {
  const row = '世界'.padEnd(65);
  expect(readScreen([row, 'plain'.padEnd(67), ''.padEnd(67)].join('\n')).width).toBe(67);
});

test('a row is full when its last column holds a character', () => {
  const { rows } = readScreen(screenOf('x'.repeat(67), 'x'.repeat(66)));
  expect(rows.map(({ isFull }) => isFull)).toEqual([true, false]);
});

test('frames are told from trees and from bars at the left', () => {
  const { rows } = readScreen(screenOf('╭──╮', '│ hi │', '╰──╯', '├── src', '┃ quoted', '────'));
  expect(rows.map(({ kind }) => kind)).toEqual(['frame', 'framed', 'frame', 'plain', 'plain', 'frame']);
});

test('a long hostile row is read in time that grows with its length', () => {
  for (const row of [`│${' '.repeat(300_000)}x`, '─ '.repeat(150_000), `${'('.repeat(300_000)}`]) {
    expect(readScreen(row).rows).toHaveLength(1);
  }
});
