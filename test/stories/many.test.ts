/** An orchestrator with many tasks: what its tasks cost in calls, requests to Coder, and tokens. */

import { expect, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.js';
import { slowPace } from '../support/mixed-tasks.js';
import { Story } from '../support/story.js';
import { startTestServer } from '../support/test-server.js';

test('sixteen tasks through their lives: at most 3 calls a task, and one read for each change', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock, clientName: 'claude-code' });
  const story = new Story(server);
  const names: string[] = [];
  for (let index = 0; index < 16; index++) {
    const input = `Fix the rounding in module ${index} of acme/shop and open a pull request`;
    names.push(
      (await story.call('coder_create_task', { input, template: 'tasks-demo', name: `job-${index}` })).data.task,
    );
  }
  const creating = server.deployment.requests.length;
  let waited = await story.call('coder_wait_for_task', { tasks: names });
  const told = new Set<string>();
  for (;;) {
    for (const { task } of waited.data.tasks) told.add(task);
    if (told.size === names.length) break;
    waited = await story.follow(waited, 'coder_wait_for_task');
  }
  const requests = server.deployment.requests.length;
  const figures = `${story.calls.length} calls, ${creating} requests to create, ${requests} in all`;
  expect(story.calls.length / 16, figures).toBeLessThanOrEqual(3);
  // About ten changes of build, agent, app and report in a task's life, each read once, beside stream and conversation.
  expect((requests - creating) / 16, figures).toBeLessThanOrEqual(14);
});

test('an hour of waiting for twenty tasks, by the handle of the first wait', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock, pace: slowPace });
  const story = new Story(server);
  const { world } = server.deployment;
  const names = Array.from({ length: 20 }, (_, index) => `service-${index}`);
  for (const name of names) world.addTask({ name, as: 'working', prompt: `Move ${name} to the new driver` });
  await clock.advance(10_000);
  for (const name of names) world.report(name, 'working', 'Reading the code');
  let waited = await story.call('coder_wait_for_task', { tasks: names, wait_seconds: 50 });
  expect(JSON.stringify(waited.data.next)).toMatch(/"@w\d+"/);
  while (story.calls.length < 72) {
    // A report that stands for 15 minutes beside a still screen counts as stale.
    if (story.calls.length % 12 === 0) for (const name of names) world.report(name, 'working', 'Moving a module');
    waited = await story.follow(waited, 'coder_wait_for_task');
  }
  expect(waited.data).toMatchObject({ timed_out: true });
  const figures = `${story.tokens.text} text, ${story.tokens.structured} structured`;
  expect(story.tokens.text, figures).toBeLessThanOrEqual(11_000);
  expect(story.tokens.structured, figures).toBeLessThanOrEqual(13_500);
});
