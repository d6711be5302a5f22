/** Completion through a real client: what is offered, in which order, and never an error. */

import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { matching } from '../../../src/mcp/prompts/completions.js';
import { type Reader, startReader } from '../../support/reader.js';

const TASK_URI = 'coder://tasks/{owner}/{task}/logs{?after,tail}';

type Others = Record<string, string>;

async function ofPrompt({ server, during }: Reader, prompt: string, argument: [string, string], others?: Others) {
  const ref = { type: 'ref/prompt', name: prompt } as const;
  return complete({ server, during }, ref, argument, others);
}

async function ofTemplate(host: Reader, argument: [string, string], others?: Others) {
  return complete(host, { type: 'ref/resource', uri: TASK_URI }, argument, others);
}

async function complete(
  { server, during }: Pick<Reader, 'server' | 'during'>,
  ref: { readonly type: 'ref/prompt'; readonly name: string } | { readonly type: 'ref/resource'; readonly uri: string },
  [name, value]: [string, string],
  others: Others = {},
) {
  const { completion } = await during(
    server.client.complete({ ref, argument: { name, value }, context: { arguments: others } }),
  );
  return completion;
}

describe('matching', () => {
  test('takes what begins with the value in any case, whole or behind the owner, then what has it within', () => {
    expect(matching('FIX', ['a/pre-fix', 'bob/fix-2', 'fixture', 'alice/other'])).toEqual([
      'bob/fix-2',
      'fixture',
      'a/pre-fix',
    ]);
  });

  test('offers nothing for a word that nothing matches', () => {
    expect(matching('fix-logim', ['alice', 'fix-login', 'zebra'])).toEqual([]);
  });

  test('takes all when nothing has been typed', () => {
    expect(matching('', ['b', 'a'])).toEqual(['b', 'a']);
  });
});

test('a task of a prompt completes to references of mine', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'fix-login' });
  host.world.addTask({ name: 'tidy-up' });
  host.world.addTask({ name: 'fix-theirs', owner: 'bob' });
  expect(await ofPrompt(host, 'rescue_task', ['task', 'fix'])).toMatchObject({ values: ['alice/fix-login'], total: 1 });
});

test("with an owner before the slash it completes to that owner's", async () => {
  await using host = await startReader({ user: 'admin' });
  host.world.addTask({ name: 'fix-theirs', owner: 'bob' });
  expect((await ofPrompt(host, 'rescue_task', ['task', 'bob/'])).values).toEqual(['bob/fix-theirs']);
});

test('the variables of resource templates complete, the task by its owner', async () => {
  await using host = await startReader({ user: 'admin' });
  host.world.addTask({ name: 'mine', owner: 'admin' });
  host.world.addTask({ name: 'theirs', owner: 'bob' });
  expect((await ofTemplate(host, ['owner', ''])).values).toEqual(expect.arrayContaining(['me', 'admin', 'bob']));
  expect(await ofTemplate(host, ['task', ''])).toMatchObject({ values: ['mine'] });
  expect((await ofTemplate(host, ['task', ''], { owner: 'bob' })).values).toEqual(['theirs']);
});

test('the owner whose tasks are reviewed can be everybody', async () => {
  await using host = await startReader({ user: 'admin' });
  host.world.addTask({ name: 'theirs', owner: 'bob' });
  expect((await ofPrompt(host, 'review_tasks', ['owner', ''])).values).toEqual(['me', '*', 'bob']);
  expect((await ofPrompt(host, 'review_tasks', ['owner', '*'])).values).toEqual(['*']);
});

test('templates and presets complete, the default preset first', async () => {
  await using host = await startReader();
  expect((await ofPrompt(host, 'delegate_task', ['template', 'tasks'])).values).toEqual(['tasks-demo']);
  const presets = await ofPrompt(host, 'delegate_task', ['preset', ''], { template: 'tasks-demo' });
  expect(presets.values).toEqual(['Standard', 'Large', 'none']);
});

test('only what this server may touch is offered', async () => {
  const config = { allowedOwners: ['bob'], allowedTemplates: ['needs-param'] };
  await using host = await startReader({ user: 'admin', config });
  host.world.addTask({ name: 'mine', owner: 'admin' });
  host.world.addTask({ name: 'theirs', owner: 'bob' });
  expect((await ofPrompt(host, 'rescue_task', ['task', ''])).values).toEqual([]);
  expect((await ofPrompt(host, 'delegate_task', ['template', ''])).values).toEqual(['needs-param']);
  expect((await ofPrompt(host, 'review_tasks', ['owner', ''])).values).toEqual(['*', 'bob']);
});

test('at most a hundred values come, with the number of all', async () => {
  await using host = await startReader();
  for (let index = 0; index < 130; index++) host.world.addTask({ name: `task-${index}`, as: 'paused' });
  const completion = await ofPrompt(host, 'rescue_task', ['task', 'task-']);
  expect(completion.values).toHaveLength(100);
  expect(completion).toMatchObject({ total: 130, hasMore: true });
});

test('one word that is typed asks Coder once', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'fix-login' });
  host.requests();
  for (const value of ['f', 'fi', 'fix']) await ofPrompt(host, 'rescue_task', ['task', value]);
  expect(host.requests()).toHaveLength(1);
  await host.clock.advance(10_000);
  await ofPrompt(host, 'rescue_task', ['task', 'fix']);
  expect(host.requests()).toHaveLength(1);
});

test.each([
  ['an unknown prompt', { type: 'ref/prompt', name: 'nothing' }, ['task', 'x']],
  ['an unknown argument', { type: 'ref/prompt', name: 'rescue_task' }, ['nothing', 'x']],
  ['an argument without suggestions', { type: 'ref/prompt', name: 'delegate_task' }, ['work', 'x']],
  ['an unknown template', { type: 'ref/resource', uri: 'coder://nothing/{task}' }, ['task', 'x']],
  ['a variable of the query', { type: 'ref/resource', uri: TASK_URI }, ['tail', '1']],
] as const)('%s completes to nothing', async (_what, ref, [name, value]) => {
  await using host = await startReader();
  expect(await complete(host, ref, [name, value])).toMatchObject({ values: [], total: 0 });
});

test.each([
  ['refuses', fault.unauthorized()],
  ['does not answer', fault.hang()],
])('where Coder %s there is nothing to complete to, and soon', async (_what, what) => {
  await using host = await startReader();
  host.faults.always('anything', what);
  const begun = host.clock.now();
  for (const [prompt, argument] of [
    ['rescue_task', 'task'],
    ['review_tasks', 'owner'],
    ['delegate_task', 'template'],
    ['delegate_task', 'preset'],
  ] as const) {
    expect((await ofPrompt(host, prompt, [argument, ''])).values).toEqual([]);
  }
  expect(host.clock.now() - begun).toBeLessThanOrEqual(12_000);
});
