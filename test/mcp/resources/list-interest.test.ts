/** `list_changed` through a real client: only while somebody looks, and only when the set of tasks is another one. */

import { expect, test } from 'vitest';
import { startReader } from '../../support/reader.js';

const MINUTE_MS = 60_000;

test('who has listed is told when a task comes', async () => {
  await using host = await startReader();
  await host.during(host.server.client.listResources());
  await host.clock.advance(30_000);
  expect(host.notices()).toEqual([]);
  host.world.addTask({ name: 'new-one' });
  await host.clock.advance(20_000);
  expect(host.notices()).toEqual(['list']);
});

test('who has listed is told when a task goes', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'talk' });
  await host.during(host.server.client.listResources());
  await host.during(host.server.coder.deleteTask({ user: 'me', task: 'talk' }));
  await host.clock.advance(30_000);
  expect(host.notices()).toEqual(['list']);
});

test('a task that comes right after the list was given is told', async () => {
  await using host = await startReader();
  await host.during(host.server.client.listResources());
  host.world.addTask({ name: 'new-one' });
  await host.clock.advance(20_000);
  expect(host.notices()).toEqual(['list']);
});

test('a change within a task is no change of the list', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'talk' });
  await host.during(host.server.client.listResources());
  host.world.report('talk', 'working', 'on it');
  await host.clock.advance(MINUTE_MS);
  expect(host.notices()).toEqual([]);
});

test('a client that has not listed for minutes does not look any more: it is not told, and Coder is not asked', async () => {
  await using host = await startReader();
  await host.during(host.server.client.listResources());
  await host.clock.advance(6 * MINUTE_MS);
  host.requests();
  host.world.addTask({ name: 'new-one' });
  await host.clock.advance(10 * MINUTE_MS);
  expect(host.notices()).toEqual([]);
  expect(host.requests()).toEqual([]);
});

test('a client that never listed is not told, and Coder is not asked', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'new-one' });
  await host.clock.advance(MINUTE_MS);
  expect(host.notices()).toEqual([]);
  expect(host.requests()).toEqual([]);
});

test('who follows my list of tasks looks for as long', async () => {
  await using host = await startReader();
  await host.during(host.server.client.listResources());
  await host.during(host.server.client.subscribeResource({ uri: 'coder://tasks' }));
  await host.clock.advance(20 * MINUTE_MS);
  host.world.addTask({ name: 'new-one' });
  await host.clock.advance(20_000);
  expect(host.notices().toSorted()).toEqual(['coder://tasks', 'list']);
});
