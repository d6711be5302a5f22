/** Uses every feature of the server once, with the TypeScript SDK of the first and of the second generation. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client as SecondClient } from '@modelcontextprotocol/client';
import { StdioClientTransport as SecondTransport } from '@modelcontextprotocol/client/stdio';
import { Client as FirstClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as FirstTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  ElicitRequestSchema,
  LoggingMessageNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';

/** What one feature came to. */
export interface FeatureResult {
  readonly feature: string;
  readonly ok: boolean;
  readonly detail: string;
}

type Mode = 'legacy' | 'auto' | { readonly pin: string };

const URI = 'coder://tasks/alice/one';
const NOTICE_MS = 10_000;
const accepted = { action: 'accept' as const, content: { sure: true } };

/** What the clients have in common. */
interface AnyClient {
  readonly revision: string;
  listTools(): Promise<{ readonly tools: readonly unknown[] }>;
  call(name: string, args: Record<string, unknown>, options?: CallOptions): Promise<unknown>;
  listResources(): Promise<{ readonly resources: readonly { readonly uri: string }[] }>;
  listResourceTemplates(): Promise<{ readonly resourceTemplates: readonly unknown[] }>;
  readResource(params: { uri: string }): Promise<unknown>;
  getPrompt(params: { name: string; arguments: Record<string, string> }): Promise<unknown>;
  complete(value: string): Promise<readonly string[]>;
  subscribe(uri: string): Promise<unknown>;
  setLoggingLevel(level: 'debug'): Promise<unknown>;
  close(): Promise<void>;
}

interface CallOptions {
  readonly signal?: AbortSignal;
  readonly onprogress?: () => void;
}

interface Heard {
  readonly updated: Set<string>;
  asked: number;
  logged: number;
}

interface Command {
  readonly command: string;
  readonly args: string[];
}

/** Runs all with the client of the first generation, which speaks the revisions up to 2025-11-25. */
export function runFirst(server: Command): Promise<FeatureResult[]> {
  return run(async (heard) => {
    const client = new FirstClient({ name: 'typescript-v1', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, () => {
      heard.asked += 1;
      return accepted;
    });
    client.setNotificationHandler(
      ResourceUpdatedNotificationSchema,
      ({ params }) => void heard.updated.add(params.uri),
    );
    client.setNotificationHandler(LoggingMessageNotificationSchema, () => {
      heard.logged += 1;
    });
    const transport = new FirstTransport({ ...server, stderr: 'ignore' });
    await client.connect(transport);
    return {
      revision: '2025-11-25',
      listTools: () => client.listTools(),
      call: (name, args, options) => client.callTool({ name, arguments: args }, undefined, options),
      listResources: () => client.listResources(),
      listResourceTemplates: () => client.listResourceTemplates(),
      readResource: (params) => client.readResource(params),
      getPrompt: (params) => client.getPrompt(params),
      complete: async (value) => (await client.complete(completionOf(value))).completion.values,
      subscribe: (uri) => client.subscribeResource({ uri }),
      setLoggingLevel: (level) => client.setLoggingLevel(level),
      close: () => client.close(),
    };
  });
}

/** Runs all with the client of the second generation, which speaks both eras. */
export function runSecond(server: Command, mode: Mode): Promise<FeatureResult[]> {
  return run(async (heard) => {
    const client = new SecondClient(
      { name: 'typescript-v2', version: '1' },
      { capabilities: { elicitation: {} }, versionNegotiation: { mode } },
    );
    client.setRequestHandler('elicitation/create', () => {
      heard.asked += 1;
      return accepted;
    });
    client.setNotificationHandler(
      'notifications/resources/updated',
      ({ params }) => void heard.updated.add(params.uri),
    );
    client.setNotificationHandler('notifications/message', () => {
      heard.logged += 1;
    });
    await client.connect(new SecondTransport({ ...server, stderr: 'ignore' }));
    const revision = client.getNegotiatedProtocolVersion() ?? '';
    return {
      revision,
      listTools: () => client.listTools(),
      call: (name, args, options) => client.callTool({ name, arguments: args }, options),
      listResources: () => client.listResources(),
      listResourceTemplates: () => client.listResourceTemplates(),
      readResource: (params) => client.readResource(params),
      getPrompt: (params) => client.getPrompt(params),
      complete: async (value) => (await client.complete(completionOf(value))).completion.values,
      subscribe: (uri) =>
        revision < '2026' ? client.subscribeResource({ uri }) : client.listen({ resourceSubscriptions: [uri] }),
      setLoggingLevel: (level) => client.setLoggingLevel(level),
      close: () => client.close(),
    };
  });
}

function completionOf(value: string) {
  return {
    ref: { type: 'ref/prompt' as const, name: 'delegate_task' },
    argument: { name: 'template', value },
  };
}

async function run(connect: (heard: Heard) => Promise<AnyClient>): Promise<FeatureResult[]> {
  const heard: Heard = { updated: new Set(), asked: 0, logged: 0 };
  const results: FeatureResult[] = [];
  const check = async (feature: string, attempt: () => Promise<unknown>) => {
    try {
      results.push({ feature, ok: Boolean(await attempt()), detail: '' });
    } catch (error) {
      results.push({ feature, ok: false, detail: String(error) });
    }
  };
  const client = await connect(heard);
  results.push({ feature: 'connect', ok: true, detail: client.revision });
  await check('tools', async () => (await client.listTools()).tools.length >= 10);
  const progressed: boolean[] = [];
  let created: unknown;
  await check('call', async () => {
    const args = { input: 'hello', template: 'claude-code', name: 'one' };
    created = succeeded(await client.call('coder_create_task', args, { onprogress: () => progressed.push(true) }));
    return true;
  });
  await check('structured', async () => typeof Object(created).structuredContent === 'object');
  await check('progress', async () => progressed.length > 0);
  await check('resources', async () => (await client.listResources()).resources.some(({ uri }) => uri === URI));
  await check('templates', async () => (await client.listResourceTemplates()).resourceTemplates.length > 2);
  await check('read', () => client.readResource({ uri: URI }));
  await check('missing', () =>
    client.readResource({ uri: 'coder://tasks/alice/nobody' }).then(
      () => false,
      (error: unknown) => String(error).includes('nobody'),
    ),
  );
  await check('prompts', () => client.getPrompt({ name: 'delegate_task', arguments: { work: 'x' } }));
  await check('completion', async () => (await client.complete('claude')).length > 0);
  await check('subscriptions', async () => {
    await client.subscribe(URI);
    succeeded(await client.call('coder_delete_task', { task: 'one' }));
    return until(() => heard.updated.has(URI));
  });
  await check('elicitation', async () => heard.asked === 1);
  await check('cancellation', async () => {
    succeeded(await client.call('coder_create_task', { input: 'x slow=60', template: 'claude-code', name: 'slow' }));
    const stop = AbortSignal.timeout(300);
    const begun = performance.now();
    const wait = client.call('coder_wait_for_task', { tasks: ['slow'] }, { signal: stop });
    const isRefused = await wait.then(
      () => false,
      () => true,
    );
    succeeded(await client.call('coder_list_tasks', {}));
    return isRefused && performance.now() - begun < NOTICE_MS;
  });
  if (client.revision < '2026') {
    await check('logging', async () => {
      await client.setLoggingLevel('debug');
      await client.call('coder_list_tasks', {});
      return until(() => heard.logged > 0);
    });
  }
  await client.close();
  return results;
}

/** The result of a call, if it is none of failure. */
function succeeded(result: unknown): unknown {
  if (Object(result).isError) throw new Error(JSON.stringify(Object(result).content));
  return result;
}

async function until(isSo: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < NOTICE_MS && !isSo(); waited += 50) await sleep(50);
  return isSo();
}
