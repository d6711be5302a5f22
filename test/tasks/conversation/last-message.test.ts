/** The agent's last message: the end of its last screen that says anything. */

import { expect, test } from 'vitest';
import { lastMessageOf } from '../../../src/tasks/conversation/last-message.js';
import { conversation, recordedLogs } from './recorded-logs.js';

test('a question comes whole and clean', () => {
  const [entries = []] = recordedLogs('v2.35-dev', 'logs', 'active, agent asks a question');
  expect(lastMessageOf(entries)).toBe('Which branch should I use?\n  1. main\n  2. develop');
});

test('of a long answer the end comes, from the start of a line, with a count', () => {
  const [entries = []] = recordedLogs('v2.35-dev', 'logs', 'active, long answer');
  const text = lastMessageOf(entries) ?? '';
  expect(text.length).toBeLessThanOrEqual(600);
  expect(text).toMatch(/^\[… \d+ characters missing\] line \d\d\d of a long answer/);
  expect(text.split('\n').at(-1)).toBe(lastLineOf(entries.at(-1)?.content ?? ''));
});

test('the last output counts, even when a person spoke since or the new screen is still empty', () => {
  expect(lastMessageOf(conversation(['hello', 'do it']))).toBe('hello');
  expect(lastMessageOf(conversation(['hello', 'do it', '   \n  ']))).toBe('hello');
});

test('where the agent said nothing there is none', () => {
  expect(lastMessageOf([])).toBeUndefined();
  expect(lastMessageOf(conversation(['  ', 'do it']))).toBeUndefined();
});

test('nothing in it is invisible', () => {
  expect(lastMessageOf(conversation(['pay\u202eyap']))).toBe('pay\\u{202e}yap');
});

function lastLineOf(screen: string): string | undefined {
  return screen.trim().split('\n').at(-1)?.trim();
}

test('the empty prompt line of the agent goes, and nothing else that begins like one', () => {
  const output = (content: string) => ({ id: 0, content, type: 'output', time: '2026-03-02T09:00:00Z' });
  expect(lastMessageOf([output('Which one?\n\n  1. A\n\n ❯ ')])).toBe('Which one?\n\n  1. A');
  expect(lastMessageOf([output('as he said:\n> quoted')])).toBe('as he said:\n> quoted');
});
