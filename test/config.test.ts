/** The command line and the environment: what they set, and what is wrong with them. */

import { expect, test } from 'vitest';
import { readCommandLine, tidyEnvironment } from '../src/config.js';

const read = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => readCommandLine(args, env);
// What a host passes on when it knows no value for a placeholder of its configuration.
const UNEXPANDED = ['$', '{user_config.x}'].join('');

test('without anything, every option has its default and nothing is restricted', () => {
  const { command, config, problems } = read([]);
  expect([command, problems]).toEqual(['serve', []]);
  expect(config).toMatchObject({ readOnly: false, noDelete: false, confirm: 'ask', idleSeconds: 10, logLevel: 'info' });
  expect(config.tools).toBeUndefined();
  expect(config.maxWaitSeconds).toBeUndefined();
});

test('a flag beats its variable', () => {
  const env = { CODER_MCP_TOOLS: 'coder_get_task', CODER_MCP_LOG_LEVEL: 'warn', CODER_URL: 'https://a' };
  const { config } = read(['--tools', 'coder_list_tasks, coder_diagnose', '--log-level', 'debug'], env);
  expect(config).toMatchObject({ tools: ['coder_list_tasks', 'coder_diagnose'], logLevel: 'debug', url: 'https://a' });
});

test.each(['', '  ', UNEXPANDED])('%j counts as not set, as a flag and as a variable', (value) => {
  const flags = ['--url', value, '--tools', value, '--max-wait-seconds', value, '--log-level', value];
  const env = { CODER_MCP_TOOLS: value, CODER_MCP_READ_ONLY: value, CODER_MCP_IDLE_SECONDS: value, CODER_URL: value };
  const { config, problems } = read(flags, env);
  expect(problems).toEqual([]);
  expect(config).toEqual(read([]).config);
  expect(read(flags, { CODER_URL: 'https://a' }).config.url).toBe('https://a');
});

test.each([
  ['1', true],
  ['TRUE', true],
  ['yes', true],
  ['0', false],
  ['off', false],
] as const)('a switch in the environment that says %j is %j', (value, expected) => {
  expect(read([], { CODER_MCP_READ_ONLY: value }).config.readOnly).toBe(expected);
});

test.each([
  [{ CODER_MCP_READ_ONLY: 'maybe' }, 'CODER_MCP_READ_ONLY is "maybe"; it must be true or false.'],
  [{ CODER_MCP_ALLOWED_OWNERS: ' , ' }, 'CODER_MCP_ALLOWED_OWNERS is ","; it must be names separated by commas.'],
  [
    { CODER_MCP_MAX_ACTIVE_TASKS: '-1' },
    'CODER_MCP_MAX_ACTIVE_TASKS is "-1"; it must be a whole number from 0 to 10000.',
  ],
  [{ CODER_MCP_CONFIRM: 'always' }, 'CODER_MCP_CONFIRM is "always"; it must be one of ask, never.'],
])('%j keeps the program from starting, and is named with what is allowed', (env, problem) => {
  expect(read([], env).problems).toEqual([problem]);
});

test.each([
  [{ CODER_MCP_LOG_LEVEL: 'INFO' }, { logLevel: 'info' }],
  [{ CODER_MCP_LOG_LEVEL: '"Debug"' }, { logLevel: 'debug' }],
  [{ CODER_MCP_LOG_LEVEL: '$LOG_LEVEL' }, { logLevel: 'info' }],
  [{ CODER_MCP_CONFIRM: "'Never'" }, { confirm: 'never' }],
  [{ CODER_MCP_READ_ONLY: '"true"' }, { readOnly: true }],
  [{ CODER_MCP_MAX_WAIT_SECONDS: '"30"' }, { maxWaitSeconds: 30 }],
  [{ CODER_MCP_IDLE_SECONDS: '%IDLE%' }, { idleSeconds: 10 }],
  [{ CODER_MCP_ALLOWED_OWNERS: 'me, "alice"' }, { allowedOwners: ['me', 'alice'] }],
  [{ CODER_URL: '"https://a"' }, { url: 'https://a' }],
])('%j means %j: case, quotes and placeholders are as hosts leave them', (env, expected) => {
  expect(read([], env)).toMatchObject({ problems: [], config: expected });
});

test.each([
  { CODER_MCP_READ_ONLY: '$READ_ONLY' },
  { CODER_MCP_ALLOWED_OWNERS: '%OWNERS%' },
  { CODER_MCP_EXCLUDE_TOOLS: '{env:EXCLUDED}' },
  { CODER_MCP_MAX_ACTIVE_TASKS: '$MAX' },
])('a restriction that is a placeholder keeps the program from starting: %j', (env) => {
  const [name, value] = Object.entries(env)[0] ?? [];
  expect(read([], env).problems).toEqual([expect.stringContaining(`${name} is "${value}"; it must be `)]);
});

test('start arguments that mean nothing are left out, and a switch may carry its value', () => {
  expect(read(['', UNEXPANDED, '--read-only=true', '--no-delete', 'false', '--log-level=WARN'])).toMatchObject({
    command: 'serve',
    problems: [],
    config: { readOnly: true, noDelete: false, logLevel: 'warn' },
  });
  expect(read(['"doctor"', '$FLAGS'])).toMatchObject({ command: 'doctor', problems: [] });
  expect(read(['--read-only=$READ_ONLY']).problems).toHaveLength(1);
});

test('the environment is tidied in the variables of this program alone', () => {
  const header = '"a=1,2",b=3';
  expect(tidyEnvironment({ CODER_HEADER: ` ${header}` }).CODER_HEADER).toBe(header);
  const env = { CODER_URL: '"https://a"', CODER_CONFIG_DIR: '$DIR', HTTPS_PROXY: "'http://p:1'", OTHER: '"x"' };
  expect(tidyEnvironment(env)).toMatchObject({ CODER_URL: 'https://a', HTTPS_PROXY: 'http://p:1', OTHER: '"x"' });
  expect(tidyEnvironment(env).CODER_CONFIG_DIR).toBeUndefined();
});
