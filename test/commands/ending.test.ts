/** The end of the process beside what could keep it: programs and files that never end, defects, failures of start-up. */

import { type ChildProcess, execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram, startServerProcess } from '../support/server-process.js';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'coder-tasks-ending-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const INITIALIZE = `${JSON.stringify({
  jsonrpc: '2.0',
  id: 0,
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
})}\n`;
const LIST = '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"coder_list_tasks","arguments":{}}}\n';
const login = { CODER_URL: 'http://127.0.0.1:9', CODER_SESSION_TOKEN: `${'a'.repeat(10)}-${'b'.repeat(22)}` };

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(10);
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

test.each(['stdin ends', 'SIGTERM'] as const)(
  'a header command that runs is ended with its children when %s',
  async (death) => {
    const pids = join(folder, 'pids');
    const command = `sleep 300 & echo $! $$ > ${pids}.new; mv ${pids}.new ${pids}; wait`;
    const { code } = await runProgram(
      [],
      { ...login, CODER_HEADER_COMMAND: command, PATH: process.env.PATH ?? '' },
      async (child) => {
        child.stdin?.write(INITIALIZE + LIST);
        await until(() => existsSync(pids));
        if (death === 'SIGTERM') child.kill(death);
        else child.stdin?.end();
      },
    );
    expect(code).toBe(0);
    for (const pid of readFileSync(pids, 'utf8').trim().split(' ')) await until(() => !isAlive(Number(pid)));
  },
);

test('a login file that never ends does not keep the process', async () => {
  writeFileSync(join(folder, 'url'), 'http://127.0.0.1:9');
  execFileSync('sh', ['-c', `mkfifo ${join(folder, 'session')}`]);
  const { stdout } = await runProgram([], { CODER_CONFIG_DIR: folder }, async (child) => {
    child.stdin?.write(`${INITIALIZE}${LIST}{"jsonrpc":"2.0","id":2,"method":"ping"}\n`);
    let read = '';
    child.stdout?.on('data', (chunk) => {
      read += chunk;
    });
    await until(() => read.includes('"id":2'));
    child.stdin?.end();
  });
  expect(stdout).toContain('"id":0');
});

test('a user id without a name and without a home is served', async () => {
  const patch = [
    "import os from 'node:os'",
    "import { syncBuiltinESMExports } from 'node:module'",
    "os.homedir = () => { throw new Error('ENOENT: no such file or directory, uv_os_homedir') }",
    'syncBuiltinESMExports()',
  ].join(';');
  writeFileSync(join(folder, 'homeless.mjs'), patch);
  await using server = await startServerProcess({ NODE_OPTIONS: `--import=${join(folder, 'homeless.mjs')}` });
  expect((await server.client.listTools()).tools).not.toEqual([]);
  expect((await server.call('coder_list_tasks')).isError).toBe(true);
});

const CALL = '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"coder_list_tasks"}}\n';

test('what fails after the greeting ends the process with a sentence', async () => {
  cpSync('dist', folder, { recursive: true });
  for (const file of readdirSync(folder)) if (file.startsWith('session-')) rmSync(join(folder, file));
  const greet = (child: ChildProcess) => {
    child.stdin?.write(INITIALIZE + CALL);
  };
  const { code, stdout, stderr } = await runProgram([], {}, greet, join(folder, 'main.js'));
  expect(stdout).toContain('"id":0');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^coder-tasks-mcp cannot go on: Cannot find module .*\n$/);
});

test('a defect that nobody catches before the session ends the process with a sentence', async () => {
  const defect = "data:text/javascript,process.nextTick(()=>setTimeout(()=>{throw%20new%20Error('a%20defect')},400))";
  const { code, stderr } = await runProgram([], { NODE_OPTIONS: `--import=${defect}` }, () => undefined);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'coder-tasks-mcp cannot go on: a defect\n' });
});

test('help that nobody reads is no failure', async () => {
  const { stderr } = await runProgram(['--help'], {}, (child) => {
    child.stdout?.destroy();
  });
  expect(stderr).toBe('');
});
