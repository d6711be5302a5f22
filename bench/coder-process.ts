/** Starting and steering the deployment that runs in a process of its own. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { z } from 'zod';
import type { Command } from './deployment.js';
import { scriptPath } from './program.js';

const reply = z.object({ id: z.number(), result: z.unknown().optional() });
const started = z.object({ url: z.string(), tokens: z.record(z.string(), z.string()) });
const load = z.object({ requests: z.number(), watches: z.number() });

// Coder lets a site owner pass its rate limit by this header, which would end a series of like requests after 512.
const NO_RATE_LIMIT = 'X-Coder-Bypass-Ratelimit';
export const OWNER = 'admin';

export interface CoderProcess extends AsyncDisposable {
  /** The address of an endpoint. */
  address(path: string): string;
  /** What a request needs that is made without the program. */
  readonly headers: Readonly<Record<string, string>>;
  /** What the program needs in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Adds tasks of `OWNER` and resolves with their names. */
  add(tasks: { readonly count: number; readonly prompt: string; readonly isWorking: boolean }): Promise<string[]>;
  report(task: string, state: string, message: string): Promise<void>;
  /** From now on each answer comes so many ms later, and one with a conversation so many more. */
  delay(answerMs: number, conversationMs: number): Promise<void>;
  /** From now on the list of tasks is the same bytes each time; resolves with their number. */
  freezeList(): Promise<number>;
  /** The requests so far, and the streams that are open now. */
  load(): Promise<{ readonly requests: number; readonly watches: number }>;
}

export async function startCoderProcess(): Promise<CoderProcess> {
  const child = fork(scriptPath(new URL('./deployment.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (result: unknown) => void>();
  child.on('message', (received: unknown) => {
    const { id, result } = reply.parse(received);
    waiting.get(id)?.(result);
    waiting.delete(id);
  });
  const answerTo = (id: number) => new Promise<unknown>((resolve) => waiting.set(id, resolve));
  const { url, tokens } = started.parse(await answerTo(0));
  const token = tokens[OWNER] ?? '';
  let lastId = 0;
  const tell = (command: Command) => {
    lastId += 1;
    child.send({ id: lastId, command });
    return answerTo(lastId);
  };
  return {
    address: (path) => `${url}/api/v2${path}`,
    headers: { 'Coder-Session-Token': token, [NO_RATE_LIMIT]: 'true' },
    env: { CODER_URL: url, CODER_SESSION_TOKEN: token, CODER_HEADER: `${NO_RATE_LIMIT}=true` },
    add: async (tasks) => z.array(z.string()).parse(await tell({ do: 'add', owner: OWNER, ...tasks })),
    report: async (task, state, message) => void (await tell({ do: 'report', task, state, message })),
    delay: async (answerMs, conversationMs) => void (await tell({ do: 'delay', answerMs, conversationMs })),
    freezeList: async () => z.number().parse(await tell({ do: 'freezeList' })),
    load: async () => load.parse(await tell({ do: 'load' })),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
}
