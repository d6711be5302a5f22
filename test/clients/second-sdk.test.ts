/** A client of another code base than our server's: the second generation of the SDK, over stdio, against the built program. */

import { once } from 'node:events';
import { type CallToolResult, Client, type ClientOptions, ResourceNotFoundError } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { expect, test } from 'vitest';
import { allTools } from '../../src/tools/index.js';
import { PROGRAM } from '../support/server-process.js';

interface Connected extends AsyncDisposable {
  readonly client: Client;
  /** The answer; the client itself has checked it against the schema that the server has published. */
  call(name: string, args?: Record<string, unknown>): Promise<CallToolResult>;
  /** Resolves when the server says that this resource has changed. */
  changed(uri: string): Promise<unknown>;
}

async function connect(options?: ClientOptions): Promise<Connected> {
  const client = new Client({ name: 'second-sdk', version: '1.0.0' }, options);
  const updates = new EventTarget();
  client.setNotificationHandler('notifications/resources/updated', ({ params: { uri } }) => {
    updates.dispatchEvent(new Event(uri));
  });
  await client.connect(
    new StdioClientTransport({ command: process.execPath, args: [PROGRAM, '--demo'], env: { HOME: '/nonexistent' } }),
  );
  return {
    client,
    call: (name, args = {}) => client.callTool({ name, arguments: args }),
    changed: (uri) => once(updates, uri),
    [Symbol.asyncDispose]: () => client.close(),
  };
}

const TASK = { task: 'flaky' };
const delegation = [
  ['coder_list_task_templates', {}],
  ['coder_create_task', { input: 'Fix the flaky test', template: 'claude-code', name: 'flaky' }],
  ['coder_diagnose', TASK],
  ['coder_wait_for_task', { tasks: ['flaky'] }],
  ['coder_get_task', TASK],
  ['coder_get_task', { ...TASK, detail: 'full' }],
  ['coder_get_task_logs', TASK],
  ['coder_list_tasks', {}],
  ['coder_send_task_input', { ...TASK, input: 'Thank you', reply: true }],
  ['coder_pause_task', { ...TASK, wait_seconds: 20 }],
  ['coder_update_task_input', { ...TASK, input: 'Fix it for good' }],
  ['coder_resume_task', TASK],
  ['coder_delete_task', { ...TASK, confirm: 'flaky' }],
  ['coder_diagnose', {}],
] as const;

test('a whole delegation with every tool: each answer is what its published schema says', async () => {
  await using c = await connect();
  const { tools } = await c.client.listTools();
  expect(tools.map(({ name }) => name)).toEqual(allTools.map(({ name }) => name));
  expect(new Set(delegation.map(([name]) => name))).toEqual(new Set(tools.map(({ name }) => name)));
  for (const [name, args] of delegation) {
    const answer = await c.call(name, args);
    expect([name, answer.isError ?? false]).toEqual([name, false]);
    expect(answer.structuredContent).toBeTypeOf('object');
    expect(answer.content).toHaveLength(1);
  }
}, 60_000);

test('what the caller got wrong is a result that says so, not a failure of the protocol', async () => {
  await using c = await connect();
  const { isError, content } = await c.call('coder_get_task', { taks: 'x' });
  expect(isError).toBe(true);
  expect(content[0]).toMatchObject({ text: expect.stringContaining('argument taks') });
});

test('a wait tells how far it is, and gives way at once when it is cancelled', async () => {
  await using c = await connect();
  await c.call('coder_create_task', { input: 'x slow=60', template: 'claude-code', name: 'slow' });
  const stop = new AbortController();
  const progress: number[] = [];
  const wait = c.client.callTool(
    { name: 'coder_wait_for_task', arguments: { tasks: ['slow'] } },
    {
      signal: stop.signal,
      onprogress: (update) => {
        progress.push(update.progress);
        if (progress.length === 2) stop.abort();
      },
    },
  );
  await expect(wait).rejects.toThrow();
  expect(progress).toEqual(progress.toSorted((a, b) => a - b));
  await c.client.ping();
});

test('resources are listed, read, followed and left alone again', async () => {
  await using c = await connect();
  await c.call('coder_create_task', { input: 'x', template: 'claude-code', name: 'followed' });
  const { resources } = await c.client.listResources();
  const { resourceTemplates } = await c.client.listResourceTemplates();
  expect(resourceTemplates.length).toBeGreaterThan(2);
  const task = 'coder://tasks/alice/followed';
  expect(resources.map(({ uri }) => uri)).toContain(task);
  for (const { uri } of resources) expect((await c.client.readResource({ uri })).contents[0]?.uri).toBe(uri);
  const changed = c.changed(task);
  await c.client.subscribeResource({ uri: task });
  await changed;
  await c.client.unsubscribeResource({ uri: task });
});

test('a resource that is not there is the error that the protocol has for it', async () => {
  await using c = await connect();
  const uri = 'coder://tasks/alice/nobody';
  const reading = c.client.readResource({ uri });
  await expect(reading).rejects.toBeInstanceOf(ResourceNotFoundError);
  await expect(reading).rejects.toMatchObject({ data: { uri } });
});

test('prompts are listed and written, and what a person types is completed', async () => {
  await using c = await connect();
  const { prompts } = await c.client.listPrompts();
  const name = 'delegate_task';
  expect(prompts.map((prompt) => prompt.name)).toContain(name);
  const { messages } = await c.client.getPrompt({ name, arguments: { work: 'fix the flaky test' } });
  expect(messages[0]).toMatchObject({ content: { text: expect.stringContaining('fix the flaky test') } });
  const { completion } = await c.client.complete({
    ref: { type: 'ref/prompt', name },
    argument: { name: 'template', value: 'cl' },
  });
  expect(completion.values).toContain('claude-code');
});

test('a client that asks for the newest protocol first is answered in the one that both speak', async () => {
  await using c = await connect({ versionNegotiation: { mode: 'auto' } });
  const { tools } = await c.client.listTools();
  expect(tools.length).toBe(allTools.length);
  expect(c.client.getServerVersion()).toMatchObject({ name: 'coder-tasks-mcp', title: 'Coder Tasks' });
});
