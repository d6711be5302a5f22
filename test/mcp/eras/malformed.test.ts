/** Malformed requests: words instead of a dump. */

import { expect, test } from 'vitest';
import { withClearFault } from '../../../src/mcp/eras/malformed.js';

const failure = (code: number, message: string) => ({ jsonrpc: '2.0' as const, id: 1, error: { code, message } });

test('a dump of issues becomes one line of words', () => {
  const dump = JSON.stringify([{ code: 'invalid_type', path: ['params', 'name'], message: 'expected string' }]);
  expect(withClearFault(failure(-32_603, dump))).toEqual(
    failure(-32_602, 'Invalid request: params.name: expected string'),
  );
});

test.each([
  failure(-32_603, 'an unexpected failure in coder-tasks-mcp itself'),
  failure(-32_603, '[not json'),
  failure(-32_603, '[]'),
  failure(-32_002, '[{"path":[],"message":"x"}]'),
  { jsonrpc: '2.0' as const, id: 1, result: {} },
])('any other message passes as it is: %j', (message) => {
  expect(withClearFault(message)).toBe(message);
});
