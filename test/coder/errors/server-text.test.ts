/** Coder's own words, made fit to be shown. */

import { expect, test } from 'vitest';
import { cleanServerText } from '../../../src/coder/errors/server-text.js';
import { TOKEN } from '../http/loopback.js';

test.each([
  ['Task is paused.', 'Task is paused.'],
  ['pq: duplicate key value violates unique constraint "x"', undefined],
  ['fetch object: pq: invalid input value for enum task_status: "running"', 'fetch object'],
  ['failed to get preset parameters: sql: no rows in result set', 'failed to get preset parameters'],
  ['json: cannot unmarshal array into Go value of type codersdk.CreateTaskRequest', 'json: cannot unmarshal array'],
  ['Get "http://localhost:1/status": connect tcp [fd7a:115c::1]:1: connection was refused', 'connection was refused'],
  ['Get "http://localhost:1/status": context deadline exceeded', 'context deadline exceeded'],
  [
    'failed to post message: {"$schema":"x","errors":[{"message":"message must not be \\"empty\\""}]}\n',
    'failed to post message: message must not be "empty"',
  ],
  ['{"a":1}', undefined],
  ['boom: runtime error: invalid memory address\ngoroutine 12 [running]:\nmain.go:1', 'boom'],
  ['oops <!DOCTYPE html><html><body>x</body></html>', 'oops'],
  ['<html>x', undefined],
  ['if a < b then', 'if a < b then'],
  ['two\nlines\tand\u0007 \u202eoverride', 'two lines and override'],
  ['', undefined],
])('%j is shown as %j', (raw, shown) => {
  expect(cleanServerText(raw)).toBe(shown);
});

test('what looks like a token is never shown', () => {
  expect(cleanServerText(`token ${TOKEN} is wrong`)).toBe('token [secret] is wrong');
});

test('a long text is cut', () => {
  expect(cleanServerText('x'.repeat(5_000))).toHaveLength(300);
});
