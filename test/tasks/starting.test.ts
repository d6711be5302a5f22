/** The limit of active tasks: it holds at every door, also side by side, and fails closed. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask } from '../support/tasks.js';
import { startTestServer, type TestServer, type TestServerOptions } from '../support/test-server.js';

/** Paused tasks `one` to `five` of alice's, with a server that may have so many active. */
async function start(maxActiveTasks: number, options: Omit<TestServerOptions, 'clock' | 'config'> = {}) {
  const clock = new ManualClock();
  const full = await startTestServer({ clock });
  for (const name of NAMES) {
    await createIdleTask(full, clock, name);
    await clock.runUntil(full.coder.pauseTask({ user: 'me', task: name }));
    await clock.advance(20_000);
  }
  const limited = await startTestServer({
    ...options,
    clock,
    deployment: full.deployment,
    config: { maxActiveTasks },
  });
  return { clock, full, limited };
}

const NAMES = ['one', 'two', 'three', 'four', 'five'];

const active = async ({ coder }: TestServer, clock: ManualClock) =>
  (await clock.runUntil(coder.listTasks())).tasks.filter(({ status }) => status !== 'paused').length;

const doors = [
  ['coder_resume_task', {}],
  ['coder_send_task_input', { input: 'go on', wait_seconds: 1 }],
  ['coder_update_task_input', { input: 'another prompt', restart: true, wait_seconds: 1 }],
] as const;

test.each(doors)('five calls of %s side by side start no more than the limit', async (tool, args) => {
  const { clock, full, limited } = await start(2);
  await using _ = full;
  await using __ = limited;
  await Promise.all(NAMES.map((task) => limited.call(tool, { task, ...args })));
  await clock.advance(30_000);
  expect(await active(full, clock)).toBe(2);
});

test('all doors side by side start no more than the limit', async () => {
  const { clock, full, limited } = await start(1);
  await using _ = full;
  await using __ = limited;
  await Promise.all([
    ...doors.map(([tool, args], index) => limited.call(tool, { task: NAMES[index], ...args })),
    limited.call('coder_create_task', { input: 'something new', template: 'tasks-demo' }),
  ]);
  await clock.advance(30_000);
  expect(await active(full, clock)).toBe(1);
});

test.each([...doors, ['coder_create_task', { input: 'x', template: 'tasks-demo' }] as const])(
  '%s starts nothing while the limit cannot be checked, and says so',
  async (tool, args) => {
    const { clock, full, limited } = await start(3);
    await using _ = full;
    await using __ = limited;
    full.deployment.faults.always(/^GET \/api\/v2\/tasks(?:\?|$)/, fault.json(500, { message: 'Internal error.' }));
    const text = await limited.text(tool, tool === 'coder_create_task' ? args : { task: 'one', ...args });
    expect(text).toContain('error:');
    full.deployment.faults.clear();
    await clock.advance(30_000);
    expect(await active(full, clock)).toBe(0);
  },
);

test('what the same token runs for other owners counts, what others run does not', async () => {
  const { clock, full, limited } = await start(2, { user: 'admin' });
  await using _ = full;
  await using __ = limited;
  await clock.runUntil(full.coder.resumeTask({ user: 'me', task: 'one' }));
  const create = (owner: string) =>
    limited.call('coder_create_task', { input: `for ${owner}`, template: 'tasks-demo', owner });
  expect((await create('bob')).isError).toBeFalsy();
  expect((await create('frank')).isError).toBeFalsy();
  const third = await limited.text('coder_create_task', { input: 'for me', template: 'tasks-demo' });
  expect(third).toContain('code: too_many_tasks');
  expect(third).toContain('bob/bob-');
  expect(third).not.toContain('alice/one');
});
