/** From references to tasks: what a 404 means, which scope is missing, and whose names are never offered. */

import { expect, test } from 'vitest';
import { CoderClient } from '../../src/coder/client.js';
import { systemClock } from '../../src/coder/clock.js';
import { ZERO_ID } from '../../src/coder/wire/schemas.js';
import { readCommandLine } from '../../src/config.js';
import { fault, startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { createLog } from '../../src/log.js';
import { TaskFinder } from '../../src/tasks/finding.js';
import { TaskMemory } from '../../src/tasks/knowing/memory.js';
import { Policy } from '../../src/tasks/policy.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask } from '../support/tasks.js';
import { startTestServer, type TestServer } from '../support/test-server.js';

const REFUSED = fault.json(404, { message: 'Resource not found or you do not have access to this resource' });

/** A server with an unrestricted token and one task, and beside it one whose token has these scopes only. */
async function start(scopes: readonly string[]) {
  const clock = new ManualClock();
  const full = await startTestServer({ clock });
  await createIdleTask(full, clock, 'narrow');
  const restricted = await startTestServer({ clock, deployment: full.deployment, scopes });
  return { clock, full, restricted };
}

const changes = ({ deployment }: TestServer) =>
  deployment.requests.filter(({ method, path }) => method !== 'GET' && !path.endsWith('/keys/tokens')).length;

const sets = [
  ['workspace:read', ['task:*', 'user:read']],
  ['user:read', ['task:*', 'workspace:*', 'template:read']],
] as const;

const calls = [
  ['coder_get_task', {}],
  ['coder_get_task_logs', {}],
  ['coder_send_task_input', { input: 'go on' }],
  ['coder_pause_task', {}],
  ['coder_resume_task', {}],
  ['coder_update_task_input', { input: 'another prompt' }],
  ['coder_delete_task', { confirm: 'narrow' }],
] as const;

for (const [scope, scopes] of sets) {
  test.each(calls)(
    `without ${scope} %s says that the task cannot be opened, never that it is gone`,
    async (tool, args) => {
      const { full, restricted } = await start(scopes);
      await using _ = full;
      await using __ = restricted;
      const before = changes(full);
      for (const task of ['narrow', 'alice/narrow']) {
        await restricted.call('coder_list_tasks');
        const text = await restricted.text(tool, { task, ...args });
        expect(text).toContain('code: cannot_open');
        expect(text).toContain(`the token lacks the scope ${scope}`);
        expect(text).toContain('The task was not deleted');
        expect(text).not.toMatch(/\bis gone\b|coder_create_task/);
      }
      expect(changes(full)).toBe(before);
    },
  );
}

test('without template:read, as a real Coder answers (restricted-token.json), delete sends nothing and says what is missing', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'narrow');
  const [task] = (await clock.runUntil(server.coder.listTasks({ owner: 'me' }))).tasks;
  const partial = { ...task, template_id: ZERO_ID, template_name: '', workspace_name: '', current_state: null };
  const { faults } = server.deployment;
  faults.always('listTasks', fault.json(200, { tasks: [partial], count: 1 }));
  faults.always('getTask', REFUSED);
  faults.always('getWorkspace', fault.forbidden());
  const text = await server.text('coder_delete_task', { task: 'alice/narrow', confirm: 'narrow' });
  expect(text).toContain('the token lacks the scope template:read. The task was not deleted');
  expect(text).toContain('code: cannot_open');
  expect(changes(server)).toBe(1);
});

test('a task that was seen, answers 404 and is still in the list is not gone', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'subject');
  await server.call('coder_get_task', { task: 'subject' });
  server.deployment.faults.next('getTask', REFUSED);
  expect(await server.text('coder_get_task', { task: 'subject' })).toContain('code: cannot_open');
  expect(await server.text('coder_get_task', { task: 'subject' })).toContain('waiting: alice/subject');
});

test('a task that was seen and answers 404 while the list cannot be read is neither gone nor closed', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'subject');
  await server.call('coder_get_task', { task: 'subject' });
  server.deployment.faults.next('getTask', REFUSED);
  server.deployment.faults.always('listTasks', fault.json(500, { message: 'Internal error.' }));
  const text = await server.text('coder_get_task', { task: 'subject' });
  expect(text).toContain('code: server_error');
  server.deployment.faults.clear();
  expect(await server.text('coder_get_task', { task: 'subject' })).toContain('waiting: alice/subject');
});

test('a task that the list no longer has either is gone', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'subject');
  await server.call('coder_get_task', { task: 'subject' });
  await clock.runUntil(server.coder.deleteTask({ user: 'me', task: 'subject' }));
  expect(await server.text('coder_get_task', { task: 'subject' })).toContain('code: task_gone');
});

test('an owner that a rule excludes is refused before anything is read, and no name is offered', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock, user: 'admin', config: { allowedOwners: ['alice'] } });
  const before = server.deployment.requests.length;
  const text = await server.text('coder_get_task', { task: 'bob/x' });
  expect(text).toContain('code: not_allowed_here');
  expect(server.deployment.requests.slice(before).map(({ path }) => path)).toEqual(['/api/v2/users/me']);
});

test('a new login as somebody else is somebody else, also for what this server may touch', async () => {
  const deployment = await startEmbeddedCoder();
  const tokenOf = (user: string) => deployment.tokens[user] ?? '';
  let token = tokenOf('alice');
  const named = () => ({ url: deployment.url, token, origin: { url: 'x', token: 'x' }, notes: [] });
  let used = named();
  const credentials = { current: async () => used, refresh: async () => (used = named()) };
  const coder = new CoderClient({ credentials, clock: systemClock, log: createLog('silent').log });
  const memory = new TaskMemory(
    () => coder.now(),
    () => coder.identity,
  );
  const finder = new TaskFinder({
    coder,
    memory,
    policy: new Policy({ ...readCommandLine([], {}).config, allowedOwners: ['me'] }),
  });
  const { signal } = new AbortController();
  expect((await finder.me(signal)).username).toBe('alice');
  token = tokenOf('bob');
  used = named();
  expect((await finder.me(signal)).username).toBe('alice');
  await coder.getBuildInfo();
  expect(memory.me).toBeUndefined();
  expect((await finder.me(signal)).username).toBe('bob');
  expect(memory.me).toBe('bob');
  await coder.close();
  await deployment.close();
});

test('a link to this deployment is a reference, one to another host is an error that names both', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'subject');
  const { host } = new URL(server.deployment.url);
  for (const page of ['tasks/alice/subject', '@alice/subject', '@alice/subject/terminal', 'tasks/alice/subject/']) {
    const text = await server.text('coder_get_task', { task: `${server.deployment.url}/${page}` });
    expect(text).toContain('waiting: alice/subject');
  }
  const before = server.deployment.requests.filter(({ path }) => path.includes('/tasks/')).length;
  for (const task of [
    'https://coder.other.test/tasks/alice/subject',
    `http://${host.replace(':', '.evil.test:')}/@alice/subject`,
  ]) {
    const text = await server.text('coder_get_task', { task });
    expect(text).toContain(`an address of this deployment, ${host}`);
    expect(text).toContain(new URL(task).host);
    expect(text).toContain('code: invalid_argument');
  }
  expect(server.deployment.requests.filter(({ path }) => path.includes('/tasks/'))).toHaveLength(before);
});

test('a title is no reference, but an unknown one gets the nearest by title', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const [template] = await clock.runUntil(server.coder.listTaskTemplates());
  const version = template?.active_version_id ?? '';
  const wanted = { template_version_id: version, input: 'x', name: 'job-1', display_name: 'Fix the login page' };
  await clock.runUntil(server.coder.createTask('me', wanted));
  for (const task of ['Fix the login page', 'fix the login', 'fix-the-login-page'])
    expect(await server.text('coder_get_task', { task })).toContain('alice/job-1');
});
