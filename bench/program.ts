/** A program that is spoken to in JSON lines over stdin and stdout, with nothing between that costs time of its own. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The built program. */
export const SERVER = fileURLToPath(new URL('../dist/main.js', import.meta.url));

const message = z.looseObject({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});
const toolAnswer = z.looseObject({
  isError: z.boolean().optional(),
  content: z.array(z.looseObject({ text: z.string() })),
  structuredContent: z.looseObject({}).optional(),
});

type ToolAnswer = z.output<typeof toolAnswer>;

export interface Program extends AsyncDisposable {
  readonly pid: number;
  /** Sends a request and resolves with its result; rejects when it is answered with an error. */
  request(method: string, params?: object): Promise<unknown>;
  notify(method: string): void;
}

/** Starts a script with this Node. */
export function startProgram(
  script: string,
  env: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Program {
  const child = spawn(process.execPath, [script, ...args], {
    env: { HOME: '/nonexistent', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  const ended = once(child, 'close');
  void ended.then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${script} has ended`));
  });
  onLines(child.stdout, (line) => {
    const { id, result, error } = message.parse(JSON.parse(line));
    const call = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || call === undefined) return;
    waiting.delete(id);
    if (error === undefined) call.resolve(result);
    else call.reject(new Error(JSON.stringify(error)));
  });
  let lastId = 0;
  const send = (body: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...body })}\n`);
  return {
    pid: child.pid ?? 0,
    request: (method, params = {}) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        send({ id: lastId, method, params });
      }),
    notify: (method) => send({ method }),
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      child.kill();
      await ended;
    },
  };
}

function onLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') onLine(line);
  });
}

/** What a host of the earlier revisions says first. */
export const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1' },
};

/** What every request of the revision 2026-07-28 carries. */
export const DISCOVER = {
  _meta: {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': {},
    'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  },
};

export interface McpProgram extends Program {
  /** Rejects when the tool answers with an error. */
  call(tool: string, args: object): Promise<ToolAnswer>;
}

/** Starts a program and asks it for `initialize`, as a host does first. */
export async function startInitialized(
  script = SERVER,
  env: Readonly<Record<string, string>> = {},
): Promise<McpProgram> {
  const program = startProgram(script, env);
  await program.request('initialize', INITIALIZE);
  program.notify('notifications/initialized');
  return {
    ...program,
    async call(name, args) {
      const answer = toolAnswer.parse(await program.request('tools/call', { name, arguments: args }));
      if (answer.isError) throw new Error(`${name}: ${answer.content.map(({ text }) => text).join('\n')}`);
      return answer;
    },
  };
}

/** The path of a script of this folder. */
export function scriptPath(url: URL): string {
  return fileURLToPath(url);
}
