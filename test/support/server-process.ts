/** The built program as a host starts it: a process, with a real MCP client on its stdin and stdout. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { type CallToolResult, CallToolResultSchema } from '@modelcontextprotocol/sdk/types.js';

export const PROGRAM = 'dist/main.js';

export interface ServerProcess extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
  /** Everything that it has written to stderr. */
  readonly stderr: string;
  call(name: string, args?: Record<string, unknown>): Promise<CallToolResult>;
}

/** Starts the program with nothing in its environment but what is given. */
export async function startServerProcess(
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<ServerProcess> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [PROGRAM, ...args],
    env: { HOME: '/nonexistent', ...env },
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk) => {
    stderr += chunk;
  });
  const client = new Client({ name: 'process-test', version: '1.0.0' });
  await client.connect(transport);
  return {
    client,
    pid: transport.pid ?? 0,
    get stderr() {
      return stderr;
    },
    call: async (name, given = {}) =>
      CallToolResultSchema.parse(await client.callTool({ name, arguments: given }, CallToolResultSchema)),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end; `during` may write to it or kill it meanwhile. */
export async function runProgram(
  args: readonly string[],
  env: Record<string, string> = {},
  during: (child: ChildProcess) => void | Promise<void> = (child) => {
    child.stdin?.end();
  },
  program = PROGRAM,
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args], { env: { HOME: '/nonexistent', ...env } });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const ended = once(child, 'close');
  await during(child);
  const [code] = await ended;
  return { code, stdout, stderr };
}
