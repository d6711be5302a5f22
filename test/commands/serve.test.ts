/** The life of a serving process, with hosts that are careless, rude or gone: raw messages over its pipes. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { PROGRAM } from '../support/server-process.js';

const INITIALIZE = {
  id: 'init',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

interface Message {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: unknown;
}

const textOf = (message: object) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`;
const callOf = (id: number, name: string, args: unknown = {}): Message => ({
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

class RawHost implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly #ended: Promise<unknown[]>;
  #lines: string[] = [];
  #rest = '';

  constructor(args: readonly string[] = []) {
    this.child = spawn(process.execPath, [PROGRAM, '--demo', ...args], { env: { HOME: '/nonexistent' } });
    this.#ended = once(this.child, 'exit');
  }

  /** Starts to read what the server says. */
  read(): this {
    this.child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      const lines = `${this.#rest}${chunk}`.split('\n');
      this.#rest = lines.pop() ?? '';
      this.#lines.push(...lines);
      this.child.stdout?.emit('answers');
    });
    return this;
  }

  say(...messages: readonly Message[]): void {
    this.child.stdin?.write(messages.map(textOf).join(''));
  }

  sayRaw(text: string): void {
    this.child.stdin?.write(text);
  }

  /** What has come with this id, once there are so many. */
  async answers(id: string | number, count = 1): Promise<readonly string[]> {
    const found = () => this.#lines.filter((line) => JSON.parse(line).id === id);
    while (found().length < count && this.child.stdout) await once(this.child.stdout, 'answers');
    return found();
  }

  /** Closes its input, and tells with which code it has ended and after how long. */
  async end(): Promise<{ readonly code: unknown; readonly ms: number }> {
    const begin = performance.now();
    this.child.stdin?.end();
    const [code] = await this.#ended;
    return { code, ms: performance.now() - begin };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL');
    await this.#ended;
  }
}

async function greeted(): Promise<RawHost> {
  const host = new RawHost().read();
  host.say(INITIALIZE, { method: 'notifications/initialized' });
  await host.answers('init');
  return host;
}

test('what is asked before the handshake is answered all the same', async () => {
  await using host = new RawHost().read();
  host.say({ id: 1, method: 'server/discover', params: {} }, callOf(2, 'coder_list_tasks'), INITIALIZE);
  expect((await host.answers(1))[0]).toContain('-32602');
  expect((await host.answers(2))[0]).toContain('bump-dependencies');
  expect(await host.answers('init')).toHaveLength(1);
});

test('an argument of 5 MB is refused in a few words', async () => {
  await using host = await greeted();
  host.say(callOf(1, 'coder_create_task', { input: 'x'.repeat(5_000_000) }));
  const [answer = ''] = await host.answers(1);
  expect(answer).toContain('must be at most 200000 characters long');
  expect(answer.length).toBeLessThan(500);
});

test('200 calls at once are all answered, each once', async () => {
  await using host = await greeted();
  const ids = Array.from({ length: 200 }, (_, id) => id);
  host.say(...ids.map((id) => callOf(id, id % 2 ? 'coder_list_tasks' : 'coder_diagnose')));
  for (const id of ids) expect(await host.answers(id)).toHaveLength(1);
});

test('ids used twice, cancels of what there is not, answers nobody asked for and garbage change nothing', async () => {
  await using host = await greeted();
  host.say(callOf(7, 'coder_list_tasks'), callOf(7, 'coder_list_task_templates'));
  host.say(
    { method: 'notifications/cancelled', params: { requestId: 999 } },
    { method: 'notifications/cancelled', params: {} },
    { method: 'notifications/no_such_thing' },
  );
  host.sayRaw(
    '{"jsonrpc":"2.0","id":0,"result":{}}\n[]\n{}\nnull\n"x"\n\n{"jsonrpc":"2.0","id":null,"method":"ping"}\n',
  );
  host.say({ id: 8, method: 'ping' });
  expect(await host.answers(7, 2)).toHaveLength(2);
  expect(await host.answers(8)).toHaveLength(1);
});

test.each([
  [{ name: 5 }, 'params.name: '],
  [{ name: 'coder_list_tasks', _meta: 'x' }, 'params._meta must be an object'],
  [undefined, 'params.name: '],
  [[], 'params must be an object'],
])('the malformed request %j is an error of the protocol that says what is wrong', async (params, words) => {
  await using host = await greeted();
  host.say({ id: 1, method: 'tools/call', params });
  const { error } = JSON.parse((await host.answers(1))[0] ?? '');
  expect(error).toEqual({ code: -32_602, message: expect.stringContaining(words) });
  expect(error.message).not.toMatch(/[{}[\]]/);
});

test('a cancelled call gets no answer, and the next one does', async () => {
  await using host = await greeted();
  host.say(callOf(1, 'coder_create_task', { input: 'x slow=60', template: 'claude-code', name: 'slow' }));
  await host.answers(1);
  host.say(callOf(2, 'coder_wait_for_task', { tasks: ['slow'] }));
  host.say({ method: 'notifications/cancelled', params: { requestId: 2, reason: 'changed my mind' } });
  host.say(callOf(3, 'coder_get_task', { task: 'slow' }));
  expect(await host.answers(3)).toHaveLength(1);
  expect(await host.answers(2, 0)).toHaveLength(0);
});

test('a host that never reads the log does not stop the server, nor keep it', async () => {
  await using host = new RawHost(['--log-level', 'debug']).read();
  host.say(INITIALIZE);
  // Each logs several lines; together they are far more than a pipe holds.
  const ids = Array.from({ length: 2_000 }, (_, id) => id);
  host.say(...ids.map((id) => callOf(id, 'coder_list_tasks')));
  for (const id of [0, 1_000, 1_999]) expect(await host.answers(id)).toHaveLength(1);
  const { code, ms } = await host.end();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(1_000);
});

test('a host that never reads answers can end the server', async () => {
  await using host = new RawHost();
  host.say(INITIALIZE);
  host.say(...Array.from({ length: 300 }, (_, id) => ({ id, method: 'tools/list' })));
  const { code } = await host.end();
  expect(code).toBe(0);
});

test('a host that is killed takes the server with it, though somebody else keeps its pipes open', async () => {
  const script = `require('child_process').spawn(process.execPath, ${JSON.stringify([PROGRAM, '--demo'])}, { stdio: 'inherit' })`;
  const host = spawn(process.execPath, ['-e', script], { env: { HOME: '/nonexistent' } });
  // The server has its output from the host: it ends when both are gone.
  const serverGone = once(host.stdout, 'close');
  host.stdin.write(textOf(INITIALIZE));
  await once(host.stdout, 'data');
  const begin = performance.now();
  host.kill('SIGKILL');
  host.stdout.resume();
  await serverGone;
  expect(performance.now() - begin).toBeLessThan(2_000);
});
