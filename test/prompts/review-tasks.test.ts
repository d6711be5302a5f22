/** review_tasks through a real client. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ownWords, promptText } from '../support/prompts.js';
import { startReader } from '../support/reader.js';

test('sorts my tasks by who has to act, and quotes what those that wait have reported', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'asks' });
  host.world.report('asks', 'idle', 'Two ways: which one?');
  host.world.addTask({ name: 'rests', as: 'paused' });
  host.world.addTask({ name: 'fell', as: 'broken' });
  host.world.addTask({ name: 'not-mine', owner: 'bob' });
  const text = await promptText(host, 'review_tasks');
  const [waiting = '', paused = ''] = ownWords(text).split('Paused:');
  expect(waiting).toMatch(/^- alice\/asks: waiting for /m);
  expect(waiting).toMatch(/^- alice\/fell: broken for /m);
  expect(paused).toMatch(/^- alice\/rests: paused for /m);
  expect(text).not.toContain('not-mine');
  expect(text).toContain('alice/asks last reported\n| Two ways: which one?');
});

test('with an owner it is about their tasks', async () => {
  await using host = await startReader({ user: 'admin' });
  host.world.addTask({ name: 'asks', owner: 'bob' });
  expect(await promptText(host, 'review_tasks', { owner: 'bob' })).toContain('- bob/asks: waiting');
  expect(await promptText(host, 'review_tasks', { owner: '*' })).toContain('Review all Coder tasks.');
});

test('says so when there are none', async () => {
  await using host = await startReader();
  expect(await promptText(host, 'review_tasks')).toContain('There are none.');
});

test('is of use without Coder: it says why, and which call to make', async () => {
  await using host = await startReader();
  host.faults.always('anything', fault.unauthorized());
  const text = await promptText(host, 'review_tasks', { owner: 'bob' });
  expect(text).toMatch(/could not be read now: .*code: unauthorized/);
  expect(text).toContain('coder_list_tasks(owner: bob)');
});
