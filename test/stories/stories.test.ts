/** What people ask for most, played as a model plays it, against bounds of calls and tokens. */

import { expect, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.js';
import { addMixedTasks, slowPace } from '../support/mixed-tasks.js';
import { Story } from '../support/story.js';
import { startTestServer, type TestServerOptions } from '../support/test-server.js';

const BRIEF =
  'Repository acme/shop, branch main. Fix the flaky test in the billing module, run npm test, push a branch and open a pull request; report its address.';

async function start(options: Omit<TestServerOptions, 'clock'> = {}) {
  const clock = new ManualClock();
  const server = await startTestServer({ ...options, clock });
  return { server, clock, story: new Story(server) };
}

function expectWithin(story: Story, most: { calls: number; text: number; structured: number }): void {
  const figures = `${story.calls.length} calls (${story.calls.join(', ')}), ${story.tokens.text} text, ${story.tokens.structured} structured`;
  expect(story.calls.length, figures).toBeLessThanOrEqual(most.calls);
  expect(story.tokens.text, figures).toBeLessThanOrEqual(most.text);
  expect(story.tokens.structured, figures).toBeLessThanOrEqual(most.structured);
}

test('one delegation: create and wait', async () => {
  const { server, story } = await start();
  await using _ = server;
  const input = BRIEF.replace('flaky test', 'rounding of totals');
  const created = await story.call('coder_create_task', { input, template: 'tasks-demo' });
  expect(created.text).toContain(`${server.deployment.url}/tasks/alice/`);
  const waited = await story.follow(created, 'coder_wait_for_task');
  expect(waited.data.tasks[0]).toMatchObject({ outcome: 'done', untrusted: { links: [{ kind: 'pull_request' }] } });
  expectWithin(story, { calls: 3, text: 450, structured: 600 });
});

test('six in parallel, each asks once, with answers and links', async () => {
  const { server, story } = await start();
  await using _ = server;
  const names: string[] = [];
  for (const module of ['billing', 'login', 'orders', 'search', 'mail', 'export']) {
    const input = BRIEF.replace('billing', module);
    names.push((await story.call('coder_create_task', { input, template: 'tasks-demo' })).data.task);
  }
  expect(new Set(names).size).toBe(6);
  const asked = await story.call('coder_wait_for_task', { tasks: names, mode: 'all' });
  for (const { task } of asked.data.tasks) {
    await story.call('coder_send_task_input', { task, input: 'Take the first way' });
  }
  const ended = await story.call('coder_wait_for_task', { tasks: names, mode: 'all' });
  for (const task of ended.data.tasks) {
    expect(task).toMatchObject({ outcome: 'done', untrusted: { links: [{ kind: 'pull_request' }] } });
  }
  expect(ended.data.tasks).toHaveLength(6);
  expectWithin(story, { calls: 14, text: 2_300, structured: 3_200 });
});

test('what are my agents doing? forty tasks', async () => {
  const { server, clock, story } = await start({ pace: slowPace });
  await using _ = server;
  await addMixedTasks(server.deployment, clock);
  await story.call('coder_list_tasks', { limit: 100 });
  expectWithin(story, { calls: 1, text: 2_400, structured: 4_400 });
});

test('where was the migration discussed? forty conversations', async () => {
  const { server, story } = await start();
  await using _ = server;
  for (let index = 0; index < 40; index++) {
    const prompt = index % 10 === 3 ? `Plan the migration of service ${index}` : `Tidy up service ${index}`;
    server.deployment.world.addTask({ name: `service-${index}`, prompt });
  }
  const found = await story.call('coder_list_tasks', { search: 'migration', search_in: 'conversations' });
  expect(found.data).toMatchObject({ matched: 4, searched: 40 });
  expectWithin(story, { calls: 1, text: 600, structured: 900 });
});

test('an hour of waiting at 50 s, with a report every ten minutes', async () => {
  const { server, clock, story } = await start({ pace: slowPace });
  await using _ = server;
  const { world } = server.deployment;
  world.addTask({ name: 'long', as: 'working', prompt: 'Move the orders service to the new driver' });
  // Its screen stands still, so that the screen watcher has called it idle by now; its own report comes later.
  await clock.advance(10_000);
  world.report('long', 'working', 'Reading the code');
  let waited = await story.call('coder_wait_for_task', { tasks: ['long'], wait_seconds: 50 });
  while (story.calls.length < 72) {
    if (story.calls.length % 12 === 0) world.report('long', 'working', `Moved ${story.calls.length / 12} of 6 modules`);
    waited = await story.follow(waited, 'coder_wait_for_task');
  }
  expect(waited.data).toMatchObject({ timed_out: true });
  expectWithin(story, { calls: 72, text: 4_500, structured: 9_000 });
});

test('pause all that are idle, and resume them tomorrow', async () => {
  const { server, story } = await start();
  await using _ = server;
  for (let index = 0; index < 12; index++) server.deployment.world.addTask({ name: `job-${index}`, as: 'idle' });
  const idle = await story.call('coder_list_tasks', { phase: ['waiting', 'active'], limit: 50 });
  const names = idle.data.tasks.map(({ task }: { readonly task: string }) => task);
  expect(names).toHaveLength(12);
  await story.call('coder_pause_task', { tasks: names, wait_seconds: 40 });
  const resumed = await story.call('coder_resume_task', { tasks: names, wait_seconds: 40 });
  expect(resumed.data.tasks).toHaveLength(12);
  for (const task of resumed.data.tasks) expect(task).not.toHaveProperty('code');
  expectWithin(story, { calls: 3, text: 1_500, structured: 3_600 });
});

test('change the prompt and start again', async () => {
  const { server, story } = await start();
  await using _ = server;
  server.deployment.world.addTask({ name: 'anew', as: 'idle', prompt: 'Fix the parser' });
  const updated = await story.call('coder_update_task_input', {
    task: 'anew',
    input: 'Write documentation for the cache instead',
    restart: true,
  });
  expect(updated.data).toMatchObject({ changed: true });
  expectWithin(story, { calls: 1, text: 300, structured: 400 });
});

test('delete all that have finished, with one question to the person', async () => {
  const questions: string[] = [];
  const { server, clock, story } = await start({
    pace: slowPace,
    // A person reads before they answer.
    onAsk: async ({ message }) => {
      questions.push(message);
      return { action: 'accept', content: {} };
    },
  });
  await using _ = server;
  const names = await addMixedTasks(server.deployment, clock);
  const finished = await story.call('coder_list_tasks', { phase: 'done', limit: 50 });
  const done = finished.data.tasks.map(({ task }: { readonly task: string }) => task);
  expect(done).toHaveLength(names.done.length);
  const deleted = await story.call('coder_delete_task', { tasks: done });
  expect(questions).toHaveLength(1);
  for (const task of done) expect(questions[0]).toContain(task);
  expect(deleted.data.tasks).toHaveLength(names.done.length);
  expectWithin(story, { calls: 2, text: 1_200, structured: 2_400 });
});
