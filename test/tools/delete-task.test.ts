/** coder_delete_task: consent, builds in the way, lost answers, repeats. */

import { CancelledNotificationSchema, type ElicitRequest, type ElicitResult } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { sleep } from '../../src/coder/clock.js';
import { fault } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask, createTask } from '../support/tasks.js';
import { startTestServer, type TestServerOptions, textOf } from '../support/test-server.js';

type Answer = (question: ElicitRequest['params'], clock: ManualClock) => ElicitResult | Promise<ElicitResult>;

async function start(onAsk?: Answer, options: Omit<TestServerOptions, 'clock' | 'onAsk'> = {}) {
  const clock = new ManualClock();
  const asking = onAsk && { onAsk: (question: ElicitRequest['params']) => onAsk(question, clock) };
  const server = await startTestServer({ ...options, ...asking, clock });
  await createIdleTask(server, clock, 'subject');
  const deletes = () => server.deployment.requests.filter(({ method }) => method === 'DELETE').length;
  return { clock, server, deletes };
}

test('without confirm and without a person to ask, nothing is deleted and the error says what is lost', async () => {
  const { server, deletes } = await start();
  await using _ = server;
  const result = await server.call('coder_delete_task', { task: 'subject' });
  expect(result.isError).toBe(true);
  expect(textOf(result)).toContain('what was not pushed is lost for good');
  expect(textOf(result)).toContain('next: ask the user');
  expect(deletes()).toBe(0);
});

test.each(['subject', 'alice/subject', 'ALICE/Subject', ' subject '])('confirm %j is right', async (confirm) => {
  const { server, deletes } = await start();
  await using _ = server;
  const result = await server.call('coder_delete_task', { task: 'subject', confirm });
  expect(result.structuredContent).toMatchObject({ task: 'alice/subject', deleted: 'started', phase: 'deleting' });
  expect(textOf(result)).not.toContain('confirm');
  expect(deletes()).toBe(1);
});

test.each(['other', 'bob/subject', 'yes', ''])('confirm %j is wrong, and nothing is deleted', async (confirm) => {
  const { server, deletes } = await start(() => ({ action: 'accept', content: {} }));
  await using _ = server;
  const text = await server.text('coder_delete_task', { task: 'subject', confirm });
  expect(text).toContain('the name of the task to delete, alice/subject');
  expect(deletes()).toBe(0);
});

const UNREADABLE = { action: 'decline', content: { sure: null } };
const LOST = 'its workspace and disk are destroyed; what was not pushed is lost for good.';

// Accept is the yes. A no that is quicker than any person is the host's own.
test.each([
  ['accepts', { action: 'accept', content: {} }, 5_000, undefined, 1],
  ['accepts, and the host sends no content', { action: 'accept' }, 5_000, undefined, 1],
  ['accepts an old form without its tick', { action: 'accept', content: { sure: false } }, 5_000, undefined, 1],
  ['declines, though confirm is right', { action: 'decline' }, 701, 'subject', 0],
  ['dismisses, though confirm is right', { action: 'cancel' }, 701, 'subject', 0],
  ['dismisses, and there is no confirm', { action: 'cancel' }, 5_000, undefined, 0],
  ['is not asked: the host declines at once, and confirm is right', { action: 'decline' }, 20, 'subject', 1],
  ['is not asked: the host cancels at once, and confirm is right', { action: 'cancel' }, 699, 'subject', 1],
  ['is not asked: the host declines at once, and there is no confirm', { action: 'decline' }, 20, undefined, 0],
] as const)('the person %s', async (_what, answer, afterMs, confirm, expected) => {
  const questions: string[] = [];
  const { server, deletes } = await start(async ({ message }, clock) => {
    questions.push(message);
    await sleep(clock, afterMs);
    return answer;
  });
  await using _ = server;
  await server.call('coder_delete_task', { task: 'subject', ...(confirm && { confirm }) });
  expect(deletes()).toBe(expected);
  expect(questions).toEqual([
    `Delete this task? alice/subject "hello", created 20 s ago, waiting; last report: "Working on: hello". If you accept, ${LOST}`,
  ]);
});

test('a host that declines by itself is named as such, with the ways that are left', async () => {
  const { server, deletes } = await start(() => ({ action: 'decline' }));
  await using _ = server;
  const text = await server.text('coder_delete_task', { task: 'subject' });
  expect(text).toContain('this host answered by itself, without asking the person');
  expect(text).toContain('delete it in the dashboard, or set CODER_MCP_CONFIRM=never');
  expect(text).not.toContain('the person declined');
  expect(text).not.toMatch(/next:.*confirm/);
  expect(deletes()).toBe(0);
});

test('an answer that is no clear yes deletes nothing, also beside a right confirm', async () => {
  const { server, deletes } = await start(() => ({ action: 'decline' }));
  await using _ = server;
  // As a host sent it; the SDK of the client would not.
  const { transport } = server.client;
  const send = transport?.send.bind(transport);
  if (transport && send)
    transport.send = (message, options) =>
      send('result' in message && 'action' in message.result ? { ...message, result: UNREADABLE } : message, options);
  const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(text).toContain('the answer of the host is no clear yes');
  expect(text).toContain('code: declined');
  expect(deletes()).toBe(0);
});

test('a host that declares elicitation and refuses it cannot ask', async () => {
  const { server, deletes } = await start(() => {
    throw new Error('not implemented');
  });
  await using _ = server;
  expect(await server.text('coder_delete_task', { task: 'subject' })).toContain('this host cannot ask the person');
  await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(deletes()).toBe(1);
});

test.each([
  [undefined, 45_000],
  [240, 60_000],
])(
  'a person who does not answer in time is no obstacle to a right confirm (cap %s)',
  async (maxWaitSeconds, waited) => {
    const options = maxWaitSeconds === undefined ? {} : { config: { maxWaitSeconds } };
    const { server, clock, deletes } = await start(() => new Promise(() => undefined), options);
    await using _ = server;
    const before = clock.now();
    await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
    expect(clock.now() - before).toBe(waited);
    expect(deletes()).toBe(1);
  },
);

test('a yes that comes after the time deletes nothing, and the answer says what to do', async () => {
  const { server, clock, deletes } = await start(async (_question, clock) => {
    await sleep(clock, 70_000);
    return { action: 'accept', content: {} };
  });
  await using _ = server;
  const text = await server.text('coder_delete_task', { task: 'subject' });
  expect(text).toContain('a yes that comes now comes too late and deletes nothing');
  expect(text).toContain('next: ask the user');
  await clock.advance(60_000);
  expect(deletes()).toBe(0);
});

test('an answered question is not withdrawn; one that nobody answered is', async () => {
  const withdrawn: unknown[] = [];
  for (const seconds of [2, 100]) {
    const { server, clock } = await start(async (_question, clock) => {
      await sleep(clock, seconds * 1_000);
      return { action: 'accept', content: {} };
    });
    await using _ = server;
    server.client.setNotificationHandler(CancelledNotificationSchema, ({ params }) => {
      withdrawn.push({ seconds, reason: params.reason });
    });
    await server.call('coder_delete_task', { task: 'subject' });
    await clock.advance(120_000);
  }
  expect(withdrawn).toEqual([expect.objectContaining({ seconds: 100 })]);
});

test('what stands in the question cannot pass for words of ours', async () => {
  const questions: string[] = [];
  const clock = new ManualClock();
  const server = await startTestServer({
    clock,
    onAsk: ({ message }) => {
      questions.push(message);
      return { action: 'cancel' };
    },
  });
  await using _ = server;
  await createTask(server, clock, 'odd', 'Nothing of value".\nIf you decline, all tasks are deleted\u202e.');
  await server.call('coder_delete_task', { task: 'odd' });
  expect(questions).toEqual([
    expect.stringMatching(
      /^Delete this task\? alice\/odd "Nothing of value'\. If you decline[^"\n]*", created [^"\n]*$/,
    ),
  ]);
});

test('unattended use needs neither', async () => {
  const { server, deletes } = await start(() => ({ action: 'decline' }), { config: { confirm: 'never' } });
  await using _ = server;
  await server.call('coder_delete_task', { task: 'subject' });
  expect(deletes()).toBe(1);
});

test('a build in progress is waited for', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createTask(server, clock, 'young', 'hello @start-sleep=20');
  await clock.advance(1_000);
  const heard: string[] = [];
  const result = await server.call(
    'coder_delete_task',
    { task: 'young', confirm: 'young' },
    { onProgress: (message) => heard.push(message) },
  );
  expect(result.structuredContent).toMatchObject({ deleted: 'started' });
  expect(heard[0]).toBe('alice/young has a build in progress; waiting for its end');
});

test('a build that outlasts the wait leaves the task, and the error says so', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createTask(server, clock, 'young', 'hello @start-sleep=120');
  await clock.advance(1_000);
  const text = await server.text('coder_delete_task', { task: 'young', confirm: 'young', wait_seconds: 5 });
  expect(text).toContain(
    'error: alice/young is starting: a build of its workspace is in the way, and nothing was done',
  );
  expect(text).toContain('code: build_active');
  expect(text).toContain('retry: after the build has ended');
});

test('while somebody deletes the workspace itself, its end is waited for without pressing Coder', async () => {
  const { server, clock, deletes } = await start();
  await using _ = server;
  await server.call('coder_get_task', { task: 'subject' });
  const { workspace_id } = await clock.runUntil(server.coder.getTask({ user: 'me', task: 'subject' }));
  await clock.runUntil(server.coder.createWorkspaceBuild(workspace_id ?? '', { transition: 'delete' }));
  const result = await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(result.structuredContent).toMatchObject({ deleted: 'gone', phase: 'gone' });
  expect(deletes()).toBeLessThanOrEqual(2);
});

test('an inner failure after which the task is gone is a deletion', async () => {
  const { server } = await start();
  await using _ = server;
  const json = { message: 'Failed to delete task', detail: 'sql: no rows in result set' };
  server.deployment.faults.next('deleteTask', { kind: 'answer', answer: { status: 500, json }, perform: true });
  const result = await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(result.structuredContent).toMatchObject({ deleted: 'started' });
});

test('a task that somebody else deletes between two looks is deleted', async () => {
  const { server } = await start();
  await using _ = server;
  const json = { message: 'Resource not found or you do not have access to this resource' };
  server.deployment.faults.next('deleteTask', { kind: 'answer', answer: { status: 404, json }, perform: true });
  const result = await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(result.structuredContent).toMatchObject({ deleted: 'started' });
});

test('an inner failure after which the task is still there is an error', async () => {
  const { server } = await start();
  await using _ = server;
  server.deployment.faults.next('deleteTask', fault.json(500, { message: 'Internal error.' }));
  const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(text).toContain('code: server_error');
});

test('what the person declines is not to be corrected and tried again', async () => {
  const { server } = await start(async (_question, clock) => {
    await sleep(clock, 2_000);
    return { action: 'decline' };
  });
  await using _ = server;
  const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(text).toContain('error: nothing was deleted: the person declined, and alice/subject stays');
  expect(text).toMatch(/retry: no\ncode: declined$/);
});

test('a lost answer followed by 404 is deleted', async () => {
  const { server } = await start();
  await using _ = server;
  server.deployment.faults.next('deleteTask', fault.lostAnswer());
  const result = await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(result.structuredContent).toMatchObject({ deleted: 'started' });
});

test('a repeat tells deleting from gone', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  const again = await server.call('coder_delete_task', { task: 'subject' });
  expect(again.structuredContent).toMatchObject({ deleted: 'started', phase: 'deleting', turn: 'platform' });
  await clock.advance(10_000);
  const late = await server.call('coder_delete_task', { task: 'subject' });
  expect(late.structuredContent).toMatchObject({ deleted: 'gone', phase: 'gone', turn: 'nobody' });
});

test('with no-delete or read-only the tool does not exist', async () => {
  for (const config of [{ noDelete: true }, { readOnly: true }]) {
    const { server, deletes } = await start(undefined, { config });
    await using _ = server;
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('coder_delete_task');
    const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
    expect(text).toContain('must be a tool of this server');
    expect(deletes()).toBe(0);
  }
});

const BATCH = ['one', 'two', 'three'];

test('several at once: one question lists all, one line each, and what fails stops none of the others', async () => {
  const questions: string[] = [];
  const { server, clock, deletes } = await start(async ({ message }, clock) => {
    questions.push(message);
    await sleep(clock, 3_000);
    return { action: 'accept', content: {} };
  });
  await using _ = server;
  for (const name of BATCH) await createIdleTask(server, clock, name);
  const tasks = [...BATCH, 'alice/one', 'missing'];
  const result = await server.call('coder_delete_task', { tasks });
  expect(questions).toHaveLength(1);
  expect(questions[0]).toMatch(/^Delete these 3 tasks\? If you accept, their workspaces and disks are destroyed/);
  for (const name of BATCH) expect(questions[0]).toContain(`- alice/${name} "hello", created `);
  expect(deletes()).toBe(3);
  expect(result.isError).toBeFalsy();
  expect(result.structuredContent).toMatchObject({
    failed: 1,
    tasks: [
      ...BATCH.map((name) => ({ task: `alice/${name}`, deleted: 'started' })),
      { task: 'missing', code: 'not_found' },
    ],
  });
  expect(textOf(result).split('\n').slice(0, 5)).toEqual([
    '3 deleting, 1 failed',
    ...BATCH.map((name) => `deleting alice/${name}`),
    expect.stringContaining('failed missing: not_found, no task missing found; nearest that exist: '),
  ]);
});

test.each([
  ['all of them', 'one, alice/two three', 3],
  ['not all of them', 'one, two', 0],
  ['another one too', 'one, two, three, subject', 0],
])('several at once: confirm is the list of names (%s)', async (_what, confirm, expected) => {
  const { server, clock, deletes } = await start();
  await using _ = server;
  for (const name of BATCH) await createIdleTask(server, clock, name);
  await server.call('coder_delete_task', { tasks: 'one, two, three', confirm });
  expect(deletes()).toBe(expected);
});

test('several at once: an error only where none succeeded', async () => {
  const { server } = await start();
  await using _ = server;
  const result = await server.call('coder_delete_task', { tasks: ['gone-1', 'gone-2'], confirm: 'x' });
  expect(result.isError).toBe(true);
  expect(textOf(result)).toContain('nothing was done to any of the 2 tasks: gone-1: not_found');
});

test('an answer that was lost, and a task that is still there, is not told as deleted', async () => {
  const { server } = await start();
  await using _ = server;
  server.deployment.faults.always('deleteTask', fault.proxyPage(502));
  const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(text).toContain('nothing was deleted: alice/subject stays');
});

test('an inner error for want of a scope says which one, and nothing was deleted', async () => {
  const { server } = await start();
  await using _ = server;
  const detail = 'get template 3d2893f5-828c-49dc-a40d-1f58cb514415: unauthorized: rbac: forbidden';
  server.deployment.faults.always('deleteTask', fault.json(500, { message: 'failed to fetch template', detail }));
  const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(text).toContain('nothing was deleted: alice/subject stays, the token lacks the scope template:read');
  expect(text).toContain('code: forbidden');
});
