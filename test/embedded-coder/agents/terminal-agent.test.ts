/** Agents of the command-line kind, as a caller of the API sees them. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { RECORDED_PACE } from '../../../src/embedded-coder/index.js';
import { type Deployment, startDeployment } from '../deployment.js';

const TASK = '/api/v2/tasks/me/it';
const logsSchema = z.object({ logs: z.array(z.object({ id: z.number(), type: z.string(), content: z.string() })) });

async function logs(d: Deployment) {
  return logsSchema.parse((await d.get(`${TASK}/logs`)).json).logs;
}

/** A task whose agent has answered its prompt. */
async function answered(d: Deployment, prompt: string, template = 'cli-agent'): Promise<void> {
  await d.create('it', prompt, template);
  await d.clock.advance(30_000);
}

const start = () => startDeployment({ pace: RECORDED_PACE });

test('the prompt is no input: it stands wrapped inside the one output, in rows of 67 columns', async () => {
  await using d = await start();
  await answered(
    d,
    'Look at https://git.example.com/platform-team/inventory/services/health-check-and-status-page, slow=2',
  );
  const [only, ...more] = await logs(d);
  expect(more).toEqual([]);
  expect(only).toMatchObject({ id: 0, type: 'output' });
  expect(new Set(only?.content.split('\n').map((row) => row.length))).toEqual(new Set([67]));
  expect(only?.content).toContain('> Look at https://git.example.com/platform-team/inventory/services/');
  expect(only?.content).not.toContain('services/health-check');
});

test('after a pause the session goes on: the old screen is entry 0, and a new prompt is not told', async () => {
  await using d = await start();
  await answered(d, 'Look around, slow=2');
  await d.ask('POST', `${TASK}/send`, { input: 'And now the tests, slow=2' });
  await d.clock.advance(10_000);
  expect(await logs(d)).toHaveLength(3);
  await d.ask('POST', `${TASK}/pause`);
  await d.clock.advance(10_000);
  await d.ask('PATCH', `${TASK}/input`, { input: 'Write documentation instead' });
  await d.ask('POST', `${TASK}/resume`);
  await d.clock.advance(30_000);
  const [session, ...more] = await logs(d);
  expect(more).toEqual([]);
  expect(session?.content).toContain('> And now the tests, slow=2');
  expect(session?.content).not.toContain('documentation');
  expect((await d.get(TASK)).json).toMatchObject({ current_state: { state: 'idle', message: '', uri: '' } });
});

describe('a text sent to a selection list', () => {
  test.each([
    ['let me choose', 'No, leave it', 204, 'You chose: 1. Yes'],
    ['let me pick', '2', 502, 'You chose: 2. Yes, and do not ask again'],
    ['show the menu', '2', 204, '● Done: 2.'],
  ])('%s, %s', async (words, input, status, outcome) => {
    await using d = await start();
    await answered(d, `Edit the configuration, ${words}, slow=2`);
    expect((await logs(d)).at(-1)?.content).toContain(' ❯ 1. Yes ');
    expect((await d.ask('POST', `${TASK}/send`, { input })).status).toBe(status);
    await d.clock.advance(10_000);
    expect((await logs(d)).at(-1)?.content).toContain(outcome);
  });
});

test('a message typed onto a still screen is answered with 502 after 17 s, and done later all the same', async () => {
  await using d = await start();
  await answered(d, 'Look around, slow=2');
  await d.ask('POST', `${TASK}/send`, { input: 'Run all tests, quiet=60' });
  await d.clock.advance(12_000);
  expect((await d.get(TASK)).json).toMatchObject({ current_state: { state: 'idle' } });
  const before = d.clock.now();
  const refused = await d.ask('POST', `${TASK}/send`, { input: 'And one more thing, slow=2' });
  expect(refused.status).toBe(502);
  expect(refused.text).toContain('failed to wait for processing to start');
  expect(d.clock.now() - before).toBe(17_000);
  expect((await logs(d)).at(-1)?.content).not.toContain('one more thing');
  await d.clock.advance(60_000);
  const [last, inputs] = [(await logs(d)).at(-1), (await logs(d)).filter(({ type }) => type === 'input')];
  expect(last?.content).toContain('> And one more thing, slow=2');
  expect(last?.content).toContain('● Done: And one more thing');
  expect(inputs).toHaveLength(1);
});

test('while a message is being typed the conversation cannot be read', async () => {
  await using d = await start();
  await answered(d, 'Edit the configuration, let me pick, slow=2');
  const before = d.clock.now();
  const sending = d.ask('POST', `${TASK}/send`, { input: '2' });
  const reading = d.get(`${TASK}/logs`);
  expect((await reading).status).toBe(200);
  expect(d.clock.now() - before).toBeGreaterThan(16_000);
  expect((await sending).status).toBe(502);
});

test('a page that takes no key loses what is sent to it', async () => {
  await using d = await start();
  await answered(d, 'You must login first, slow=2');
  expect((await d.ask('POST', `${TASK}/send`, { input: 'hello there' })).status).toBe(502);
  await d.clock.advance(60_000);
  const all = (await logs(d)).map(({ content }) => content).join('\n');
  expect(all).toContain('● Signed in.');
  expect(all).not.toContain('hello there');
});

test.each([
  ['no-reports', null],
  ['stuck-reports', { state: 'complete' }],
])('%s', async (template, state) => {
  await using d = await start();
  await answered(d, 'Look around, slow=2', template);
  await d.clock.advance(60_000);
  const task = await d.get(TASK);
  expect(task.json).toMatchObject({ status: 'active', current_state: state });
});

test('a report that sticks at working although the agent is done', async () => {
  await using d = await start();
  await answered(d, 'Look around and ask, slow=2', 'stuck-reports');
  await d.clock.advance(600_000);
  expect((await d.get(TASK)).json).toMatchObject({ current_state: { state: 'working' } });
  expect((await d.ask('POST', `${TASK}/send`, { input: 'Use memory, slow=1' })).status).toBe(204);
});

test('a prompt that never reaches the agent leaves its welcome', async () => {
  await using d = await start();
  await answered(d, 'Fix the flaky test', 'prompt-lost');
  const all = (await logs(d)).map(({ content }) => content).join('\n');
  expect(all).toContain('Welcome to Agent!');
  expect(all).not.toContain('flaky');
});

test('tasks can be put there in each state with such an agent too', async () => {
  await using d = await start();
  const { world } = d.coder;
  for (const as of ['idle', 'working', 'paused'] as const) world.addTask({ name: as, as, template: 'cli-agent' });
  const state = async (name: string) => (await d.get(`/api/v2/tasks/me/${name}`)).json;
  expect(await state('idle')).toMatchObject({ status: 'active', current_state: { state: 'idle' } });
  expect(await state('working')).toMatchObject({ status: 'active', current_state: { state: 'working' } });
  expect(await state('paused')).toMatchObject({ status: 'paused' });
  expect(logsSchema.parse((await d.get('/api/v2/tasks/me/paused/logs')).json).logs).toHaveLength(1);
  expect(logsSchema.parse((await d.get('/api/v2/tasks/me/idle/logs')).json).logs).toHaveLength(1);
});
