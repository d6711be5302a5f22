/** The race of two creates of one name, which recordings of one request at a time cannot show. */

import { expect, test } from 'vitest';
import { startDeployment } from '../deployment.js';

const COLLISION = 'pq: duplicate key value violates unique constraint "tasks_owner_id_name_unique_idx"';

test('of creates that come together one wins, and the others meet the index', async () => {
  await using d = await startDeployment();
  const replies = await Promise.all(Array.from({ length: 6 }, () => d.create('race', 'hello')));
  const statuses = replies.map(({ status }) => status);
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses).toContain(500);
  for (const reply of replies.filter(({ status }) => status === 500)) {
    expect(reply.json).toEqual({ message: 'Internal error creating task.', detail: COLLISION });
  }
  expect([...d.coder.world.tasks.values()].filter(({ name }) => name === 'race')).toHaveLength(1);
});

test('with a wide insert window every create but the first collides, whatever the scheduling', async () => {
  await using d = await startDeployment({ pace: { insert: 1_000 } });
  const replies = await Promise.all([d.create('race', 'hello'), d.create('race', 'hello'), d.create('race', 'hello')]);
  expect(replies.map(({ status }) => status).sort()).toEqual([201, 500, 500]);
});

test('one after the other, the second finds the name taken', async () => {
  await using d = await startDeployment();
  await d.create('taken', 'hello');
  expect((await d.create('taken', 'hello')).json).toMatchObject({ message: 'Workspace "taken" already exists.' });
});

test('a task whose workspace was renamed still holds its name in the index', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'renamed' });
  d.coder.world.renameWorkspace('renamed', 'elsewhere');
  expect(await d.create('renamed', 'hello')).toMatchObject({ status: 500, json: { detail: COLLISION } });
});
