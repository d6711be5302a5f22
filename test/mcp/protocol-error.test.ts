/** Failures of requests that are no tool calls, as the protocol's errors. */

import { expect, test } from 'vitest';
import { CoderError, ConfigError, InputError } from '../../src/coder/errors/errors.js';
import { ProtocolError, toProtocolError, toResourceError } from '../../src/mcp/protocol-error.js';

test('what is not there is the protocol’s resource-not-found, with the address', () => {
  for (const code of ['not_found', 'task_gone'] as const) {
    expect(toResourceError(new CoderError(code, 'no task x found'), 'coder://tasks/me/x')).toMatchObject({
      code: -32002,
      data: { uri: 'coder://tasks/me/x' },
      message: expect.stringContaining('no task x found'),
    });
  }
});

test('bad arguments are invalid params, everything else is internal, each on one line with its stable code', () => {
  const cases = [
    [new InputError({ argument: 'task', received: '?', expectation: 'a name' }), -32602, 'invalid_argument'],
    [new CoderError('network', 'no connection'), -32603, 'network'],
    [new ConfigError('CODER_URL', 'CODER_URL is not set', 'set it'), -32603, 'not_configured'],
    [new TypeError('x is not a function'), -32603, 'internal'],
  ] as const;
  for (const [error, code, word] of cases) {
    const { code: given, message } = toProtocolError(error);
    expect(given).toBe(code);
    expect(message).toContain(`code: ${word}`);
    expect(message).not.toContain('\n');
  }
});

test('a defect keeps its words to itself', () => {
  expect(toProtocolError(new TypeError('secret path')).message).not.toContain('secret');
});

test('an error of the protocol stays as it is', () => {
  const error = new ProtocolError(-32602, 'as it is');
  expect(toProtocolError(error)).toBe(error);
});
