/** Whose tasks this process may touch, over the embedded deployment. */

import { expect, test } from 'vitest';
import { listAllowed } from '../../src/tasks/allowed.js';
import { Policy } from '../../src/tasks/policy.js';
import { startReader } from '../support/reader.js';

async function names(allowedOwners: readonly string[] | undefined, owner: string) {
  await using host = await startReader({ user: 'admin' });
  for (const each of ['admin', 'alice', 'bob']) host.world.addTask({ name: `of-${each}`, owner: each });
  const { coder, tasks } = host.server;
  const policy = new Policy({ allowedOwners, confirm: 'ask' });
  const found = await host.during(listAllowed({ coder, tasks, policy }, owner, new AbortController().signal));
  return found.map(({ name }) => name).toSorted();
}

test('without a rule everybody’s tasks are listed, or those of one owner', async () => {
  expect(await names(undefined, '*')).toEqual(['of-admin', 'of-alice', 'of-bob']);
  expect(await names(undefined, 'me')).toEqual(['of-admin']);
  expect(await names(undefined, 'bob')).toEqual(['of-bob']);
});

test('with a rule only those of its owners are', async () => {
  expect(await names(['me', 'bob'], '*')).toEqual(['of-admin', 'of-bob']);
  expect(await names(['me'], 'me')).toEqual(['of-admin']);
  expect(await names(['BOB'], 'bob')).toEqual(['of-bob']);
});

test('another owner is an error, not an empty list', async () => {
  await expect(names(['bob'], 'me')).rejects.toMatchObject({ code: 'not_allowed_here' });
  await expect(names(['me'], 'bob')).rejects.toMatchObject({ code: 'not_allowed_here' });
});
