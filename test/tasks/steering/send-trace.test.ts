/** Finding a message again in the conversation. */

import { expect, test } from 'vitest';
import { isTrace } from '../../../src/tasks/steering/send-trace.js';

const before = (lastId: number | undefined) => ({ lastId, position: lastId, cursor: undefined });
const entry = (given: object) => ({ id: 5, type: 'input', content: 'do it', time: '2026-03-02T08:00:00Z', ...given });

test.each([
  ['the same words after the message', {}, 3, true],
  ['the first entry of all', { id: 0 }, -1, true],
  ['the same words from before', { id: 3 }, 3, false],
  ['words of the agent', { type: 'output' }, 3, false],
  ['other words', { content: 'do it now' }, 3, false],
  ['blanks around and the line ends of a terminal', { content: ' do it\r\n' }, 3, true],
  ['an unknown place in the conversation', {}, undefined, false],
])('%s', (_what, given, lastId, expected) => {
  expect(isTrace(entry(given), { input: 'do it', before: before(lastId) })).toBe(expected);
});

test('line ends within the words do not matter', () => {
  expect(isTrace(entry({ content: 'a\r\nb\rc' }), { input: 'a\nb\nc', before: before(3) })).toBe(true);
});
