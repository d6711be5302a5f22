/** rescue_task through a real client. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ownWords, promptText } from '../support/prompts.js';
import { startReader } from '../support/reader.js';

test('gives the phase, the cause and what usually helps, and forbids what would lose work', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'fell', as: 'broken' });
  const text = await promptText(host, 'rescue_task', { task: 'fell' });
  expect(text).toMatch(/^Now: alice\/fell: broken$/m);
  expect(text).toMatch(/^Cause: .*build/m);
  expect(text).toMatch(/^- coder_\w+\(/m);
  expect(text).toContain('do not delete the task');
});

test('quotes the last message of a task that waits', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'asks', prompt: '@question' });
  const text = await promptText(host, 'rescue_task', { task: 'alice/asks' });
  expect(text).toContain('last message\n| Which branch should I use?');
  expect(ownWords(text)).not.toContain('Which branch');
});

test('suggests only tools that exist', async () => {
  await using host = await startReader({ config: { tools: ['coder_diagnose'] } });
  host.world.addTask({ name: 'fell', as: 'broken' });
  const text = await promptText(host, 'rescue_task', { task: 'fell' });
  expect(text.match(/coder_\w+/g) ?? []).toEqual(text.match(/coder_diagnose/g) ?? []);
});

test('a task that does not exist is an error with the nearest names', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'fix-login' });
  const asked = host.server.client.getPrompt({ name: 'rescue_task', arguments: { task: 'fix-logim' } });
  const error = await host.failureOf(asked);
  expect(error.code).toBe(-32602);
  expect(error.message).toMatch(/no task fix-logim found.*nearest that exist: alice\/fix-login/);
});

test('what is no reference at all is an error that says what one is', async () => {
  await using host = await startReader();
  const asked = host.server.client.getPrompt({ name: 'rescue_task', arguments: { task: '../users/me' } });
  const error = await host.failureOf(asked);
  expect(error.code).toBe(-32602);
  expect(error.message).toContain('argument task');
});

test('is of use without Coder', async () => {
  await using host = await startReader();
  host.faults.always('anything', fault.unauthorized());
  const text = await promptText(host, 'rescue_task', { task: 'fell' });
  expect(text).toContain('Begin with coder_diagnose(task: fell).');
});
