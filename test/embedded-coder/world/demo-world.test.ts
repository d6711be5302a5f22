/** The deployment of a demonstration: what a newcomer finds in it. */

import { expect, test } from 'vitest';
import { z } from 'zod';
import { startDeployment } from '../deployment.js';

const tasks = z.object({
  tasks: z.array(
    z.object({
      name: z.string(),
      display_name: z.string(),
      status: z.string(),
      current_state: z.object({ state: z.string() }).nullable(),
    }),
  ),
});
const logs = z.object({ logs: z.array(z.object({ content: z.string() })) });

test('has tasks with titles in many phases, an open list and a report that sticks', async () => {
  await using d = await startDeployment({ templates: [], demo: true });
  await d.clock.advance(60_000);
  const listed = tasks.parse((await d.get('/api/v2/tasks?q=owner:me')).json).tasks;
  expect(listed.every((task) => task.display_name !== '')).toBe(true);
  expect(new Set(listed.map(({ status }) => status))).toEqual(new Set(['active', 'paused', 'error']));
  const asking = logs.parse((await d.get('/api/v2/tasks/me/tidy-configuration/logs')).json).logs;
  expect(asking.at(-1)?.content).toContain(' ❯ 1. Yes ');
  const stuck = listed.find(({ name }) => name === 'rename-order-service');
  expect(stuck?.current_state?.state).toBe('working');
});

test('its agents get the prompt on their command line, at 67 columns, and go on after a pause', async () => {
  await using d = await startDeployment({ templates: [], demo: true });
  const path = '/api/v2/tasks/me/bump-dependencies';
  const before = logs.parse((await d.get(`${path}/logs`)).json).logs;
  expect(before).toHaveLength(1);
  expect(before[0]?.content.split('\n')[0]).toHaveLength(67);
  await d.ask('POST', `${path}/pause`);
  await d.clock.advance(5_000);
  await d.ask('POST', `${path}/resume`);
  await d.clock.advance(30_000);
  expect(logs.parse((await d.get(`${path}/logs`)).json).logs[0]?.content).toBe(before[0]?.content);
});
