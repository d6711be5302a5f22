/** The versions that were not recorded differ as the matrix of the facts says. */

import { describe, expect, test } from 'vitest';
import type { Profile } from '../../../src/embedded-coder/index.js';
import { startDeployment } from '../deployment.js';

const NO_ROUTE = { status: 404, json: { message: 'Route not found.' } };

describe.each<Profile>(['2.36-off', '2.37'])('%s', (profile) => {
  test('every path of the tasks answers like a route that never was, with or without a token', async () => {
    await using d = await startDeployment({ profile });
    for (const prefix of ['v2', 'experimental']) {
      for (const path of ['tasks', 'tasks/me', 'tasks/me/x', 'tasks/nobody/x/pause']) {
        expect(await d.get(`/api/${prefix}/${path}`)).toMatchObject(NO_ROUTE);
        expect(await d.get(`/api/${prefix}/${path}`, 'stranger')).toMatchObject(NO_ROUTE);
      }
    }
    expect((await d.get('/api/v2/users/me')).status).toBe(200);
  });
});

test('2.28 has tasks below experimental alone, and only by id', async () => {
  await using d = await startDeployment({ profile: '2.28' });
  const { id } = d.coder.world.addTask({ name: 'old' });
  expect(await d.get('/api/v2/tasks')).toMatchObject(NO_ROUTE);
  expect((await d.get('/api/experimental/tasks')).json).toMatchObject({ count: 1 });
  expect((await d.get(`/api/experimental/tasks/me/${id}`)).json).toMatchObject({ name: 'old' });
  expect((await d.get('/api/experimental/tasks/me/old')).status).toBe(400);
  expect(await d.ask('PATCH', `/api/experimental/tasks/me/${id}/input`, { input: 'x' })).toMatchObject(NO_ROUTE);
});

test.each<[Profile, boolean]>([
  ['2.29', false],
  ['2.30', false],
  ['2.31.1', true],
  ['2.32', true],
  ['2.34', true],
  ['2.36', true],
])('%s: a GET on pause tells that it exists: %s', async (profile, exists) => {
  await using d = await startDeployment({ profile });
  d.coder.world.addTask({ name: 'probe' });
  const probe = await d.get('/api/v2/tasks/me/probe/pause');
  expect(probe.status).toBe(exists ? 405 : 404);
  expect(probe.headers.get('allow')).toBe(exists ? 'POST' : null);
});

test.each<[Profile, string]>([
  ['2.30', 'initializing'],
  ['2.31.1', 'pending'],
  ['2.34', 'pending'],
])('%s reports a queued start as %s', async (profile, status) => {
  await using d = await startDeployment({ profile });
  expect((await d.create('queued', 'hello')).json).toMatchObject({ status });
});

test.each<[Profile, number]>([
  ['2.29', 502],
  ['2.31.1', 502],
  ['2.32', 409],
])('%s refuses a message to a busy agent with %i', async (profile, status) => {
  await using d = await startDeployment({ profile });
  await d.create('busy', 'hello slow=60');
  await d.clock.advance(10_000);
  const refusal = await d.ask('POST', '/api/v2/tasks/me/busy/send', { input: 'and?' });
  expect(refusal).toMatchObject({ status, json: { message: 'Task app is not ready to accept input.' } });
});

test.each<[Profile, string, string]>([
  ['2.30', 'working', 'working'],
  ['2.31.1', 'complete', 'failure'],
  ['2.32', 'complete', 'failed'],
])('%s shows the end of a turn as %s or %s', async (profile, complete, failed) => {
  await using d = await startDeployment({ profile });
  d.coder.world.addTask({ name: 'ends' });
  await d.clock.advance(1);
  const state = async () => (await d.get('/api/v2/tasks/me/ends')).json;
  d.coder.world.report('ends', 'complete', 'done');
  expect(await state()).toMatchObject({ current_state: { state: complete, message: 'done' } });
  d.coder.world.report('ends', 'failed', 'not done');
  expect(await state()).toMatchObject({ current_state: { state: failed, message: 'not done' } });
});

test.each<[Profile, number]>([
  ['2.30', 400],
  ['2.31.1', 200],
  ['2.34', 200],
])('%s answers %i for the logs of a paused task', async (profile, status) => {
  await using d = await startDeployment({ profile });
  d.coder.world.addTask({ name: 'asleep', as: 'paused' });
  expect((await d.get('/api/v2/tasks/me/asleep/logs')).status).toBe(status);
});

test('before 2.32 the rate limit is shared by everybody from one address', async () => {
  for (const [profile, status] of [
    ['2.31.1', 429],
    ['2.32', 200],
  ] as const) {
    await using d = await startDeployment({ profile });
    for (let count = 0; count < 512; count++) await d.get('/api/v2/tasks', 'alice');
    expect((await d.get('/api/v2/tasks', 'alice')).status).toBe(429);
    expect((await d.get('/api/v2/tasks', 'bob')).status).toBe(status);
  }
});
