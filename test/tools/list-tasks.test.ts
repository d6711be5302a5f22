/** coder_list_tasks, through a real client against the embedded deployment. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask, createTask } from '../support/tasks.js';
import { startTestServer, textOf } from '../support/test-server.js';

async function startWithTasks() {
  const clock = new ManualClock();
  const server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'first', 'Fix the billing module');
  await clock.advance(1_000);
  await createIdleTask(server, clock, 'second', 'Write docs');
  await clock.advance(1_000);
  await createTask(server, clock, 'third', 'Fix the login page');
  return { clock, server };
}

const names = (result: { structuredContent?: unknown }) => {
  const { tasks } = Object(result.structuredContent);
  return tasks.map(({ task }: { task: string }) => task);
};

test('tasks come newest first, one line each, after the counts by phase', async () => {
  const { server } = await startWithTasks();
  await using _ = server;
  const result = await server.call('coder_list_tasks');
  expect(names(result)).toEqual(['alice/third', 'alice/second', 'alice/first']);
  expect(result.structuredContent).toMatchObject({ counts: { waiting: 2, queued: 1 }, matched: 3, shown: 3 });
  const [first, ...lines] = textOf(result).split('\n');
  expect(first).toBe('3 tasks: 2 waiting, 1 queued');
  expect(lines[0]).toMatch(/^queued: alice\/third, the platform's turn for \d+ s$/);
  expect(lines[1]).toMatch(/^waiting: alice\/second, your turn for \d+ s$/);
});

test('pages follow one another without a gap, also when a task comes in between', async () => {
  const { server, clock } = await startWithTasks();
  await using _ = server;
  const one = await server.call('coder_list_tasks', { limit: 1 });
  expect(names(one)).toEqual(['alice/third']);
  await clock.advance(1_000);
  await createTask(server, clock, 'fourth');
  const two = await server.call('coder_list_tasks', { limit: 1, cursor: Object(one.structuredContent).next_cursor });
  expect(names(two)).toEqual(['alice/second']);
  const three = await server.call('coder_list_tasks', { limit: 1, cursor: Object(two.structuredContent).next_cursor });
  expect(names(three)).toEqual(['alice/first']);
  expect(three.structuredContent).not.toHaveProperty('next_cursor');
});

test.each([
  [{ search: 'FIX billing' }, ['alice/first']],
  [{ search: 'fix' }, ['alice/third', 'alice/first']],
  [{ phase: ['queued', 'starting'] }, ['alice/third']],
  [{ phase: 'queued' }, ['alice/third']],
  [{ turn: 'you' }, ['alice/second', 'alice/first']],
  [{ status: 'active', search: 'second' }, ['alice/second']],
  [{ template: 'TASKS-DEMO', limit: 1 }, ['alice/third']],
  [{ template: 'other' }, []],
])('the filter %j leaves %j', async (filter, expected) => {
  const { server } = await startWithTasks();
  await using _ = server;
  expect(names(await server.call('coder_list_tasks', filter))).toEqual(expected);
});

test('a member sees nobody else, and a site owner sees all with *', async () => {
  const { server } = await startWithTasks();
  await using _ = server;
  await using admin = await startTestServer({ deployment: server.deployment, user: 'admin', clock: new ManualClock() });
  await using bob = await startTestServer({ deployment: server.deployment, user: 'bob', clock: new ManualClock() });
  expect(names(await bob.call('coder_list_tasks', { owner: '*' }))).toEqual([]);
  expect(names(await admin.call('coder_list_tasks'))).toEqual([]);
  expect(names(await admin.call('coder_list_tasks', { owner: '*' }))).toHaveLength(3);
  expect(names(await admin.call('coder_list_tasks', { owner: 'alice' }))).toHaveLength(3);
});

test('counts and filters go by the phase that the lines show, also where a report is older than the last message', async () => {
  const { server, clock } = await startWithTasks();
  await using _ = server;
  await clock.advance(20_000);
  const { id } = Object((await server.call('coder_get_task', { task: 'first' })).structuredContent);
  server.tasks.memory.noteSent(id, { input: 'go on', at: server.coder.now(), lastIdBefore: 2 });
  const all = Object((await server.call('coder_list_tasks')).structuredContent);
  expect(all).toMatchObject({ counts: { waiting: 2, working: 1 } });
  expect(all.tasks.at(-1)).toMatchObject({ task: 'alice/first', phase: 'working' });
  expect(names(await server.call('coder_list_tasks', { turn: 'agent' }))).toEqual(['alice/first']);
});

test('what the filters leave out is counted', async () => {
  const { server } = await startWithTasks();
  await using _ = server;
  const text = await server.text('coder_list_tasks', { search: 'zebra' });
  expect(text).toContain('no tasks match\nnote: 3 without the filters phase, turn, template and search');
});

test('a failed start is offered its diagnosis, beside the message that waits for you', async () => {
  const { server, clock } = await startWithTasks();
  await using _ = server;
  await createTask(server, clock, 'bad', 'hello @start-fail');
  await clock.advance(20_000);
  const { next } = Object((await server.call('coder_list_tasks')).structuredContent);
  expect(next).toEqual([
    { tool: 'coder_get_task', arguments: { task: 'alice/third' }, why: 'its last message' },
    { tool: 'coder_diagnose', arguments: { task: 'alice/bad' }, why: 'says why' },
  ]);
});

test('the wait that is offered takes no more tasks than a wait can', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  for (let index = 0; index < 55; index++) await createTask(server, clock, `t${index}`);
  const { next } = Object((await server.call('coder_list_tasks', { limit: 100 })).structuredContent);
  expect(next[0].arguments.tasks).toHaveLength(50);
  const waited = await server.call(next[0].tool, { ...next[0].arguments, wait_seconds: 1 });
  expect(waited.isError).toBeUndefined();
});

test('tasks that the list shows only in part are read singly before they are counted and filtered', async () => {
  const { server, clock } = await startWithTasks();
  await using _ = server;
  await clock.runUntil(server.coder.pauseTask({ user: 'me', task: 'second' }));
  await clock.advance(20_000);
  const { world, faults } = server.deployment;
  for (const { workspaceId } of world.tasks.values()) world.hiddenWorkspaces.add(workspaceId);
  const filter = { phase: 'paused', template: 'tasks-demo' };
  expect(names(await server.call('coder_list_tasks', filter))).toEqual(['alice/second']);
  faults.always('getTask', fault.notFound());
  expect(await server.text('coder_list_tasks')).toContain(
    'note: of 3 the token shows neither workspace nor template: their phase may be another',
  );
});

test.each([
  [{ owner: 'nobody' }, /nobody/, 'user_not_found'],
  [{ organization: 'nope' }, /organization/, 'organization_not_found'],
  [{ cursor: 'x' }, /argument cursor: got "x"/, 'invalid_argument'],
  [{ limit: 0 }, /argument limit: got 0; must be at least 1/, 'invalid_argument'],
  [{ limit: 101 }, /argument limit: got 101; must be at most 100/, 'invalid_argument'],
  [{ status: 'running' }, /argument status: got "running"; must be one of pending, initializing/, 'invalid_argument'],
  [{ phase: 'running' }, /argument phase\.0: got "running"; must be one of gone/, 'invalid_argument'],
  [{ owner: 'a" status:"active' }, /owner/, 'invalid_argument'],
  [{ ownr: 'me' }, /argument ownr.*\nnext: one of owner,/, 'invalid_argument'],
])('bad input %j gets a clear error', async (args, words, code) => {
  await using server = await startTestServer({ clock: new ManualClock() });
  const result = await server.call('coder_list_tasks', args);
  expect(result.isError).toBe(true);
  expect(textOf(result)).toMatch(words);
  expect(textOf(result)).toContain(`code: ${code}`);
});
