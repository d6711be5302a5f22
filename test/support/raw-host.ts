/** A host that writes raw lines to the router, in memory; behind the router is a real server with an embedded deployment. */

import { PassThrough } from 'node:stream';
import { Answers } from '../../src/mcp/eras/answers.js';
import type { OpenServer, ServerUse } from '../../src/mcp/eras/inner.js';
import { Router } from '../../src/mcp/eras/router.js';
import { selectListings } from '../../src/mcp/eras/selected.js';
import { allListings } from '../../src/mcp/listings.js';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.js';

/** A message as it came out. */
export interface Message {
  readonly id?: unknown;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface RawHost extends AsyncDisposable {
  readonly t: TestServer;
  /** Every line that came out, parsed, in order. */
  readonly messages: readonly Message[];
  readonly warnings: readonly string[];
  /** What was asked of the rest of the program: one entry for each server that was made. */
  readonly opened: readonly ServerUse[];
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly router: Router;
  /** Writes a message, with `jsonrpc` added. */
  say(...messages: object[]): void;
  sayRaw(text: string | Buffer): void;
  /** The first message that fits, as soon as there is one. */
  find(fits: (message: Message) => boolean): Promise<Message>;
  /** The answer with this id. */
  answer(id: unknown): Promise<Message>;
  /** Asks and resolves with the answer. */
  ask(id: unknown, method: string, params?: unknown): Promise<Message>;
  /** Everything that is ready to come out has come out: a later request was answered. */
  settle(): Promise<void>;
}

export interface RawHostOptions extends TestServerOptions {
  /** Called before a server is made; for what takes time to load. */
  readonly beforeOpen?: () => Promise<void>;
  /** Whether what comes out is read. */
  readonly isReading?: boolean;
}

export const VERSION = '2026-07-28';

/** The envelope of a request of the modern revision. */
export function envelope(extra: object = {}, capabilities: object = {}) {
  return {
    'io.modelcontextprotocol/protocolVersion': VERSION,
    'io.modelcontextprotocol/clientCapabilities': capabilities,
    'io.modelcontextprotocol/clientInfo': { name: 'raw', version: '1' },
    ...extra,
  };
}

/** Parameters in the envelope of the modern revision. */
export function modern(params: object = {}, capabilities: object = {}) {
  return { ...params, _meta: envelope({}, capabilities) };
}

export const INITIALIZE = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'raw', version: '1' },
};

/** Starts a router whose host is the test. */
export async function startRawHost(options: RawHostOptions = {}): Promise<RawHost> {
  const t = await startTestServer(options);
  const [input, output] = [new PassThrough(), new PassThrough()];
  const messages: Message[] = [];
  const warnings: string[] = [];
  const opened: ServerUse[] = [];
  const watchers = new Set<() => void>();
  const open: OpenServer = async (use) => {
    opened.push(use);
    await options.beforeOpen?.();
    return t.createServer(use);
  };
  const selection = { readOnly: false, noDelete: false, ...options.config };
  const router = new Router({
    input,
    output,
    answers: new Answers('0.0.0-test', () => selectListings(allListings(), selection)),
    open,
    scrub: (line) => line,
    warn: (words) => warnings.push(words),
  });
  router.start();
  let rest = '';
  if (options.isReading !== false) {
    output.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      messages.push(...lines.map((line) => JSON.parse(line)));
      for (const look of [...watchers]) look();
    });
  }
  const find: RawHost['find'] = (fits) =>
    new Promise((resolve) => {
      const look = () => {
        const found = messages.find(fits);
        if (found === undefined) return;
        watchers.delete(look);
        resolve(found);
      };
      watchers.add(look);
      look();
    });
  const say: RawHost['say'] = (...given) => {
    for (const message of given) input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  };
  const answer: RawHost['answer'] = (id) => find((message) => message.id === id && message.method === undefined);
  let pings = 0;
  return {
    t,
    messages,
    warnings,
    opened,
    input,
    output,
    router,
    say,
    sayRaw: (text) => input.write(text),
    find,
    answer,
    ask(id, method, params) {
      say({ id, method, ...(params !== undefined && { params }) });
      return answer(id);
    },
    async settle() {
      // Whatever has been asked in memory is done long before these are.
      for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
      pings += 1;
      say({ id: `settle-${pings}`, method: 'server/discover', params: modern() });
      await answer(`settle-${pings}`);
    },
    async [Symbol.asyncDispose]() {
      router.close();
      await t[Symbol.asyncDispose]();
    },
  };
}
