/** Listing and reading resources through a real client: what a person can pick from, and errors. */

import { expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { type Reader, startReader } from '../../support/reader.js';

const fixed = ['coder://tasks', 'coder://templates', 'coder://deployment'];

async function listed({ server, during }: Reader) {
  return (await during(server.client.listResources())).resources;
}

async function listedUris(host: Reader) {
  return (await listed(host)).map(({ uri }) => uri);
}

test('the list has the fixed resources, then state and conversation of each task of mine, paused ones last', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'resting', as: 'paused' });
  host.world.addTask({ name: 'running' });
  host.world.addTask({ name: 'not-mine', owner: 'bob' });
  expect(await listedUris(host)).toEqual([
    ...fixed,
    'coder://tasks/alice/running',
    'coder://tasks/alice/running/logs',
    'coder://tasks/alice/resting',
    'coder://tasks/alice/resting/logs',
  ]);
});

test('a task in the list says what a person knows it by', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'fix-1', displayName: 'Fix the\nlogin \u202epage' });
  expect((await listed(host)).find(({ name }) => name === 'alice/fix-1')).toMatchObject({
    title: 'Task: Fix the login \\u{202e}page',
    description: 'alice/fix-1, waiting when listed; template tasks-demo',
    annotations: { lastModified: expect.stringMatching(/Z$/) },
  });
});

test('what is listed can be read', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'talk' });
  for (const uri of await listedUris(host)) expect(await host.read(uri)).not.toBe('');
});

test('a task that is being deleted is not in the list', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'talk' });
  await host.during(host.server.coder.deleteTask({ user: 'me', task: 'talk' }));
  expect(await listedUris(host)).toEqual(fixed);
});

test.each([
  ['refuses the token', fault.unauthorized()],
  ['is broken', fault.json(500, { message: 'Internal error.' })],
  ['does not answer', fault.hang()],
])('where Coder %s, the list has the fixed resources, and soon', async (_what, what) => {
  await using host = await startReader();
  host.faults.always('anything', what);
  const begun = host.clock.now();
  expect(await listedUris(host)).toEqual(fixed);
  expect(host.clock.now() - begun).toBeLessThanOrEqual(5_000);
});

test('the templates name the variables and the query', async () => {
  await using host = await startReader();
  const { resourceTemplates } = await host.during(host.server.client.listResourceTemplates());
  expect(resourceTemplates.map(({ uriTemplate }) => uriTemplate)).toEqual([
    'coder://tasks/{owner}/{task}',
    'coder://tasks/{owner}/{task}/logs{?after,tail}',
    'coder://tasks/{owner}/{task}/build-logs{?tail}',
  ]);
});

test('the list of templates needs no Coder', async () => {
  await using host = await startReader();
  await host.during(host.server.client.listResourceTemplates());
  expect(host.requests()).toEqual([]);
});

test.each([
  'coder://nothing',
  'coder://tasks/alice',
  'coder://tasks/alice/..%2F..%2Fusers%2Fme',
  'coder://tasks/%2e%2e/me',
  'coder://tasks/alice/talk%3Fq=1',
  'coder://tasks/alice/talk/logs?tail=all',
  'coder://tasks/alice/%E0%A4',
  'not an address',
])('%s is not found, without asking Coder', async (uri) => {
  await using host = await startReader();
  const error = await host.failureOf(host.server.client.readResource({ uri }));
  expect(error).toMatchObject({ code: -32002, data: { uri } });
  expect(host.requests()).toEqual([]);
});

test('a task that does not exist is not found, with the nearest names', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'fix-login' });
  const uri = 'coder://tasks/alice/fix-logim/logs';
  const error = await host.failureOf(host.server.client.readResource({ uri }));
  expect(error).toMatchObject({ code: -32002, data: { uri } });
  expect(error.message).toContain('alice/fix-login');
  expect(error.message).not.toContain('\n');
});

test('another failure keeps its words and is no missing resource', async () => {
  await using host = await startReader();
  host.faults.always('anything', fault.unauthorized());
  const error = await host.failureOf(host.server.client.readResource({ uri: 'coder://tasks' }));
  expect(error.code).toBe(-32603);
  expect(error.message).toMatch(/why: .*; next: .*coder login.*; code: unauthorized/);
});

test.each(['coder://tasks/alice/talk', 'coder://tasks/alice/talk/logs'])(
  '%s of an owner that this server may not touch is refused, to read and to follow',
  async (uri) => {
    await using host = await startReader({ user: 'admin', config: { allowedOwners: ['me'] } });
    host.world.addTask({ name: 'talk', owner: 'alice' });
    const { client } = host.server;
    expect((await host.failureOf(client.readResource({ uri }))).message).toContain('may not touch tasks of alice');
    expect((await host.failureOf(client.subscribeResource({ uri }))).message).toContain('may not touch tasks of alice');
  },
);

test('a read that is cancelled stops asking Coder', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'talk' });
  host.faults.always('getTask', fault.hang());
  const stop = new AbortController();
  const answer = host.server.client.readResource({ uri: 'coder://tasks/me/talk' }, { signal: stop.signal });
  await host.clock.settle();
  stop.abort();
  await expect(answer).rejects.toThrow();
  await host.clock.settle();
  expect(host.server.coder.inFlight).toBe(0);
});
