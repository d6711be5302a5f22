/** What a host brings back for a question: nothing but a clear yes is one. */

import { expect, test } from 'vitest';
import { clearAnswer, questionKey } from '../../../src/mcp/eras/questions.js';

test.each([
  [
    { action: 'accept', content: { sure: true } },
    { action: 'accept', content: { sure: true } },
  ],
  [
    { action: 'accept', content: { a: null, b: {}, c: [1], d: ['x'], e: 1 } },
    { action: 'accept', content: { d: ['x'], e: 1 } },
  ],
  [{ action: 'accept' }, { action: 'accept' }],
  [{ action: 'accept', content: null }, { action: 'accept' }],
  [{ action: 'decline', content: { sure: null } }, { action: 'decline' }],
  [{ action: 'cancel', content: 'x' }, { action: 'cancel' }],
  [{ action: 'reject' }, { action: 'cancel' }],
  [{ action: ['accept'] }, { action: 'cancel' }],
  [{}, { action: 'cancel' }],
  ['yes', { action: 'cancel' }],
  [true, { action: 'cancel' }],
])('%j is taken as %j', (given, taken) => {
  expect(clearAnswer(given)).toEqual(taken);
});

test('a key is for one call: its method, its name and its arguments, in whatever order', () => {
  const call = (args: object, name = 'coder_delete_task') => questionKey('tools/call', { name, arguments: args });
  const key = call({ task: 'one', wait_seconds: 5 });
  expect(key).toMatch(/^[0-9a-f]{12}$/);
  expect(call({ wait_seconds: 5, task: 'one' })).toBe(key);
  for (const other of [call({ task: 'two', wait_seconds: 5 }), call({ task: 'one' }), call({ task: 'one' }, 'x')]) {
    expect(other).not.toBe(key);
  }
});
