/** The revision 2026-07-28 over the router: what it maps in, what it maps out, and questions by repeating the call. */

import { expect, test } from 'vitest';
import { MAX_LINE_BYTES } from '../../../src/mcp/eras/line-limit.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  envelope,
  INITIALIZE,
  type Message,
  modern,
  type RawHost,
  startRawHost,
  VERSION,
} from '../../support/raw-host.js';
import { createTask } from '../../support/tasks.js';

const PREFIX = 'io.modelcontextprotocol';
const FORMS = { elicitation: {} };

// 1, 3 and 7: faults of the envelope, before anything is run.
test.each([
  ['a version that is no text', { _meta: envelope({ [`${PREFIX}/protocolVersion`]: 5 }) }],
  ['no capabilities', { _meta: { [`${PREFIX}/protocolVersion`]: VERSION } }],
  ['capabilities that are a list', { _meta: envelope({ [`${PREFIX}/clientCapabilities`]: [] }) }],
  ['an unknown level of the log', { _meta: envelope({ [`${PREFIX}/logLevel`]: 'loud' }) }],
  ['answers that are no object', { _meta: envelope(), inputResponses: 'yes' }],
  ['answers that are a list', { _meta: envelope(), inputResponses: [] }],
])('%s is an error of the parameters', async (_what, part) => {
  await using host = await startRawHost();
  const create = { name: 'coder_create_task', arguments: { input: 'hello', template: 'tasks-demo' } };
  expect(await host.ask(1, 'tools/call', { ...create, ...part })).toHaveProperty('error.code', -32_602);
  expect(host.t.deployment.requests).toEqual([]);
});

// 2
test.each(['2025-11-25', '2027-01-01', ''])('the version %j is not served, and nothing is run', async (requested) => {
  await using host = await startRawHost();
  const _meta = envelope({ [`${PREFIX}/protocolVersion`]: requested });
  const params = { name: 'coder_create_task', arguments: { input: 'hello', template: 'tasks-demo' }, _meta };
  const { error } = await host.ask(1, 'tools/call', params);
  expect(error).toMatchObject({ code: -32_022, data: { supported: [VERSION], requested } });
  expect(host.opened).toEqual([]);
});

// 4
test('an id that is in use is refused, and is free when its request was answered or cancelled', async () => {
  await using host = await startRawHost();
  await host.t.call('coder_create_task', { input: 'x slow=60', template: 'tasks-demo', name: 'slow' });
  const wait = modern({ name: 'coder_wait_for_task', arguments: { tasks: ['slow'] } });
  for (let round = 1; round <= 3; round++) {
    host.say({ id: 0, method: 'tools/call', params: wait }, { id: 0, method: 'tools/call', params: wait });
    await host.find(({ error }) => error?.code === -32_600);
    host.say({ method: 'notifications/cancelled', params: { requestId: 0 } });
    await host.settle();
    expect(host.messages.filter(({ id }) => id === 0)).toHaveLength(round);
  }
  expect(await host.ask('again', 'tools/list', modern())).toHaveProperty('result');
  expect(await host.ask('again', 'tools/list', modern())).toHaveProperty('result');
});

// 5
test.each([
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/get',
  'nope',
  'constructor',
])('the method %s does not exist', async (method) => {
  await using host = await startRawHost();
  expect(await host.ask(1, method, modern({ level: 'debug' }))).toHaveProperty('error.code', -32_601);
});

test.each([
  ['tools/list', {}, { ttlMs: 3_600_000 }],
  ['prompts/list', {}, { ttlMs: 3_600_000 }],
  ['resources/templates/list', {}, { ttlMs: 3_600_000 }],
  ['server/discover', {}, { ttlMs: 3_600_000, supportedVersions: [VERSION] }],
  ['resources/list', {}, { ttlMs: 0 }],
  ['resources/read', { uri: 'coder://tasks' }, { ttlMs: 0 }],
] as const)('%s is complete, says who answers and how long it holds', async (method, params, expected) => {
  await using host = await startRawHost();
  expect((await host.ask(1, method, modern(params))).result).toMatchObject({
    resultType: 'complete',
    cacheScope: 'private',
    _meta: { [`${PREFIX}/serverInfo`]: { name: 'coder-tasks-mcp', title: 'Coder Tasks', version: '0.0.0-test' } },
    ...expected,
  });
});

test.each([
  ['tools/call', { name: 'coder_list_tasks', arguments: {} }],
  ['prompts/get', { name: 'delegate_task', arguments: { work: 'x' } }],
  [
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'delegate_task' }, argument: { name: 'template', value: 't' } },
  ],
])('%s is complete and may not be kept', async (method, params) => {
  await using host = await startRawHost();
  const { result } = await host.ask(1, method, modern(params));
  expect(result).toHaveProperty('resultType', 'complete');
  for (const key of ['ttlMs', 'cacheScope']) expect(result).not.toHaveProperty(key);
});

// 16
test('discover offers what this revision has: no messages of the log', async () => {
  await using host = await startRawHost();
  const { result } = await host.ask('d', 'server/discover', modern());
  expect(Object.keys(Object(result?.capabilities)).toSorted()).toEqual([
    'completions',
    'prompts',
    'resources',
    'tools',
  ]);
  expect(result?.instructions).toEqual(expect.stringContaining('coder_create_task'));
  expect(host.opened).toEqual([]);
});

// Trap 5
test('discover behind a byte order mark is answered', async () => {
  await using host = await startRawHost();
  host.sayRaw(`\uFEFF${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: modern() })}\r\n`);
  expect(await host.answer(1)).toHaveProperty('result.supportedVersions');
});

// 6 and 22
test('what else stands in _meta stays: progress comes under its token', async () => {
  await using host = await startRawHost();
  const params = { name: 'coder_create_task', arguments: { input: 'hello', template: 'tasks-demo' } };
  await host.ask(1, 'tools/call', { ...params, _meta: envelope({ progressToken: 0, traceparent: '00-a-b-01' }) });
  expect(host.messages.some(({ params: given }) => given?.progressToken === 0)).toBe(true);
});

// 11
test.each(['coder://tasks/alice/nobody', 'coder://nothing', 'x'])('the resource %s that is not there', async (uri) => {
  await using host = await startRawHost();
  expect((await host.ask(1, 'resources/read', modern({ uri }))).error).toMatchObject({ code: -32_602, data: { uri } });
  expect((await host.ask(2, 'resources/read', { uri, _meta: envelope() })).error?.code).toBe(-32_602);
});

// 12 and 13
test.each([{ name: 'nope' }, { name: 'coder_get_task', arguments: { task: 'nobody' } }, { name: 'coder_get_task' }])(
  '%j is a complete result that is an error',
  async (params) => {
    await using host = await startRawHost();
    expect((await host.ask(1, 'tools/call', modern(params))).result).toMatchObject({
      resultType: 'complete',
      isError: true,
    });
  },
);

test('parameters that are none of the method are an error of the parameters', async () => {
  await using host = await startRawHost();
  expect(await host.ask(1, 'tools/call', modern({ name: 5 }))).toHaveProperty('error.code', -32_602);
});

// 14
test('nothing comes for a request after its cancel, and its calls to Coder end', async () => {
  await using host = await startRawHost();
  await host.t.call('coder_create_task', { input: 'x slow=60', template: 'tasks-demo', name: 'slow' });
  const wait = { name: 'coder_wait_for_task', arguments: { tasks: ['slow'] } };
  host.say({ id: 4, method: 'tools/call', params: { ...wait, _meta: envelope({ progressToken: 'p' }) } });
  await host.find(({ params }) => params?.progressToken === 'p');
  host.say({ method: 'notifications/cancelled', params: { requestId: 4 } });
  const before = host.messages.length;
  await host.settle();
  expect(host.messages).toHaveLength(before + 1);
});

// Trap 3 and 23: no notice of the log reaches a modern request, whatever level it names.
test('no message of the log is sent', async () => {
  await using host = await startRawHost();
  const params = { name: 'coder_list_tasks', _meta: envelope({ [`${PREFIX}/logLevel`]: 'debug' }) };
  expect(await host.ask(1, 'tools/call', params)).toHaveProperty('result.resultType', 'complete');
  expect(host.messages.filter(({ method }) => method === 'notifications/message')).toEqual([]);
});

async function hostWithTask(): Promise<RawHost> {
  const host = await startRawHost();
  for (const name of ['one', 'two']) {
    await host.t.call('coder_create_task', { input: `hello ${name}`, template: 'tasks-demo', name });
  }
  return host;
}

const deletion = (args: object = { task: 'one' }) => ({ name: 'coder_delete_task', arguments: args });
const changes = (host: RawHost) =>
  host.t.deployment.requests.filter(({ method }) => method !== 'GET').map(({ method }) => method);

function keyOf({ result }: Message): string {
  const [key = ''] = Object.keys(Object(result?.inputRequests));
  return key;
}

// 15, 17 and 20
test('a question ends the request, and its answer in the repeated one is the person’s', async () => {
  await using host = await hostWithTask();
  const asked = await host.ask(1, 'tools/call', modern(deletion(), FORMS));
  const key = keyOf(asked);
  expect(key).toMatch(/^[0-9a-f]{12}-1$/);
  expect(asked.result).toMatchObject({
    resultType: 'input_required',
    inputRequests: { [key]: { method: 'elicitation/create', params: { message: expect.stringContaining('one') } } },
  });
  for (const name of ['ttlMs', 'requestState']) expect(asked.result).not.toHaveProperty(name);
  const answer = { action: 'accept', content: { sure: true } };
  const { result } = await host.ask(
    2,
    'tools/call',
    modern({ ...deletion(), inputResponses: { [key]: answer } }, FORMS),
  );
  expect(result).toMatchObject({ resultType: 'complete', structuredContent: { deleted: expect.any(String) } });
  expect(host.messages.filter(({ id, method }) => method !== undefined && id !== undefined)).toEqual([]);
});

test.each(['decline'])('%s is final, also beside a right confirm', async (action) => {
  await using host = await hostWithTask();
  const before = changes(host);
  const call = deletion({ task: 'one', confirm: 'one' });
  const key = keyOf(await host.ask(1, 'tools/call', modern(call, FORMS)));
  const inputResponses = { [key]: { action } };
  const { result } = await host.ask(2, 'tools/call', modern({ ...call, inputResponses }, FORMS));
  expect(result).toMatchObject({ resultType: 'complete', isError: true });
  expect(changes(host)).toEqual(before);
});

// 18
test('an answer counts for exactly its call: another one asks anew', async () => {
  await using host = await hostWithTask();
  const before = changes(host);
  const key = keyOf(await host.ask(1, 'tools/call', modern(deletion(), FORMS)));
  const yes = { action: 'accept', content: { sure: true } };
  const other = await host.ask(
    2,
    'tools/call',
    modern({ ...deletion({ task: 'two' }), inputResponses: { [key]: yes } }, FORMS),
  );
  expect(other.result).toHaveProperty('resultType', 'input_required');
  expect(keyOf(other)).not.toBe(key);
  expect(changes(host)).toEqual(before);
});

// 21 and trap 2
test.each(['yes', null, [], true, 5])('the answer %j, which is no object, gets one', async (answer) => {
  await using host = await hostWithTask();
  const before = changes(host);
  const key = keyOf(await host.ask(1, 'tools/call', modern(deletion(), FORMS)));
  const params = modern({ ...deletion(), inputResponses: { [key]: answer } }, FORMS);
  expect((await host.ask(2, 'tools/call', params)).result).toHaveProperty('resultType');
  expect(changes(host)).toEqual(before);
});

// 20 and trap 6
test.each([[{}], [{ elicitation: { url: {} } }]])(
  'a request with the capabilities %j is not asked, though the legacy client can be',
  async (capabilities) => {
    await using host = await hostWithTask();
    await host.ask(0, 'initialize', { ...INITIALIZE, capabilities: FORMS });
    await host.ask('list', 'tools/call', { name: 'coder_list_tasks' });
    const { result } = await host.ask(1, 'tools/call', modern(deletion(), capabilities));
    expect(result).toMatchObject({ resultType: 'complete', isError: true });
    const confirmed = modern(deletion({ task: 'one', confirm: 'one' }), capabilities);
    expect((await host.ask(2, 'tools/call', confirmed)).result).not.toHaveProperty('isError', true);
    expect(host.messages.filter(({ method }) => method === 'elicitation/create')).toEqual([]);
  },
);

// The rule that makes a repeated call sound: every question stands before the first effect.
test.each([
  ['coder_delete_task', { task: 'one' }],
  ['coder_create_task', { input: 'something' }],
])('%s changes nothing before its question', async (name, args) => {
  await using host = await hostWithTask();
  const before = changes(host);
  const { result } = await host.ask(1, 'tools/call', modern({ name, arguments: args }, FORMS));
  expect(result).toHaveProperty('resultType', 'input_required');
  expect(changes(host)).toEqual(before);
});

// 29
test.each([
  ['claude-code', 110],
  ['Visual Studio Code', 240],
  ['raw', 50],
  ['', 50],
])('the cap of a wait follows the name in the envelope: %j waits %d s', async (name, seconds) => {
  const clock = new ManualClock();
  await using host = await startRawHost({ clock });
  await createTask(host.t, clock, 'slow', 'x slow=6000');
  const _meta = envelope({ [`${PREFIX}/clientInfo`]: { name, version: '1' } });
  const args = { tasks: ['slow'], wait_seconds: 1_000 };
  const answer = host.ask(1, 'tools/call', { name: 'coder_wait_for_task', arguments: args, _meta });
  expect((await clock.runUntil(answer)).result).toHaveProperty('structuredContent.waited_seconds', seconds);
});

test('no line is longer than clients take', async () => {
  await using host = await startRawHost();
  const input = '\u202e'.repeat(150_000);
  await host.t.call('coder_create_task', { input, template: 'tasks-demo', name: 'long' });
  const { result } = await host.ask(
    1,
    'tools/call',
    modern({ name: 'coder_get_task', arguments: { task: 'long', detail: 'full' } }),
  );
  expect(Buffer.byteLength(JSON.stringify(result))).toBeLessThan(MAX_LINE_BYTES);
});
