/** The agent's last message: what it said last on its last screen that says anything. */

import { expect, test } from 'vitest';
import { lastMessageOf } from '../../../src/tasks/conversation/last-message.js';
import { recordedScreen } from '../screen/recorded-screens.js';
import { conversation, recordedLogs } from './recorded-logs.js';

test('a question comes whole and clean', () => {
  const [entries = []] = recordedLogs('v2.35-dev', 'logs', 'active, agent asks a question');
  expect(lastMessageOf(entries)?.text).toBe('Which branch should I use?\n  1. main\n  2. develop');
});

test('a long answer is cut in its middle, with a count', () => {
  const [entries = []] = recordedLogs('v2.35-dev', 'logs', 'active, long answer');
  const { text = '', missing } = lastMessageOf(entries) ?? {};
  expect(text.length).toBeLessThanOrEqual(600);
  expect(text).toMatch(/^line 001 of a long answer[\s\S]* \[… \d+ characters missing …\] /);
  expect(missing).toBeGreaterThan(1_000);
  expect(text.split('\n').at(-1)).toBe(lastLineOf(entries.at(-1)?.content ?? ''));
});

test('the last output counts, even when a person spoke since or the new screen is still empty', () => {
  expect(lastMessageOf(conversation(['hello', 'do it']))?.text).toBe('hello');
  expect(lastMessageOf(conversation(['hello', 'do it', '   \n  ']))?.text).toBe('hello');
});

test('where the agent said nothing there is none', () => {
  expect(lastMessageOf([])).toBeUndefined();
  expect(lastMessageOf(conversation(['  ', 'do it']))).toBeUndefined();
});

test('of a session that went on, only what the agent said last comes, with its address in one piece', () => {
  const [screen, prompt] = [recordedScreen('cli-agent', 'after resume: logs (poll, 0 s)'), 'Add a health endpoint'];
  const message = lastMessageOf(conversation([screen]), prompt);
  expect(message?.text).toMatch(/^● Done\. All 12 tests pass\.[^>]*It touches 3 files\.$/);
  expect(message?.addresses).toEqual([expect.stringMatching(/pull\/4711#pullrequestreview-1234567890$/)]);
});

test('an address that only its row cuts is whole where the prompt holds it', () => {
  const screen = recordedScreen('cli-agent', 'first turn over: logs');
  const address = 'https://git.example.com/platform-team/inventory/services/health-check-and-status-page';
  expect(lastMessageOf(conversation([screen]))?.addresses).toEqual([]);
  expect(lastMessageOf(conversation([screen]), `Look at ${address} and report`)?.addresses).toEqual([address]);
});

test('nothing in it is invisible', () => {
  expect(lastMessageOf(conversation(['pay\u202eyap']))?.text).toBe('pay\\u{202e}yap');
});

function lastLineOf(screen: string): string | undefined {
  return screen.trim().split('\n').at(-1)?.trim();
}

test('the empty prompt line of the agent goes, and nothing else that begins like one', () => {
  const output = (content: string) => ({ id: 0, content, type: 'output', time: '2026-03-02T09:00:00Z' });
  expect(lastMessageOf([output('Which one?\n\n  1. A\n\n ❯ ')])?.text).toBe('Which one?\n\n  1. A');
  expect(lastMessageOf([output('as he said:\n> quoted')])?.text).toBe('as he said:\n> quoted');
});
