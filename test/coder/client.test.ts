/** The methods of the client: which path each calls, what no caller can reach, and which reads are shared. */

import { expect, test } from 'vitest';
import type { CoderClient } from '../../src/coder/client.js';
import type { endpoints } from '../../src/coder/endpoints.js';
import { InputError } from '../../src/coder/errors/errors.js';
import { json, rejection, startLoopback, testClient } from './http/loopback.js';

const ref = { user: 'alice', task: 'fix' };

/** Every method, called once. A new endpoint without a line here fails the test below. */
const calls: Readonly<Record<keyof typeof endpoints, readonly [(coder: CoderClient) => Promise<unknown>, string]>> = {
  listTasks: [
    (c) => c.listTasks({ owner: 'me', organization: 'coder', status: 'active' }),
    'GET /api/v2/tasks?q=owner%3A%22me%22+organization%3A%22coder%22+status%3A%22active%22',
  ],
  createTask: [(c) => c.createTask('me', { template_version_id: 'v', input: 'x' }), 'POST /api/v2/tasks/me'],
  getTask: [(c) => c.getTask(ref), 'GET /api/v2/tasks/alice/fix'],
  deleteTask: [(c) => c.deleteTask(ref), 'DELETE /api/v2/tasks/alice/fix'],
  updateTaskInput: [(c) => c.updateTaskInput(ref, 'x'), 'PATCH /api/v2/tasks/alice/fix/input'],
  getTaskLogs: [(c) => c.getTaskLogs(ref), 'GET /api/v2/tasks/alice/fix/logs'],
  sendTaskInput: [(c) => c.sendTaskInput(ref, 'x'), 'POST /api/v2/tasks/alice/fix/send'],
  pauseTask: [(c) => c.pauseTask(ref), 'POST /api/v2/tasks/alice/fix/pause'],
  resumeTask: [(c) => c.resumeTask(ref), 'POST /api/v2/tasks/alice/fix/resume'],
  getBuildInfo: [(c) => c.getBuildInfo(), 'GET /api/v2/buildinfo'],
  getUser: [(c) => c.getMe(), 'GET /api/v2/users/me'],
  listMyOrganizations: [(c) => c.listMyOrganizations(), 'GET /api/v2/users/me/organizations'],
  listTemplates: [
    (c) => c.listTaskTemplates({ organization: 'coder' }),
    'GET /api/v2/templates?q=has-ai-task%3A%22true%22+organization%3A%22coder%22',
  ],
  getTemplate: [(c) => c.getTemplate('t'), 'GET /api/v2/templates/t'],
  getTemplateByName: [(c) => c.getTemplateByName('o', 't'), 'GET /api/v2/organizations/o/templates/t'],
  listTemplateVersions: [(c) => c.listTemplateVersions('t'), 'GET /api/v2/templates/t/versions'],
  getTemplateVersion: [(c) => c.getTemplateVersion('v'), 'GET /api/v2/templateversions/v'],
  getTemplateVersionByName: [(c) => c.getTemplateVersionByName('t', 'v1.2'), 'GET /api/v2/templates/t/versions/v1.2'],
  listPresets: [(c) => c.listPresets('v'), 'GET /api/v2/templateversions/v/presets'],
  listRichParameters: [(c) => c.listRichParameters('v'), 'GET /api/v2/templateversions/v/rich-parameters'],
  listExternalAuth: [(c) => c.listExternalAuth('v'), 'GET /api/v2/templateversions/v/external-auth'],
  listWorkspaces: [
    (c) => c.listTaskWorkspaces({ owner: 'me' }, 100),
    'GET /api/v2/workspaces?q=has-ai-task%3A%22true%22+owner%3A%22me%22&limit=100',
  ],
  getWorkspace: [(c) => c.getWorkspace('w', { includeDeleted: true }), 'GET /api/v2/workspaces/w?include_deleted=true'],
  getWorkspaceByName: [(c) => c.getWorkspaceByName('me', 'w'), 'GET /api/v2/users/me/workspace/w'],
  watchWorkspace: [async (c) => c.watchWorkspace('w')[Symbol.asyncIterator]().next(), 'GET /api/v2/workspaces/w/watch'],
  createWorkspaceBuild: [
    (c) => c.createWorkspaceBuild('w', { transition: 'stop' }),
    'POST /api/v2/workspaces/w/builds',
  ],
  cancelBuild: [(c) => c.cancelBuild('b'), 'PATCH /api/v2/workspacebuilds/b/cancel'],
  getBuildLogs: [(c) => c.getBuildLogs('b'), 'GET /api/v2/workspacebuilds/b/logs'],
  getAgentLogs: [(c) => c.getAgentLogs('a'), 'GET /api/v2/workspaceagents/a/logs'],
};

test('every method calls its endpoint', async () => {
  await using server = await startLoopback((_request, response) => json(response, 400, { message: 'no' }));
  await using client = testClient(server.url);
  for (const [call] of Object.values(calls)) await rejection(call(client.coder));
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
    Object.values(calls).map(([, line]) => line),
  );
});

test('what is sent has the fields of the API and nothing that is left out', async () => {
  await using server = await startLoopback((_request, response) => json(response, 400, { message: 'no' }));
  await using client = testClient(server.url);
  const task = { template_version_id: 'v', template_version_preset_id: undefined, input: 'say "ü"', name: 'n' };
  await rejection(client.coder.createTask('me', task));
  await rejection(client.coder.pauseTask(ref));
  const [create, pause] = server.requests;
  expect(JSON.parse(create?.body ?? '')).toEqual({ template_version_id: 'v', input: 'say "ü"', name: 'n' });
  expect(create?.headers['content-type']).toBe('application/json');
  expect(pause?.body).toBe('');
});

test.each(['', '.', '..', '../users/me', 'a/b', '/', 'a\\b', 'a\nb', 'a\0b', '\ud800'])(
  'a name that could reach another path is refused before any request: %j',
  async (name) => {
    await using server = await startLoopback((_request, response) => json(response, 200, {}));
    await using client = testClient(server.url);
    for (const call of [
      client.coder.getTask({ user: 'me', task: name }),
      client.coder.getTask({ user: name, task: 'x' }),
      client.coder.deleteTask({ user: 'me', task: name }),
      client.coder.createTask(name, { template_version_id: 'v', input: 'x' }),
      client.coder.getWorkspace(name),
    ]) {
      expect(await rejection(call)).toBeInstanceOf(InputError);
    }
    expect(server.requests).toEqual([]);
  },
);

test.each([
  ['a?b=c', 'a%3Fb%3Dc'],
  ['a#b', 'a%23b'],
  ['%2e%2e', '%252e%252e'],
  ['%2f', '%252f'],
  ['a b', 'a%20b'],
  ['ünï', '%C3%BCn%C3%AF'],
  ['...', '...'],
  ['a;b', 'a%3Bb'],
])('the name %j stays one segment of its path', async (name, segment) => {
  await using server = await startLoopback((_request, response) => json(response, 404, { message: 'no' }));
  await using client = testClient(server.url);
  await rejection(client.coder.getTask({ user: 'me', task: name }));
  expect(server.requests.map(({ path }) => path)).toEqual([`/api/v2/tasks/me/${segment}`]);
});

test('a filter cannot smuggle in another one', async () => {
  await using server = await startLoopback((_request, response) => json(response, 200, { tasks: [] }));
  await using client = testClient(server.url);
  expect(await rejection(client.coder.listTasks({ owner: 'x" owner:"*' }))).toBeInstanceOf(InputError);
  expect(await rejection(client.coder.listTasks({ organization: '' }))).toBeInstanceOf(InputError);
  await client.coder.listTasks({ owner: 'a b:c' });
  await client.coder.listTasks();
  expect(server.requests.map(({ path }) => path)).toEqual(['/api/v2/tasks?q=owner%3A%22a+b%3Ac%22', '/api/v2/tasks']);
});

/** A server that holds every answer until it is released. */
async function startHolding() {
  const release: (() => void)[] = [];
  const server = await startLoopback((request, response, index) => {
    const status = request.path.endsWith('/send') ? 204 : 200;
    release.push(() => json(response, status, { id: 'i', name: `answer-${index}`, request: request.path }));
  });
  return { server, release };
}

test('the same read at the same time is made once, and each caller gets an object of its own', async () => {
  const { server, release } = await startHolding();
  await using _server = server;
  await using client = testClient(server.url);
  const reads = [
    client.coder.getTask(ref),
    client.coder.getTask(ref),
    client.coder.getTask({ user: 'bob', task: 'fix' }),
  ];
  await server.seen(2);
  for (const answer of release) answer();
  const [first, second, other] = await Promise.all(reads);
  expect(server.requests).toHaveLength(2);
  expect(first).toEqual(second);
  expect(first).not.toBe(second);
  expect(other?.name).not.toBe(first?.name);
});

test('a caller who leaves a shared read does not take it from the others', async () => {
  const { server, release } = await startHolding();
  await using _server = server;
  await using client = testClient(server.url);
  const leaving = new AbortController();
  const left = rejection(client.coder.getTask(ref, { signal: leaving.signal }));
  const stays = client.coder.getTask(ref);
  await server.seen(1);
  leaving.abort(new Error('gone'));
  expect(await left).toEqual(new Error('gone'));
  release[0]?.();
  expect(await stays).toMatchObject({ name: 'answer-0' });
});

test('a shared read ends when its last caller has left, and the next caller starts anew', async () => {
  const { server, release } = await startHolding();
  await using _server = server;
  await using client = testClient(server.url);
  const leaving = new AbortController();
  const left = [1, 2].map(() => rejection(client.coder.getTask(ref, { signal: leaving.signal })));
  await server.seen(1);
  leaving.abort(new Error('gone'));
  await Promise.all(left);
  expect(client.coder.inFlight).toBe(0);
  const again = client.coder.getTask(ref);
  await server.seen(2);
  release[1]?.();
  expect(await again).toMatchObject({ name: 'answer-1' });
});

test('a read that follows a change never joins one from before it', async () => {
  const { server, release } = await startHolding();
  await using _server = server;
  await using client = testClient(server.url);
  const before = client.coder.getTask(ref);
  await server.seen(1);
  const change = client.coder.sendTaskInput(ref, 'x');
  await server.seen(2);
  const during = client.coder.getTask(ref);
  await server.seen(3);
  release[1]?.();
  await change;
  const after = client.coder.getTask(ref);
  await server.seen(4);
  for (const answer of [release[0], release[2], release[3]]) answer?.();
  const names = (await Promise.all([before, during, after])).map(({ name }) => name);
  expect(names).toEqual(['answer-0', 'answer-2', 'answer-3']);
});

test('at most 16 sockets are opened for short calls, and more calls wait for one', async () => {
  const { server, release } = await startHolding();
  await using _server = server;
  await using client = testClient(server.url);
  const reads = Array.from({ length: 40 }, (_, i) => client.coder.getTask({ user: 'me', task: `t${i}` }));
  await server.seen(16);
  await new Promise((resolve) => setImmediate(resolve));
  expect(server.requests).toHaveLength(16);
  expect(client.coder.inFlight).toBe(40);
  for (let answered = 0; answered < 40; answered++) {
    await server.seen(answered + 1);
    release[answered]?.();
  }
  expect(await Promise.all(reads)).toHaveLength(40);
});

test('a client that was never used opens and needs nothing', async () => {
  const client = testClient('http://127.0.0.1:1');
  expect(client.coder.url).toBeUndefined();
  expect(client.coder.buildVersion).toBeUndefined();
  await client.coder.close();
});
