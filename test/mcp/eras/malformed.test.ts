/** Malformed requests: words instead of a dump. */

import { expect, test } from 'vitest';
import { clearError } from '../../../src/mcp/eras/malformed.js';

test('a dump of issues becomes one line of words', () => {
  const message = JSON.stringify([{ code: 'invalid_type', path: ['params', 'name'], message: 'expected string' }]);
  expect(clearError({ code: -32_603, message })).toEqual({
    code: -32_602,
    message: 'Invalid request: params.name: expected string',
  });
});

test.each([
  { code: -32_603, message: 'an unexpected failure in coder-tasks-mcp itself' },
  { code: -32_603, message: '[not json' },
  { code: -32_603, message: '[]' },
  { code: -32_603, message: '[{"path":"x","message":"x"}]' },
  { code: -32_002, message: '[{"path":[],"message":"x"}]' },
])('any other error passes as it is: %j', (error) => {
  expect(clearError(error)).toBe(error);
});
