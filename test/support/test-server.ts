/** A real MCP client, connected in memory to a real server, which talks over HTTP to an embedded deployment. */

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import {
  type CallToolResult,
  CallToolResultSchema,
  type ClientCapabilities,
  type ElicitRequest,
  ElicitRequestSchema,
  type ElicitResult,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { CoderClient } from '../../src/coder/client.js';
import { type Clock, systemClock } from '../../src/coder/clock.js';
import { type Config, readCommandLine } from '../../src/config.js';
import { type EmbeddedCoder, type EmbeddedCoderOptions, startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { createLog, type LogSink } from '../../src/log.js';
import type { InnerServer, ServerUse } from '../../src/mcp/eras/inner.js';
import { createMcpServer } from '../../src/mcp/server.js';
import { Policy } from '../../src/tasks/policy.js';
import { Tasks } from '../../src/tasks/tasks.js';
import { allTools } from '../../src/tools/index.js';
import { selectTools } from '../../src/tools/selection.js';
import type { FaultProxy } from './fault-proxy.js';
import { ManualClock } from './manual-clock.js';

export interface TestServerOptions extends Pick<EmbeddedCoderOptions, 'profile' | 'pace' | 'seed' | 'templates'> {
  /** A `ManualClock` also tells when the deployment and the client are at rest. Default: real time. */
  readonly clock?: Clock;
  /** Whose token the server uses. */
  readonly user?: string;
  /** The scopes of that token; by default it may do everything that the user may. */
  readonly scopes?: readonly string[];
  readonly config?: Partial<Config>;
  readonly clientName?: string;
  readonly capabilities?: ClientCapabilities;
  /** Answers what the server asks the person; declares elicitation. */
  readonly onAsk?: (question: ElicitRequest['params']) => ElicitResult | Promise<ElicitResult>;
  /** Stands between the server and its deployment, which has to be given too. */
  readonly proxy?: FaultProxy;
  /** Serve against this deployment instead of one of its own. */
  readonly deployment?: EmbeddedCoder;
}

interface CallExtras {
  readonly signal?: AbortSignal;
  readonly onProgress?: (message: string) => void;
}

export interface TestServer extends AsyncDisposable {
  readonly deployment: EmbeddedCoder;
  readonly client: Client;
  readonly coder: CoderClient;
  readonly tasks: Tasks;
  readonly sink: LogSink;
  /** The log, line by line. */
  readonly logLines: readonly string[];
  /** One more server of the same process, as the router makes them. */
  createServer(use: ServerUse): InnerServer;
  /** Calls a tool; with a manual clock, time runs until it has answered. */
  call(name: string, args?: Record<string, unknown>, extras?: CallExtras): Promise<CallToolResult>;
  /** The text of a call's answer. */
  text(name: string, args?: Record<string, unknown>, extras?: CallExtras): Promise<string>;
}

/** The text form of an answer. */
export function textOf(result: CallToolResult): string {
  return result.content.map((block) => (block.type === 'text' ? block.text : '')).join('\n');
}

export async function startTestServer(options: TestServerOptions = {}): Promise<TestServer> {
  // Loaded with the first request otherwise; a manual clock would not see that something is still going on.
  await import('../../src/coder/http/undici.js');
  const clock = options.clock ?? systemClock;
  const { profile, pace, seed } = options;
  const deployment =
    options.deployment ??
    (await startEmbeddedCoder({
      clock,
      ...(profile && { profile }),
      ...(pace && { pace }),
      ...(seed && { seed }),
      ...(options.templates && { templates: options.templates }),
    }));
  const config = { ...readCommandLine([], {}).config, ...options.config };
  const logLines: string[] = [];
  const sink = createLog(config.logLevel, { write: (line: string) => logLines.push(line) });
  const user = options.user ?? 'alice';
  const { scopes } = options;
  const unrestricted = deployment.tokens[user] ?? '';
  const token = scopes ? await restrictedToken(deployment.url, unrestricted, scopes) : unrestricted;
  const url = options.proxy?.url ?? deployment.url;
  const credentials = { url, token, origin: { url: 'test', token: 'test' }, notes: [] };
  const source = { current: async () => credentials, refresh: async () => credentials };
  const coder = new CoderClient({
    credentials: source,
    clock,
    log: sink.log,
    random: () => 0.5,
    secrets: sink.secrets,
  });
  if (clock instanceof ManualClock) {
    clock.addIdleCheck(() => deployment.busy === 0);
    // What the client still has in flight and the deployment has not: on its way in or out.
    clock.addIdleCheck(() => coder.inFlight <= deployment.inFlight);
  }
  const policy = new Policy(config);
  const tasks = new Tasks({ coder, policy, clock, log: sink.log, idleSeconds: config.idleSeconds, random: () => 0.5 });
  const createServer = (use: ServerUse) =>
    createMcpServer({
      coder,
      tasks,
      policy,
      tools: selectTools(config, allTools),
      clock,
      log: sink.log,
      version: '0.0.0-test',
      maxWaitSeconds: config.maxWaitSeconds,
      mirrorLog: use === 'legacy' ? sink.mirror : undefined,
      followsList: use === 'listen',
    });
  const server = createServer('legacy');
  const client = await connectClient(server, options);
  const run = <T>(answer: Promise<T>) => (clock instanceof ManualClock ? clock.runUntil(answer) : answer);
  const call: TestServer['call'] = async (name, args = {}, { signal, onProgress } = {}) => {
    const answer = client.callTool({ name, arguments: args }, CallToolResultSchema, {
      timeout: 600_000,
      ...(signal && { signal }),
      ...(onProgress && { onprogress: ({ message }) => onProgress(message ?? '') }),
    });
    return CallToolResultSchema.parse(await run(answer));
  };
  return {
    deployment,
    client,
    coder,
    tasks,
    sink,
    logLines,
    createServer,
    call,
    text: async (...args) => textOf(await call(...args)),
    async [Symbol.asyncDispose]() {
      await client.close();
      await server.close();
      tasks.close();
      await coder.close();
      if (!options.deployment) await deployment.close();
    },
  };
}

/** A further token of the same user that may do no more than these scopes say. */
async function restrictedToken(url: string, token: string, scopes: readonly string[]): Promise<string> {
  const response = await fetch(`${url}/api/v2/users/me/keys/tokens`, {
    method: 'POST',
    headers: { 'Coder-Session-Token': token, 'Content-Type': 'application/json' },
    body: JSON.stringify({ scopes }),
  });
  return z.object({ key: z.string() }).parse(await response.json()).key;
}

async function connectClient(server: ReturnType<typeof createMcpServer>, options: TestServerOptions): Promise<Client> {
  const { onAsk, clientName = 'test-client' } = options;
  const capabilities = { ...options.capabilities, ...(onAsk && { elicitation: {} }) };
  const client = new Client({ name: clientName, version: '1.0.0' }, { capabilities });
  if (onAsk) client.setRequestHandler(ElicitRequestSchema, ({ params }) => onAsk(params));
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  return client;
}
