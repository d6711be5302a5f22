/** coder_get_task_logs: pages, search, cursors, holding, and the states without a conversation. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask, createTask } from '../support/tasks.js';
import { startTestServer, type TestServer, type TestServerOptions, textOf } from '../support/test-server.js';

async function start(options: Omit<TestServerOptions, 'clock'> = {}) {
  const clock = new ManualClock();
  const server = await startTestServer({ ...options, clock });
  await createIdleTask(server, clock, 'subject', 'first job');
  const say = async (input: string) => {
    await clock.runUntil(server.coder.sendTaskInput({ user: 'me', task: 'subject' }, input));
    await clock.advance(10_000);
  };
  return { clock, server, say };
}

async function logs(server: TestServer, args: Record<string, unknown> = {}) {
  const result = await server.call('coder_get_task_logs', { task: 'subject', ...args });
  const output = Object(result.structuredContent);
  return { ...output, text: textOf(result), ids: output.untrusted?.entries.map(({ id }: { id: number }) => id) };
}

test('the newest entries come in reading order, cleaned, with ids, and behind the fence', async () => {
  const { server } = await start();
  await using _ = server;
  const page = await logs(server);
  expect(page).toMatchObject({ source: 'live', more: false, ids: [0, 1, 2] });
  // It is your turn, and nobody follows: an id leads on as well.
  expect(page).not.toHaveProperty('cursor');
  expect(page.untrusted.entries[1]).toMatchObject({ role: 'user', text: 'first job' });
  expect(page.text).toMatch(/#1 user \S+\n\| first job\n#2 agent /);
  expect(page).not.toHaveProperty('untrusted.last_message');
});

test('pages go back without a gap', async () => {
  const { server, say } = await start();
  await using _ = server;
  await say('second job');
  const last = await logs(server, { limit: 2 });
  expect(last).toMatchObject({ ids: [3, 4], more: true, older: { before: '3', limit: 2 } });
  const before = await logs(server, last.older);
  expect(before).toMatchObject({ ids: [1, 2], older: { before: '1', limit: 2 } });
  expect(await logs(server, before.older)).toMatchObject({ ids: [0], more: false });
});

test('a cursor gives what is new, and nothing when nothing is', async () => {
  const { server, say } = await start();
  await using _ = server;
  const { cursor } = await logs(server, { after: 0 });
  expect(await logs(server, { after: cursor })).toMatchObject({ ids: [], more: false });
  await say('second job');
  expect(await logs(server, { after: cursor })).toMatchObject({ ids: [3, 4] });
  expect(await logs(server, { after: 3 })).toMatchObject({ ids: [4] });
  expect(await logs(server, { after: '3' })).toMatchObject({ ids: [4] });
});

test('search finds words with their entry and how often they occur', async () => {
  const { server } = await start();
  await using _ = server;
  const found = await logs(server, { search: 'FIRST job' });
  expect(found.hits).toBeGreaterThan(1);
  expect(found.ids).toContain(1);
  expect(await logs(server, { search: 'nowhere' })).toMatchObject({ ids: [], hits: 0 });
  expect((await logs(server, { search: 'type a task' })).text).toMatch(/\n1 entry, live, \d+ hits\n/);
});

test('roles can be told apart', async () => {
  const { server } = await start();
  await using _ = server;
  expect(await logs(server, { role: 'user' })).toMatchObject({ ids: [1] });
  expect(await logs(server, { role: 'agent' })).toMatchObject({ ids: [0, 2] });
});

test('a conversation that began anew after a resume says so', async () => {
  const { server, clock } = await start();
  await using _ = server;
  const { cursor } = await logs(server, { after: 0 });
  await clock.runUntil(server.coder.pauseTask({ user: 'me', task: 'subject' }));
  await clock.advance(10_000);
  await clock.runUntil(server.coder.resumeTask({ user: 'me', task: 'subject' }));
  await clock.advance(20_000);
  const page = await logs(server, { after: cursor });
  expect(page).toMatchObject({ restarted: true, ids: [0, 1, 2] });
  expect(page.notes).toContain(
    'its workspace was started again since the cursor: this is all of the conversation since',
  );
});

test('a paused task gives the saved excerpt with its time', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await clock.runUntil(server.coder.pauseTask({ user: 'me', task: 'subject' }));
  await clock.advance(60_000);
  const page = await logs(server);
  expect(page).toMatchObject({ source: 'snapshot', phase: 'paused', snapshot_at: expect.any(String) });
  expect(page.text).toMatch(/3 entries, saved when the task was paused, \d+ s ago/);
});

test('where the server has no conversation, the phase and where to look come instead of an error', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createTask(server, clock, 'subject', 'hello @start-fail');
  await clock.advance(20_000);
  const page = await logs(server);
  expect(page).toMatchObject({ phase: 'broken', more: false, ids: [], cause: expect.stringContaining('build failed') });
  expect(page.notes).toEqual(['no conversation: Coder gives none while a task is broken, unhealthy or stopping']);
  expect(page.text).toContain('next: coder_diagnose(task: alice/subject)');
});

test('an old server without snapshots says that a paused task has no conversation', async () => {
  const { server, clock } = await start({ profile: '2.29' });
  await using _ = server;
  const { workspace_id } = await clock.runUntil(server.coder.getTask({ user: 'me', task: 'subject' }));
  await clock.runUntil(server.coder.createWorkspaceBuild(workspace_id ?? '', { transition: 'stop' }));
  await clock.advance(10_000);
  const page = await logs(server);
  expect(page).toMatchObject({ phase: 'paused', ids: [] });
  expect(page.notes).toEqual([
    'no conversation: this Coder version gives none of a paused task; it can be read after a resume',
  ]);
  expect(page.text).toContain('next: coder_resume_task(tasks: alice/subject)');
});

test('a task that is still being built has said nothing, and was never paused', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createTask(server, clock, 'subject');
  const page = await logs(server);
  expect(page).toMatchObject({ phase: 'queued', ids: [], notes: ['nothing has been said yet'] });
  expect(page.text).toMatch(/\n0 entries\n/);
  expect(page.text).not.toContain('paused');
});

test('of a task paused before it said anything nothing was saved', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createTask(server, clock, 'subject', 'hello @no-snapshot');
  await clock.advance(20_000);
  await clock.runUntil(server.coder.pauseTask({ user: 'me', task: 'subject' }));
  await clock.advance(20_000);
  expect((await logs(server)).notes).toEqual(['no conversation was saved when the task was paused']);
});

test('what was held for while the workspace started is live, not saved', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await clock.runUntil(server.coder.pauseTask({ user: 'me', task: 'subject' }));
  await clock.advance(10_000);
  await clock.runUntil(server.coder.resumeTask({ user: 'me', task: 'subject' }));
  const saved = await logs(server, { after: 0 });
  expect(saved).toMatchObject({ source: 'snapshot', snapshot_at: expect.any(String) });
  const page = await logs(server, { after: saved.cursor, wait_seconds: 40 });
  expect(page).toMatchObject({ source: 'live', restarted: true });
  expect(page).not.toHaveProperty('snapshot_at');
});

test('holding ends with a new entry', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await clock.runUntil(server.coder.sendTaskInput({ user: 'me', task: 'subject' }, 'go on slow=8'));
  const { cursor } = await logs(server, { after: 0 });
  const before = clock.now();
  const page = await logs(server, { after: cursor, wait_seconds: 40 });
  expect(page).not.toHaveProperty('timed_out');
  expect(page.phase).not.toBe('working');
  expect(clock.now() - before).toBeLessThan(30_000);
});

test('holding for nothing ends at its time, which is an answer', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await clock.runUntil(server.coder.sendTaskInput({ user: 'me', task: 'subject' }, 'go on slow=600'));
  await clock.advance(5_000);
  const { cursor } = await logs(server, { after: 0 });
  const before = clock.now();
  // Its time runs from the beginning of the call, however long the first look takes.
  server.deployment.faults.next('getTask', fault.latency(5_000));
  const page = await logs(server, { after: cursor, wait_seconds: 20 });
  expect(page).toMatchObject({ timed_out: true, phase: 'working' });
  expect(clock.now() - before).toBe(20_000);
});

test('one may see a task and not connect to it', async () => {
  const { server } = await start();
  await using _ = server;
  await using dave = await startTestServer({ deployment: server.deployment, user: 'dave', clock: new ManualClock() });
  const text = await dave.text('coder_get_task_logs', { task: 'alice/subject' });
  expect(text).toContain('code: no_connect_right');
});

test.each([
  [{ after: 'c2-nonsense' }, 'argument after: got "c2-nonsense"; must be an entry id or a cursor of an earlier answer'],
  [{ before: -1 }, 'argument before: got -1'],
  [{ max_chars: 100_001 }, 'argument max_chars: got 100001; must be at most 100000'],
  [{ role: 'system' }, 'must be one of agent, user, all'],
  [{ wait_seconds: -1 }, 'argument wait_seconds: got -1; must be at least 0'],
  [{ raw: 'yes' }, 'argument raw: got "yes"; must be of type boolean'],
])('bad input %j gets a clear error', async (args, words) => {
  const { server } = await start();
  await using _ = server;
  expect((await logs(server, args)).text).toContain(words);
});

test('a cursor of another task is refused as such', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'other');
  const { cursor } = await logs(server, { after: 0 });
  const text = await server.text('coder_get_task_logs', { task: 'other', after: cursor });
  expect(text).toContain('a cursor of this task; this one is of another');
});

test('an agent that cannot be reached is an error with what to do', async () => {
  const { server } = await start();
  await using _ = server;
  server.deployment.faults.next(
    'getTaskLogs',
    fault.badGateway('Failed to reach task app endpoint.', 'agent is unreachable'),
  );
  const text = await server.text('coder_get_task_logs', { task: 'subject' });
  expect(text).toContain('code: agent_unreachable');
});
