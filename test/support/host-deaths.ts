/** Hosts that go away in every manner while the built program runs: how long the program outlives them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PROGRAM } from './server-process.js';

export const deaths = ['stdin ends', 'SIGTERM', 'SIGINT', 'host killed', 'stdout closed'] as const;
const logReaders = ['read', 'unread', 'closed', 'full disk', 'absent'] as const;
const logTraffics = ['no line', '300 malformed lines', 'debug'] as const;

export interface HostDeath {
  readonly death: (typeof deaths)[number];
  /** What becomes of the program's stderr. */
  readonly log: (typeof logReaders)[number];
  readonly traffic: (typeof logTraffics)[number];
}

export const allHostDeaths: readonly HostDeath[] = deaths.flatMap((death) =>
  logReaders.flatMap((log) => logTraffics.map((traffic) => ({ death, log, traffic }))),
);

const INITIALIZE = `{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"host","version":"1"}}}\n`;
const WAIT = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"coder_create_task","arguments":{"input":"x slow=60","template":"claude-code","wait_seconds":45}}}\n`;
const LIST = `{"jsonrpc":"2.0","id":2,"method":"tools/list"}\n`;

/**
 * Starts a host with one server, lets it die, and resolves with how many ms the server outlived it, or undefined when it
 * still ran after `limitMs`; then it is killed.
 */
export async function outlived({ death, log, traffic }: HostDeath, limitMs: number): Promise<number | undefined> {
  const fullDisk = log === 'full disk' ? openSync('/dev/full', 'w') : undefined;
  const level = traffic === 'debug' ? ['--log-level', 'debug'] : [];
  const server = [process.execPath, PROGRAM, '--demo', ...level];
  // The shell stands for the host: the server is its child, and has the pipes of this test.
  const script = `exec 3<&0; "$@" <&3 4>&- ${log === 'absent' ? '2>&- ' : ''}& echo $! >&4; wait`;
  const host = spawn('sh', ['-c', script, 'host', ...server], {
    env: { HOME: '/nonexistent' },
    stdio: ['pipe', 'pipe', fullDisk ?? 'pipe', 'pipe', 'pipe'],
  });
  if (fullDisk !== undefined) closeSync(fullDisk);
  const pid = Number(await firstChunk(host.stdio[4]));
  try {
    if (log === 'read') host.stderr?.resume();
    if (log === 'closed') host.stderr?.destroy();
    host.stdin?.on('error', () => undefined);
    host.stdin?.write(INITIALIZE + WAIT + LIST);
    await answerTo(host, '"id":2');
    // They are read, and told in the log, while the host dies.
    if (traffic !== 'no line') host.stdin?.write('not a message\n'.repeat(300));
    const begin = performance.now();
    die(host, pid, death);
    while (isAlive(pid)) {
      if (performance.now() - begin > limitMs) return undefined;
      await sleep(POLL_MS);
    }
    return performance.now() - begin;
  } finally {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    host.kill('SIGKILL');
    for (const stream of host.stdio) stream?.destroy();
  }
}

const POLL_MS = 10;

function die(host: ChildProcess, pid: number, death: HostDeath['death']): void {
  switch (death) {
    case 'stdin ends':
      host.stdin?.end();
      return;
    case 'host killed':
      host.kill('SIGKILL');
      return;
    case 'stdout closed':
      host.stdout?.destroy();
      host.stdin?.write(LIST);
      return;
    default:
      process.kill(pid, death);
  }
}

async function firstChunk(stream: ChildProcess['stdio'][number] | undefined): Promise<string> {
  if (!stream) throw new Error('no such pipe');
  const [chunk] = await once(stream, 'data');
  return String(chunk);
}

async function answerTo(host: ChildProcess, id: string): Promise<void> {
  let read = '';
  host.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
    read += chunk;
    host.stdout?.emit('more');
  });
  while (host.stdout && !read.includes(id)) await once(host.stdout, 'more');
}

/** A process that has ended but that nobody has waited for is not alive. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
