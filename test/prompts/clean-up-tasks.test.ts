/** clean_up_tasks through a real client. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ownWords, promptText } from '../support/prompts.js';
import { startReader } from '../support/reader.js';

test('shows finished and paused tasks, what they reported, and asks once before one call', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'ready' });
  await host.clock.advance(1_000);
  host.world.report('ready', 'complete', 'Finished: README');
  await host.clock.advance(1_000);
  host.world.report('ready', 'idle', 'Finished: README');
  host.world.addTask({ name: 'asks', prompt: '@question' });
  host.world.addTask({ name: 'rests', as: 'paused' });
  const text = await promptText(host, 'clean_up_tasks');
  expect(ownWords(text)).toMatch(/Finished by their own report:\n- alice\/ready: /);
  expect(ownWords(text)).toMatch(/Paused, perhaps put aside on purpose:\n- alice\/rests: paused/);
  expect(ownWords(text)).not.toContain('alice/asks');
  expect(text).toContain('alice/ready last reported\n| Finished:');
  expect(text).toContain('ask me once');
  expect(text).toContain('coder_delete_task(tasks: those that I named)');
});

test('with nothing to delete it says so', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'asks', prompt: '@question' });
  expect(await promptText(host, 'clean_up_tasks')).toContain('there is nothing to delete');
});

test('does not exist where deleting is switched off', async () => {
  await using host = await startReader({ config: { noDelete: true } });
  const { prompts } = await host.during(host.server.client.listPrompts());
  expect(prompts.map(({ name }) => name)).not.toContain('clean_up_tasks');
});

test('without Coder it says why', async () => {
  await using host = await startReader();
  host.faults.always('anything', fault.unauthorized());
  expect(await promptText(host, 'clean_up_tasks')).toMatch(/could not be read now: .*code: unauthorized/);
});
