/** Which era a message belongs to, and what is answered before anything is loaded. */

import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { capabilities, legacyVersions, serverInfo } from '../../../src/mcp/eras/answers.js';
import { instructionsFor } from '../../../src/mcp/instructions.js';
import { toolNames } from '../../../src/tool-names.js';
import { envelope, INITIALIZE, modern, startRawHost, VERSION } from '../../support/raw-host.js';

const NAMES_BOTH_KEYS = expect.stringMatching(
  /io\.modelcontextprotocol\/protocolVersion.*io\.modelcontextprotocol\/clientCapabilities/,
);

test('a request with a version in its envelope is modern, and its result complete', async () => {
  await using host = await startRawHost();
  const { result } = await host.ask(1, 'tools/call', modern({ name: 'coder_list_tasks' }));
  expect(result).toMatchObject({ resultType: 'complete', structuredContent: { tasks: [] } });
  expect(result).not.toHaveProperty('ttlMs');
  expect(host.opened).toEqual(['request']);
});

test('a request without an envelope is of the earlier revisions, and its result has nothing of the modern one', async () => {
  await using host = await startRawHost();
  const { result } = await host.ask(1, 'tools/call', { name: 'coder_list_tasks' });
  expect(result).toMatchObject({ structuredContent: { tasks: [] } });
  expect(result).not.toHaveProperty('resultType');
  expect(host.opened).toEqual(['legacy']);
});

test('initialize is taken at any time, also after modern requests', async () => {
  await using host = await startRawHost();
  expect(await host.ask(1, 'server/discover', modern())).toHaveProperty('result.supportedVersions', [VERSION]);
  expect(await host.ask(2, 'tools/call', modern({ name: 'coder_list_tasks' }))).toHaveProperty('result.resultType');
  expect(await host.ask(3, 'initialize', INITIALIZE)).toHaveProperty('result.protocolVersion', '2025-11-25');
  host.say({ method: 'notifications/initialized' });
  expect(await host.ask(4, 'tools/call', { name: 'coder_list_tasks' })).not.toHaveProperty('result.resultType');
});

test('initialize with an envelope is a method that the modern revision does not have', async () => {
  await using host = await startRawHost();
  expect(await host.ask(1, 'initialize', { ...INITIALIZE, _meta: envelope() })).toHaveProperty('error.code', -32_601);
});

test.each(['server/discover', 'subscriptions/listen'])(
  '%s without an envelope is told what it needs',
  async (method) => {
    await using host = await startRawHost();
    expect((await host.ask(1, method, {})).error).toEqual({ code: -32_602, message: NAMES_BOTH_KEYS });
    // A client that has only probed like this is not taken for a modern one.
    expect(await host.ask(2, 'ping')).toHaveProperty('result', {});
  },
);

test('a request without an envelope is told what it needs while only modern ones have come', async () => {
  await using host = await startRawHost();
  await host.ask(1, 'server/discover', modern());
  for (const [id, method] of [
    [2, 'tools/list'],
    [3, 'ping'],
    [4, 'tools/call'],
  ] as const) {
    expect((await host.ask(id, method, {})).error).toEqual({ code: -32_602, message: NAMES_BOTH_KEYS });
  }
  expect(host.opened).toEqual([]);
});

test('both eras are served at once', async () => {
  await using host = await startRawHost();
  await host.ask(0, 'initialize', INITIALIZE);
  const [old, young] = await Promise.all([
    host.ask(1, 'tools/call', { name: 'coder_list_tasks' }),
    host.ask(2, 'tools/call', modern({ name: 'coder_list_tasks' })),
  ]);
  expect([old.result?.resultType, young.result?.resultType]).toEqual([undefined, 'complete']);
});

test.each(['notifications/initialized', 'notifications/cancelled', 'notifications/no_such_thing'])(
  'the notification %s gets no answer and loads nothing',
  async (method) => {
    await using host = await startRawHost();
    host.say({ method }, { method, params: { requestId: 9 } });
    await host.settle();
    expect(host.messages).toHaveLength(1);
    expect(host.opened).toEqual([]);
  },
);

test('an answer that nobody waits for gets none, and is a line of the log', async () => {
  await using host = await startRawHost();
  host.say({ id: 5, result: {} }, { id: 6, error: { code: 1, message: 'x' } });
  await host.settle();
  expect(host.messages).toHaveLength(1);
  expect(host.warnings).toHaveLength(2);
});

// Row 11 of what hosts send: null for what is left out, in both eras.
test.each([
  ['tools/list', null],
  ['tools/list', { cursor: null }],
  ['tools/list', { _meta: null }],
  ['resources/list', { cursor: null }],
  ['prompts/list', null],
  ['tools/call', { name: 'coder_list_tasks', arguments: null }],
])('%s with %j is taken as if null were left out', async (method, params) => {
  await using host = await startRawHost();
  expect(await host.ask(1, method, params)).toHaveProperty('result');
  expect(await host.ask(2, method, { ...params, _meta: envelope() })).toHaveProperty('result');
});

test.each(['tools/list', 'prompts/list', 'resources/templates/list'])('%s has no second page', async (method) => {
  await using host = await startRawHost();
  for (const cursor of ['2', 5, {}]) {
    expect((await host.ask(`${cursor}`, method, { cursor })).error).toMatchObject({ code: -32_602 });
  }
  expect(await host.ask('empty', method, { cursor: '' })).toHaveProperty('result');
});

test('what follows from the build and the flags is answered with nothing loaded', async () => {
  await using host = await startRawHost({
    beforeOpen: () => Promise.reject(new Error('nothing is to be loaded')),
  });
  const methods = ['ping', 'tools/list', 'prompts/list', 'resources/templates/list'];
  expect(await host.ask(0, 'initialize', INITIALIZE)).toHaveProperty('result.serverInfo.name', 'coder-tasks-mcp');
  for (const method of methods) expect(await host.ask(method, method)).toHaveProperty('result');
  for (const method of methods.slice(1))
    expect(await host.ask(`m ${method}`, method, modern())).toHaveProperty('result');
  expect(await host.ask('level', 'logging/setLevel', { level: 'debug' })).toHaveProperty('result', {});
  expect(await host.ask('no level', 'logging/setLevel', { level: 'loud' })).toHaveProperty('error.code', -32_602);
  expect(await host.ask('unknown', 'tasks/list')).toHaveProperty('error.code', -32_601);
  expect(host.opened).toEqual([]);
});

test('the lists that the build has made are those of the definitions, less what the flags switch off', async () => {
  for (const config of [{}, { readOnly: true }, { noDelete: true }, { tools: ['coder_wait_for_task'] }]) {
    await using host = await startRawHost({ config });
    const { client } = host.t;
    expect((await host.ask(1, 'tools/list')).result).toEqual(await client.listTools());
    expect((await host.ask(2, 'prompts/list')).result).toEqual(await client.listPrompts());
    expect((await host.ask(3, 'resources/templates/list')).result).toEqual(await client.listResourceTemplates());
  }
});

async function answerOfSdk(params: object): Promise<JSONRPCMessage> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = new Server(serverInfo('0.0.0-test'), { instructions: instructionsFor(toolNames), capabilities });
  await server.connect(ours);
  await theirs.start();
  const answer = new Promise<JSONRPCMessage>((resolve) => {
    theirs.onmessage = resolve;
  });
  await theirs.send({ jsonrpc: '2.0', id: 'first', method: 'initialize', params: { ...params } });
  return answer;
}

test('the earlier revisions are those of the SDK', () => {
  expect([...legacyVersions]).toEqual([...SUPPORTED_PROTOCOL_VERSIONS]);
});

test.each([...legacyVersions, '2026-07-28', 'nonsense'])(
  'a host of revision %s gets what the SDK would answer',
  async (protocolVersion) => {
    await using host = await startRawHost();
    const params = { ...INITIALIZE, protocolVersion };
    expect(await host.ask('first', 'initialize', params)).toEqual(await answerOfSdk(params));
  },
);

test.each([undefined, 5, null, {}])(
  'initialize with the version %j is an error that says so',
  async (protocolVersion) => {
    await using host = await startRawHost();
    const { error } = await host.ask(1, 'initialize', { ...INITIALIZE, protocolVersion });
    expect(error).toEqual({ code: -32_602, message: expect.stringContaining('params.protocolVersion') });
  },
);

// What is accepted is accepted by all of the program: the name decides how long a wait may last, and the capability
// whether a person is asked.
const odd = [
  { capabilities: { elicitation: {}, sampling: null, roots: { listChanged: 'yes' }, experimental: [] } },
  { capabilities: { elicitation: { form: {}, url: null }, tasks: 5, extensions: 'x' } },
  { clientInfo: { name: 'claude-code', version: null } },
  { clientInfo: { name: 'claude-code', version: '1', title: null, icons: 'none', websiteUrl: 7 } },
  { clientInfo: { name: 'claude-code' } },
  { _meta: { progressToken: {} } },
  { extra: [1] },
];

test.each(odd)('an initialize with %j loses neither the name nor the capability of the client', async (part) => {
  const asked: object[] = [];
  await using host = await startRawHost();
  host.say({
    id: 0,
    method: 'initialize',
    params: {
      protocolVersion: '2025-11-25',
      capabilities: { elicitation: {} },
      clientInfo: { name: 'claude-code', version: '1' },
      ...part,
    },
  });
  expect(await host.answer(0)).toHaveProperty('result');
  await host.t.call('coder_create_task', { input: 'hello', template: 'tasks-demo', name: 'one' });
  host.say({ id: 1, method: 'tools/call', params: { name: 'coder_delete_task', arguments: { task: 'one' } } });
  const question = await host.find(({ method }) => method === 'elicitation/create');
  asked.push(question);
  host.say({ id: question.id, result: { action: 'decline' } });
  await host.answer(1);
  expect(asked).toHaveLength(1);
});

test.each([
  [{ elicitation: { url: {} } }],
  [{ elicitation: null }],
  [{ elicitation: false }],
  [{}],
  [null],
  ['elicitation'],
])('a client with the capabilities %j is not asked', async (offered) => {
  await using host = await startRawHost();
  await host.ask(0, 'initialize', { ...INITIALIZE, capabilities: offered });
  await host.t.call('coder_create_task', { input: 'hello', template: 'tasks-demo', name: 'one' });
  const { result } = await host.ask(1, 'tools/call', { name: 'coder_delete_task', arguments: { task: 'one' } });
  expect(result?.isError).toBe(true);
  expect(host.messages.some(({ method }) => method === 'elicitation/create')).toBe(false);
});

test('nothing is written after the host has closed its side', async () => {
  await using host = await startRawHost();
  await host.ask(0, 'initialize', INITIALIZE);
  host.say({ id: 1, method: 'ping' }, { id: 2, method: 'tools/call', params: { name: 'coder_list_tasks' } });
  host.input.end();
  await new Promise((resolve) => host.input.once('close', resolve));
  await host.t.call('coder_list_tasks');
  expect(host.messages.map(({ id }) => id)).toEqual([0, 1]);
});
