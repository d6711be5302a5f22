/** coder://tasks/{owner}/{task} through a real client. */

import { expect, test } from 'vitest';
import { startReader } from '../support/reader.js';

test('is the summary, and the object as Coder sent it under the key that says so', async () => {
  await using host = await startReader();
  const { id } = host.world.addTask({ name: 'fix-flaky', prompt: '@question' });
  expect(await host.readJson('coder://tasks/alice/fix-flaky')).toMatchObject({
    task: 'alice/fix-flaky',
    phase: 'waiting',
    turn: 'you',
    id,
    untrusted: {
      last_message: expect.stringContaining('Which branch should I use?'),
      object: { id, initial_prompt: '@question', current_state: { state: 'idle' } },
    },
  });
});

test('is the same under me, the id and other case', async () => {
  await using host = await startReader();
  const { id } = host.world.addTask({ name: 'fix-flaky' });
  for (const path of ['me/fix-flaky', `alice/${id}`, 'ALICE/FIX-FLAKY', `me/${id.toUpperCase()}`]) {
    expect(await host.readJson(`coder://tasks/${path}`)).toMatchObject({ task: 'alice/fix-flaky' });
  }
});

test('suggests no tool that does not exist in this process', async () => {
  await using host = await startReader({ config: { tools: ['coder_get_task'] } });
  host.world.addTask({ name: 'fix-flaky' });
  expect(await host.readJson('coder://tasks/me/fix-flaky')).toMatchObject({ next: [] });
});
