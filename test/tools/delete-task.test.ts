/** coder_delete_task: consent, builds in the way, lost answers, repeats. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask, createTask } from '../support/tasks.js';
import { startTestServer, type TestServerOptions, textOf } from '../support/test-server.js';

async function start(options: Omit<TestServerOptions, 'clock'> = {}) {
  const clock = new ManualClock();
  const server = await startTestServer({ ...options, clock });
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
  const { server, deletes } = await start({ onAsk: () => ({ action: 'accept', content: { sure: true } }) });
  await using _ = server;
  const text = await server.text('coder_delete_task', { task: 'subject', confirm });
  expect(text).toContain('the name of the task to delete, alice/subject');
  expect(deletes()).toBe(0);
});

test.each([
  ['accepts', { action: 'accept', content: { sure: true } }, undefined, 1],
  ['accepts without the tick', { action: 'accept', content: { sure: false } }, 'subject', 0],
  ['declines, though confirm is right', { action: 'decline' }, 'subject', 0],
  ['cancels, and confirm is right', { action: 'cancel' }, 'subject', 1],
  ['cancels, and there is no confirm', { action: 'cancel' }, undefined, 0],
] as const)('the person %s', async (_what, answer, confirm, expected) => {
  const questions: string[] = [];
  const { server, deletes } = await start({
    onAsk: ({ message }) => {
      questions.push(message);
      return answer;
    },
  });
  await using _ = server;
  await server.call('coder_delete_task', { task: 'subject', ...(confirm && { confirm }) });
  expect(deletes()).toBe(expected);
  expect(questions).toEqual([
    'Delete the task alice/subject (waiting)? its workspace and disk are destroyed; what was not pushed is lost for good.',
  ]);
});

test('a person who does not answer within 30 s is no obstacle to a right confirm', async () => {
  const { server, clock, deletes } = await start({ onAsk: () => new Promise(() => undefined) });
  await using _ = server;
  const before = clock.now();
  await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  expect(clock.now() - before).toBe(30_000);
  expect(deletes()).toBe(1);
});

test('unattended use needs neither', async () => {
  const { server, deletes } = await start({ config: { confirm: 'never' }, onAsk: () => ({ action: 'decline' }) });
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
  const { server } = await start({ onAsk: () => ({ action: 'decline' }) });
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
    const { server, deletes } = await start({ config });
    await using _ = server;
    const { tools } = await server.client.listTools();
    expect(tools.map(({ name }) => name)).not.toContain('coder_delete_task');
    const text = await server.text('coder_delete_task', { task: 'subject', confirm: 'subject' });
    expect(text).toContain('must be a tool of this server');
    expect(deletes()).toBe(0);
  }
});
