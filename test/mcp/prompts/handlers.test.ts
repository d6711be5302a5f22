/** Prompts in the protocol: which are listed, what their arguments say, and bad requests. */

import { expect, test } from 'vitest';
import { startReader } from '../../support/reader.js';

test('the list names every prompt with its arguments, without asking Coder', async () => {
  await using host = await startReader();
  const { prompts } = await host.during(host.server.client.listPrompts());
  const signatures = prompts.map(({ name, arguments: args = [] }) => {
    const words = args.map((argument) => argument.name + (argument.required ? '' : '?'));
    return `${name}(${words.join(', ')})`;
  });
  expect(signatures).toEqual([
    'delegate_task(work, template?, preset?)',
    'review_tasks(owner?)',
    'rescue_task(task)',
    'clean_up_tasks()',
  ]);
  expect(prompts.every(({ title, description }) => title && description)).toBe(true);
  expect(prompts.flatMap((prompt) => prompt.arguments ?? []).every(({ description }) => description)).toBe(true);
  expect(host.requests()).toEqual([]);
});

test('a prompt whose tool is switched off does not exist', async () => {
  await using host = await startReader({ config: { readOnly: true } });
  const { prompts } = await host.during(host.server.client.listPrompts());
  expect(prompts.map(({ name }) => name)).toEqual(['review_tasks', 'rescue_task']);
  const error = await host.failureOf(host.server.client.getPrompt({ name: 'delegate_task', arguments: { work: 'x' } }));
  expect(error.code).toBe(-32602);
});

test.each([
  ['an unknown prompt', 'delegate', {}, 'delegate_task'],
  ['a missing argument', 'rescue_task', {}, 'task'],
  ['an argument that a person left blank', 'rescue_task', { task: '  ' }, 'task'],
  ['an unknown argument', 'rescue_task', { task: 'x', owner: 'me' }, 'owner'],
])('%s is an error that says what is allowed', async (_what, name, args, word) => {
  await using host = await startReader();
  const error = await host.failureOf(host.server.client.getPrompt({ name, arguments: args }));
  expect(error.code).toBe(-32602);
  expect(error.message).toContain(word);
});
