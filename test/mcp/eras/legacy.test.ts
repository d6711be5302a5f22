/** The revisions up to 2025-11-25 over the router: ids, cancelling, questions, batches, and hosts that do not read. */

import { expect, test } from 'vitest';
import { INITIALIZE, modern, type RawHost, startRawHost } from '../../support/raw-host.js';

const callOf = (id: unknown, name: string, args: object = {}) => ({
  id,
  method: 'tools/call',
  params: { name, arguments: args },
});

async function hostWithSlowTask(): Promise<RawHost> {
  const host = await startRawHost();
  await host.ask('init', 'initialize', INITIALIZE);
  await host.t.call('coder_create_task', { input: 'x slow=60', template: 'tasks-demo', name: 'slow' });
  return host;
}

test.each([0, 1, '', 'a'])(
  'a wait with the id %j that is cancelled gets no answer, and its id is free at once',
  async (id) => {
    await using host = await hostWithSlowTask();
    host.say(callOf(id, 'coder_wait_for_task', { tasks: ['slow'] }));
    host.say({ method: 'notifications/cancelled', params: { requestId: id, reason: 'changed my mind' } });
    expect(await host.ask(id, 'tools/call', { name: 'coder_list_tasks' })).toHaveProperty(
      'result.structuredContent.tasks',
    );
    await host.settle();
    expect(host.messages.filter((message) => message.id === id)).toHaveLength(1);
  },
);

test('requests with the same id are each answered, and a cancel ends them all', async () => {
  await using host = await hostWithSlowTask();
  host.say(callOf(7, 'coder_list_tasks'), callOf(7, 'coder_list_task_templates'));
  await host.find(
    ({ result }) => result?.structuredContent !== undefined && 'templates' in Object(result.structuredContent),
  );
  await host.find(
    ({ result }) => result?.structuredContent !== undefined && 'tasks' in Object(result.structuredContent),
  );
  expect(host.messages.filter(({ id }) => id === 7)).toHaveLength(2);
  host.say(
    callOf(8, 'coder_wait_for_task', { tasks: ['slow'] }),
    callOf(8, 'coder_wait_for_task', { tasks: ['slow'] }),
  );
  host.say({ method: 'notifications/cancelled', params: { requestId: 8 } });
  await host.settle();
  expect(host.messages.filter(({ id }) => id === 8)).toHaveLength(0);
});

test('what is cancelled before anything is loaded is never run', async () => {
  let load: () => void = () => undefined;
  const loading = new Promise<void>((resolve) => {
    load = resolve;
  });
  await using host = await startRawHost({ beforeOpen: () => loading });
  const create = { input: 'hello', template: 'tasks-demo' };
  host.say(
    callOf(1, 'coder_create_task', { ...create, name: 'one' }),
    callOf(2, 'coder_create_task', { ...create, name: 'two' }),
  );
  host.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
  load();
  await host.answer(2);
  expect(host.t.deployment.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  expect(host.opened).toEqual(['legacy']);
});

test('a level of the log that was set before anything is loaded counts from the first call on', async () => {
  await using host = await startRawHost();
  await host.ask(0, 'logging/setLevel', { level: 'debug' });
  await host.ask(1, 'tools/call', { name: 'coder_list_tasks' });
  const { params } = await host.find(({ method }) => method === 'notifications/message');
  expect(params).toMatchObject({ level: 'debug' });
});

test('progress comes under the token of the call, be it 0 or a text', async () => {
  await using host = await startRawHost();
  for (const progressToken of [0, 'p']) {
    const args = { input: 'hello', template: 'tasks-demo', name: `task-${progressToken}` };
    await host.ask(`call ${progressToken}`, 'tools/call', {
      name: 'coder_create_task',
      arguments: args,
      _meta: { progressToken },
    });
    const { params } = await host.find((message) => message.params?.progressToken === progressToken);
    expect(params).toHaveProperty('message');
  }
});

test('the wish to run a call as a task of the protocol is passed over', async () => {
  await using host = await startRawHost();
  const { result } = await host.ask(1, 'tools/call', { name: 'coder_list_tasks', task: { ttl: 1_000 } });
  expect(result).toHaveProperty('structuredContent.tasks', []);
});

async function askedToDelete(args: object = {}): Promise<{ readonly host: RawHost; readonly question: unknown }> {
  const host = await startRawHost();
  await host.ask('init', 'initialize', { ...INITIALIZE, capabilities: { elicitation: {} } });
  await host.t.call('coder_create_task', { input: 'hello', template: 'tasks-demo', name: 'one' });
  host.say(callOf(1, 'coder_delete_task', { task: 'one', ...args }));
  const { id } = await host.find(({ method }) => method === 'elicitation/create');
  return { host, question: id };
}

const deletes = (host: RawHost) => host.t.deployment.requests.filter(({ method }) => method === 'DELETE').length;

// Row 22.
test('a question that was answered is not called off afterwards', async () => {
  const { host, question } = await askedToDelete();
  await using _ = host;
  host.say({ id: question, result: { action: 'accept', content: { sure: true } } });
  await host.answer(1);
  host.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
  await host.settle();
  expect(host.messages.filter(({ method }) => method === 'notifications/cancelled')).toEqual([]);
});

test('a question is called off when its call is cancelled before the answer', async () => {
  const { host, question } = await askedToDelete();
  await using _ = host;
  host.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
  const { params } = await host.find(({ method }) => method === 'notifications/cancelled');
  expect(params).toHaveProperty('requestId', question);
  expect(deletes(host)).toBe(0);
});

// Half of row 2: the SDK would throw what it does not understand away, and the `confirm` would count.
test.each([
  { action: 'decline', content: { sure: null } },
  { action: 'decline', content: 'no' },
])('the answer %j beside a right confirm deletes nothing', async (result) => {
  const { host, question } = await askedToDelete({ confirm: 'one' });
  await using _ = host;
  // A person needs time; what comes at once may be a host's own doing.
  await new Promise((resolve) => setTimeout(resolve, 750));
  host.say({ id: question, result });
  expect((await host.answer(1)).result).toHaveProperty('isError', true);
  expect(deletes(host)).toBe(0);
});

test.each(['2024-11-05', '2025-06-18', '2025-11-25'])('revision %s has no batches', async (protocolVersion) => {
  await using host = await startRawHost();
  await host.ask(0, 'initialize', { ...INITIALIZE, protocolVersion });
  host.sayRaw('[{"jsonrpc":"2.0","id":1,"method":"ping"}]\n');
  expect(await host.answer(null)).toHaveProperty('error.code', -32_600);
});

async function batchHost(): Promise<RawHost> {
  const host = await startRawHost();
  await host.ask('init', 'initialize', { ...INITIALIZE, protocolVersion: '2025-03-26' });
  return host;
}

const isBatch = (message: unknown) => Array.isArray(message);

test('revision 2025-03-26 gets the answers to a batch in one line', async () => {
  await using host = await batchHost();
  const batch = [
    { jsonrpc: '2.0', id: 1, method: 'ping' },
    { jsonrpc: '2.0', method: 'notifications/x' },
    { jsonrpc: '2.0', ...callOf(2, 'coder_list_tasks') },
    { jsonrpc: '2.0', id: 3, method: 'initialize', params: INITIALIZE },
    { jsonrpc: '2.0', id: 4, method: 'nope' },
    5,
  ];
  host.sayRaw(`${JSON.stringify(batch)}\n`);
  const answers: unknown = await host.find(isBatch);
  expect(answers).toHaveLength(5);
  expect(answers).toEqual(
    expect.arrayContaining([
      { jsonrpc: '2.0', id: 1, result: {} },
      expect.objectContaining({ id: 2, result: expect.objectContaining({ structuredContent: expect.anything() }) }),
      expect.objectContaining({ id: 3, error: expect.objectContaining({ code: -32_600 }) }),
      expect.objectContaining({ id: 4, error: expect.objectContaining({ code: -32_601 }) }),
      expect.objectContaining({ id: null, error: expect.objectContaining({ code: -32_600 }) }),
    ]),
  );
});

test('a batch without requests gets no answer, an empty one an error', async () => {
  await using host = await batchHost();
  host.sayRaw('[{"jsonrpc":"2.0","method":"notifications/x"}]\n[]\n');
  expect(await host.answer(null)).toHaveProperty('error.code', -32_600);
  await host.settle();
  expect(host.messages.filter(isBatch)).toEqual([]);
});

test('a request of a batch that is cancelled is left out of its answer', async () => {
  await using host = await batchHost();
  await host.t.call('coder_create_task', { input: 'x slow=60', template: 'tasks-demo', name: 'slow' });
  const wait = callOf(1, 'coder_wait_for_task', { tasks: ['slow'] });
  host.sayRaw(
    `${JSON.stringify([
      { jsonrpc: '2.0', ...wait },
      { jsonrpc: '2.0', id: 2, method: 'ping' },
    ])}\n`,
  );
  host.say({ method: 'notifications/cancelled', params: { requestId: 1 } });
  expect(await host.find(isBatch)).toEqual([{ jsonrpc: '2.0', id: 2, result: {} }]);
});

test('answers to a batch that do not fit into one line come one by one', async () => {
  await using host = await batchHost();
  const lists = Array.from({ length: 60 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'tools/list' }));
  host.sayRaw(`${JSON.stringify(lists)}\n`);
  await host.answer(59);
  expect(host.messages.filter(isBatch)).toEqual([]);
});

test('a message that is too long is refused under its id, and the next one is answered', async () => {
  await using host = await startRawHost();
  host.sayRaw(`{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"`);
  const piece = Buffer.alloc(1 << 20, 'x');
  for (let count = 0; count < 12; count++) host.sayRaw(piece);
  host.sayRaw('"}}\n');
  const { error } = await host.answer(5);
  expect(error).toMatchObject({ code: -32_600, message: expect.stringContaining('too long') });
  expect(await host.ask(6, 'ping')).toHaveProperty('result', {});
  expect(host.warnings).toHaveLength(1);
});

test('a host that does not read makes nothing grow without end, and loses no answer', async () => {
  await using host = await startRawHost({ isReading: false });
  const count = 3_000;
  for (let id = 0; id < count; id++) host.say({ id, method: 'tools/list' });
  host.say({ method: 'notifications/cancelled', params: { requestId: count - 1 } });
  await new Promise((resolve) => setImmediate(resolve));
  expect(host.output.writableLength).toBeLessThan(5_000_000);
  const ids: unknown[] = [];
  let rest = '';
  const all = new Promise<void>((resolve) => {
    host.output.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      ids.push(...lines.map((line) => JSON.parse(line).id));
      if (ids.includes(count - 2)) resolve();
    });
  });
  await all;
  expect(ids).toEqual(Array.from({ length: count - 1 }, (_, id) => id));
});

test('what a host sends beyond all measure without reading is left in its own pipe', async () => {
  await using host = await startRawHost({ isReading: false });
  const call = `${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: { pad: 'x'.repeat(50_000) } })}\n`;
  for (let count = 0; count < 400 && !host.input.isPaused(); count++) {
    host.sayRaw(call);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(host.input.isPaused()).toBe(true);
  expect(host.output.writableLength).toBeLessThan(5_000_000);
});

test('both eras can use the same id at once, and a cancel ends the modern request of it', async () => {
  await using host = await hostWithSlowTask();
  const wait = { name: 'coder_wait_for_task', arguments: { tasks: ['slow'], wait_seconds: 1 } };
  host.say({ id: 3, method: 'tools/call', params: modern(wait) }, { id: 3, method: 'tools/call', params: wait });
  host.say({ method: 'notifications/cancelled', params: { requestId: 3 } });
  expect((await host.answer(3)).result).not.toHaveProperty('resultType');
});
