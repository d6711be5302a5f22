/** The same done to several tasks in one call: counts, one line each, at most eight side by side, what fails stops nothing. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask, createTask } from '../support/tasks.js';
import { startTestServer, textOf } from '../support/test-server.js';

test('pause 24 tasks: one call, one line each, at most 25 tokens a task', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const names = Array.from({ length: 24 }, (_, at) => `fix-flaky-test-${at + 10}`);
  for (const name of names) await createTask(server, clock, name);
  await clock.advance(30_000);
  const result = await server.call('coder_pause_task', { tasks: names });
  const text = textOf(result);
  expect(text.split('\n').slice(0, 2)).toEqual(['24 pausing', 'pausing alice/fix-flaky-test-10']);
  expect(encode(text).length / names.length).toBeLessThanOrEqual(25);
  expect(result.structuredContent).toMatchObject({
    tasks: names.map((name) => ({ task: `alice/${name}`, changed: true })),
  });
  await clock.advance(30_000);
  const again = await server.call('coder_pause_task', { tasks: [...names, 'no-such-task'] });
  expect(textOf(again)).toContain('24 paused, 1 failed\npaused alice/fix-flaky-test-10: nothing done\n');
  expect(textOf(again)).toContain('failed no-such-task: not_found, no task no-such-task found; nearest that exist: ');
  expect(again.isError).toBeFalsy();
  expect(server.deployment.requests.filter(({ path }) => path.endsWith('/pause'))).toHaveLength(24);
});

test('no more than eight at once, and each task once', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const names = Array.from({ length: 12 }, (_, at) => `job-${at}`);
  for (const name of names) await createTask(server, clock, name);
  await clock.advance(30_000);
  let most = 0;
  const count = setInterval(() => {
    most = Math.max(most, server.deployment.inFlight);
  }, 0);
  await server.call('coder_pause_task', { tasks: [...names, ...names.map((name) => `alice/${name}`)] });
  clearInterval(count);
  expect(most).toBeLessThanOrEqual(8);
  expect(server.deployment.requests.filter(({ path }) => path.endsWith('/pause'))).toHaveLength(12);
});

test('task stays a word for one, and its answer is that of one', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'subject');
  const paused = await server.call('coder_pause_task', { task: 'subject' });
  expect(paused.structuredContent).toMatchObject({ task: 'alice/subject', phase: 'pausing', changed: true });
  await clock.advance(30_000);
  const resumed = await server.call('coder_resume_task', { tasks: 'subject' });
  expect(resumed.structuredContent).toMatchObject({ task: 'alice/subject', changed: true });
});

test('where none succeeded the call is an error that names each', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const result = await server.call('coder_resume_task', { tasks: ['a', 'b'] });
  expect(result.isError).toBe(true);
  expect(textOf(result)).toContain(
    'nothing was done to any of the 2 tasks: a: not_found, no task a found; b: not_found',
  );
});

test('a name that was taken by another task points to that task; nothing is stepped over', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  await createIdleTask(server, clock, 'gh-repo-42', 'one prompt');
  const args = { input: 'another prompt', template: 'tasks-demo', name: 'gh-repo-42' };
  const text = await server.text('coder_create_task', args);
  expect(text).toContain('code: name_taken');
  expect(text).toContain('next: coder_send_task_input(task: alice/gh-repo-42) to give that task this input');
  expect(text).toContain('name: gh-repo-42-2');
});

test('switched-off tools are not named in errors', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({
    clock,
    config: { excludeTools: ['coder_list_tasks', 'coder_pause_task'] },
  });
  await createIdleTask(server, clock, 'subject');
  expect(await server.text('coder_get_task', { task: 'nobody' })).not.toContain('coder_list_tasks');
  expect(await server.text('coder_delete_task', { task: 'subject' })).not.toContain('coder_pause_task');
});

test('templates that the rules exclude are never offered', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock, config: { allowedTemplates: ['tasks-demo'] } });
  const hidden = server.deployment.world.templates.map(({ name }) => name).filter((name) => name !== 'tasks-demo');
  for (const args of [{ template: 'no-agen' }, { template: 'no-agent' }, { template_version: 'no-agent' }, {}]) {
    const text = await server.text('coder_create_task', { input: 'x', ...args });
    for (const name of hidden.filter((one) => !Object.values(args).some((given) => one.includes(given))))
      expect(text).not.toContain(name);
  }
});

test('what people know from workspaces is explained', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const values = { input: 'x', template: 'tasks-demo', rich_parameter_values: [{ name: 'size', value: 'large' }] };
  expect(await server.text('coder_create_task', values)).toContain(
    'takes the values of template parameters from a preset only',
  );
  const version = { input: 'x', template_version: 'tasks-demo' };
  expect(await server.text('coder_create_task', version)).toContain('this is the name of a template');
});
