/** coder://tasks through a real client. */

import { expect, test } from 'vitest';
import { startReader } from '../support/reader.js';

test('shows my tasks as the list does: what needs me first, with title, report and outcome under untrusted or known', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'older', prompt: 'first' });
  host.world.report('older', 'idle', 'Which one?');
  await host.clock.advance(60_000);
  host.world.addTask({ name: 'newer', as: 'paused', displayName: 'Newer one' });
  host.world.addTask({ name: 'not-mine', owner: 'bob' });
  expect(await host.readJson('coder://tasks')).toMatchObject({
    now: expect.any(String),
    counts: { waiting: 1, paused: 1 },
    matched: 2,
    shown: 2,
    tasks: [
      { task: 'alice/older', phase: 'waiting', turn: 'you', untrusted: { report: 'Which one?' } },
      { task: 'alice/newer', phase: 'paused', turn: 'nobody', untrusted: { title: 'Newer one' } },
    ],
  });
});

test('shows at most a hundred and says how many there are', async () => {
  await using host = await startReader();
  for (let index = 0; index < 120; index++) host.world.addTask({ name: `task-${index}`, as: 'paused' });
  expect(await host.readJson('coder://tasks')).toMatchObject({ matched: 120, shown: 100 });
});

test('is refused where this server may not touch my tasks, to read and to follow', async () => {
  await using host = await startReader({ config: { allowedOwners: ['bob'] } });
  host.world.addTask({ name: 'mine' });
  const uri = 'coder://tasks';
  const words = 'may not touch tasks of alice';
  expect((await host.failureOf(host.server.client.readResource({ uri }))).message).toContain(words);
  expect((await host.failureOf(host.server.client.subscribeResource({ uri }))).message).toContain(words);
});
