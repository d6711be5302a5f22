/** The program as a process: what a host, a terminal and a signal see of it. */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import { startEmbeddedCoder } from '../src/embedded-coder/index.js';
import { PROGRAM, runProgram, startServerProcess } from './support/server-process.js';
import { textOf } from './support/test-server.js';

test('it starts and lists its tools without configuration, and the first call says what is missing', async () => {
  await using server = await startServerProcess();
  const { tools } = await server.client.listTools();
  expect(tools.map(({ name }) => name)).toContain('coder_create_task');
  const result = await server.call('coder_list_tasks');
  expect(result.isError).toBe(true);
  expect(textOf(result)).toContain('CODER_URL');
  expect(textOf(result)).toContain('coder login');
  expect(textOf(result)).toContain('retry: after a login at once');
  expect(textOf(result)).toContain('code: not_configured');
});

test.each(['', '  ', '${CODER_URL}', '${user_config.url}'])('the address %j counts as not set', async (url) => {
  await using server = await startServerProcess({ CODER_URL: url });
  expect(textOf(await server.call('coder_list_tasks'))).toContain('code: not_configured');
});

test.each([
  [{ CODER_URL: 'coder.example.com', CODER_SESSION_TOKEN: 'x' }, 'does not begin with https:// or http://'],
  [{ CODER_URL: 'https://user:pw@coder.example.com', CODER_SESSION_TOKEN: 'x' }, 'user name or password'],
  [{ CODER_URL: 'http://127.0.0.1:9', CODER_SESSION_TOKEN: 'too-short' }, 'has 3 characters before the hyphen, not 10'],
  [
    { CODER_URL: '$CODER_URL' },
    'the address in CODER_URL holds $CODER_URL, a placeholder that this host does not fill in',
  ],
  [{ CODER_URL: 'https://%CODER_HOST%' }, 'CODER_URL holds %CODER_HOST%, a placeholder'],
  [
    { CODER_URL: '"http://127.0.0.1:9"', CODER_SESSION_TOKEN: '{env:CODER_TOKEN}' },
    'the session token in CODER_SESSION_TOKEN holds {env:CODER_TOKEN}, a placeholder',
  ],
  [{ CODER_URL: 'http://127.0.0.1:9' }, 'there is no session token for http://127.0.0.1:9'],
  [{ CODER_URL: 'http://127.0.0.1:9', CODER_SESSION_TOKEN: `${'a'.repeat(10)}-${'b'.repeat(22)}` }, 'code: network'],
])('with the environment %j the first call says what is wrong', async (env, words) => {
  await using server = await startServerProcess(env);
  const text = textOf(await server.call('coder_list_tasks'));
  expect(text).toContain(words);
  expect(text).not.toContain('pw@');
});

test('the token appears nowhere: not in answers, not in the log at its most talkative', async () => {
  const deployment = await startEmbeddedCoder();
  const token = deployment.tokens.alice ?? '';
  try {
    await using server = await startServerProcess({ CODER_URL: deployment.url, CODER_SESSION_TOKEN: token }, [
      '--log-level',
      'debug',
    ]);
    await server.client.setLoggingLevel('debug');
    const seen: string[] = [];
    server.client.fallbackNotificationHandler = async (notification) => {
      seen.push(JSON.stringify(notification));
    };
    const answers = [
      await server.call('coder_list_tasks'),
      await server.call('coder_get_task', { task: token.slice(0, 30) }),
    ];
    await server.client.close();
    expect(server.stderr).toContain('/api/v2/tasks');
    expect(seen.join('\n')).toContain('/api/v2/tasks');
    for (const text of [server.stderr, ...seen, JSON.stringify(answers)]) expect(text).not.toContain(token);
  } finally {
    await deployment.close();
  }
});

test('a client that asks for more of the log gets it, though stderr stays as quiet as it was set', async () => {
  await using server = await startServerProcess({}, ['--demo']);
  const seen: string[] = [];
  server.client.fallbackNotificationHandler = async (notification) => {
    seen.push(JSON.stringify(notification));
  };
  await server.call('coder_list_tasks');
  expect(seen).toEqual([]);
  await server.client.setLoggingLevel('debug');
  await server.call('coder_list_tasks');
  await server.client.close();
  expect(seen.join('\n')).toContain('/api/v2/tasks');
  expect(server.stderr).not.toContain('/api/v2/tasks');
});

test('an exception that nobody catches ends no conversation, and is in the log', async () => {
  const onSignal = "data:text/javascript,process.on('SIGUSR2',()=>{throw%20new%20Error('a%20defect')})";
  await using server = await startServerProcess({ NODE_OPTIONS: `--import=${onSignal}` }, ['--demo']);
  await server.call('coder_list_tasks');
  process.kill(server.pid, 'SIGUSR2');
  expect((await server.call('coder_list_tasks')).isError).toBeFalsy();
  await server.client.close();
  expect(server.stderr).toContain('a defect');
});

test('it ends when stdin ends', async () => {
  const { code, stdout } = await runProgram([]);
  expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
});

test('what was asked before stdin ended is answered, though the program was still being loaded', async () => {
  const clientInfo = { name: 'script', version: '1' };
  const requests = [
    { id: 1, method: 'initialize', params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo } },
    { id: 2, method: 'tools/list' },
  ];
  const lines = requests.map((request) => `${JSON.stringify({ jsonrpc: '2.0', ...request })}\n`);
  const { code, stdout } = await runProgram([], {}, (child) => {
    child.stdin?.end(lines.join(''));
  });
  expect(code).toBe(0);
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id),
  ).toEqual([1, 2]);
});

test.each(['SIGTERM', 'SIGINT'] as const)('it ends on %s while a call is in flight', async (signal) => {
  const initialize = {
    jsonrpc: '2.0',
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
  };
  const wait = {
    jsonrpc: '2.0',
    id: 1,
    method: 'tools/call',
    params: { name: 'coder_create_task', arguments: { input: 'x slow=60', template: 'claude-code', wait_seconds: 45 } },
  };
  const { code } = await runProgram(['--demo'], {}, async (child) => {
    child.stdin?.write(`${JSON.stringify(initialize)}\n${JSON.stringify(wait)}\n`);
    if (child.stdout) await once(child.stdout, 'data');
    child.kill(signal);
  });
  expect(code).toBe(0);
});

test('a client that has gone away takes the server with it, though its stdin stays open', async () => {
  const { code } = await runProgram([], {}, (child) => {
    child.stdout?.destroy();
    child.stdin?.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
  });
  expect(code).toBe(0);
});

test('garbage on stdin is no reason to end', async () => {
  const { stdout } = await runProgram([], {}, (child) => {
    child.stdin?.write(
      'not json\n{"jsonrpc":"2.0","id":7,"method":"server/discover"}\n{"jsonrpc":"2.0","id":8,"method":"ping"}\n',
    );
    child.stdout?.on('data', (chunk) => {
      if (String(chunk).includes('"id":8')) child.stdin?.end();
    });
  });
  expect(stdout).toContain('"code":-32700');
  expect(stdout).toContain('"code":-32602');
  expect(stdout).toContain('"id":8');
});

test.each([[], ['doctor'], ['--version']])(
  'a Node that is too old is refused in one line, started with %j',
  async (...args) => {
    const old = "data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'18.20.8'}})";
    const { code, stdout, stderr } = await runProgram(args, { NODE_OPTIONS: `--import=${old}` });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe(
      `coder-tasks-mcp needs Node 20.18.1 or later, this is ${process.version} at ${process.execPath}\n`,
    );
  },
);

test('even Node 10 can parse the first file', async () => {
  const text = readFileSync(PROGRAM, 'utf8');
  const [asIs, forNode10] = await Promise.all(
    ['esnext', 'node10'].map(
      async (target) => (await transform(text, { target, supported: { 'dynamic-import': true } })).code,
    ),
  );
  expect(forNode10).toBe(asIs);
  // Where a package cannot be a module, the file is read as a script.
  expect(() => new Script(text)).not.toThrow();
});

test.each([
  [['--nope'], "Unknown option '--nope'"],
  [['fly'], 'Unknown command "fly". Commands: serve, doctor, demo.'],
  [['--tools', 'coder_list_task'], 'no such tool: coder_list_task; nearest: coder_list_tasks'],
  [['--max-wait-seconds', 'soon'], '--max-wait-seconds is "soon"; it must be a whole number from 1 to 3600.'],
  [['--log-level', 'loud'], '--log-level is "loud"; it must be one of debug, info, warn, error, silent.'],
])('the command line %j is refused with what is allowed', async (args, words) => {
  const { code, stdout, stderr } = await runProgram(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain(words);
});

test('--help shows every option, --version the version', async () => {
  const help = await runProgram(['--help']);
  expect(help.stdout).toContain('--exclude-tools, CODER_MCP_EXCLUDE_TOOLS');
  expect(help.stdout).toContain('CODER_SESSION_TOKEN');
  const { stdout } = await runProgram(['--version']);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test('tools are switched off by name, and exclude beats include', async () => {
  await using server = await startServerProcess({ CODER_MCP_EXCLUDE_TOOLS: 'coder_get_task' }, [
    '--tools',
    'coder_get_task,coder_list_tasks',
  ]);
  const { tools } = await server.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(['coder_list_tasks']);
});
