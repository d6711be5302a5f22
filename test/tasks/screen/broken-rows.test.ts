/** Rows that a word runs over. */

import { expect, test } from 'vitest';
import { joinFullRows, mendAddresses, ROW_BREAK } from '../../../src/tasks/screen/broken-rows.js';
import { readScreen } from '../../../src/tasks/screen/rows.js';
import { recordedScreen, screenOf } from './recorded-screens.js';

test('in the text to search in, a broken word is whole but for a mark where its row ended', () => {
  const text = joinFullRows(readScreen(recordedScreen('cli-agent', 'pull request open: logs')).rows);
  expect(text).toContain(`a-repository-with-a-rathe${ROW_BREAK}r-long-name/pull/4711`);
  expect(text).toContain('It touches 3 files.');
});

test('a text without full rows stays as it is', () => {
  expect(joinFullRows(readScreen('one\n  two').rows)).toBe('one\n  two');
});

test('an address of which the end is not certain is marked, and joined where a known text holds it', () => {
  const address = `https://example.com/${'a'.repeat(60)}`;
  const { rows } = readScreen(screenOf(address.slice(0, 67), address.slice(67), 'end'));
  expect(mendAddresses(rows)[0]?.endsInCutAddress).toBe(true);
  expect(mendAddresses(rows, [`see ${address} there`])[0]).toEqual({ text: address, endsInCutAddress: false });
  expect(mendAddresses(rows, [`see ${address.slice(0, 67)} there`])[0]?.endsInCutAddress).toBe(false);
});
