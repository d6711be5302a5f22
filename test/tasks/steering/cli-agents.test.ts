/** Steering agents that got their prompt on the command line: 67 columns, sessions that go on, lists, still screens. */

import { expect, test } from 'vitest';
import { type Steering, startSteering } from '../../support/steering.js';

const SEND = 'coder_send_task_input';
const UPDATE = 'coder_update_task_input';
const posts = /^POST .*\/send$/;
const PROMPT = 'Add a health endpoint to the service, slow=2';

/** A task of that kind which has done its prompt. */
async function startCli(template = 'cli-agent', prompt = PROMPT): Promise<Steering> {
  const t = await startSteering();
  t.world.addTask({ name: 'cli', template, prompt });
  await t.clock.advance(60_000);
  return t;
}

const cli = { task: 'cli' };

test('a restart with a new prompt is one call, and says that the resumed session was not told it', async () => {
  await using t = await startCli();
  const updated = await t.call(UPDATE, { ...cli, input: 'Write documentation for the cache instead', restart: true });
  expect(updated).toMatchObject({ changed: true, stage: 'resumed', told: false, phase: 'waiting' });
  expect(updated.seconds).toBeLessThanOrEqual(45);
  expect(updated.text).toMatch(/^prompt replaced \(.*but the agent was NOT told it\)/);
  expect(updated.next).toMatchObject([{ tool: SEND, arguments: { task: 'alice/cli' } }]);
  // Once more, without the prompt: nothing is restarted, and the answer is the same.
  const again = await t.call(UPDATE, { ...cli, restart: true });
  expect(again).toMatchObject({ changed: false, stage: 'resumed', told: false });
  expect(t.world.workspace('cli').builds).toHaveLength(3);
});

test('an agent that types its prompt was told it', async () => {
  await using t = await startSteering();
  const updated = await t.call(UPDATE, { input: 'write the changelog', restart: true });
  expect(updated).toMatchObject({ changed: true, stage: 'resumed', told: true, phase: 'waiting' });
  expect(updated.text).toContain('and the agent was told it');
  expect(updated.seconds).toBeLessThanOrEqual(45);
});

test('without a prompt that this process knows, a restart asks for it', async () => {
  await using t = await startSteering();
  const refused = await t.call(UPDATE, { restart: true });
  expect(refused.text).toContain('code: invalid_argument');
  expect(refused.text).toContain('within the last hour');
  expect(t.count(/^POST .*\/pause$/)).toBe(0);
});

test('a session that goes on after the resume is told the message at once', async () => {
  await using t = await startCli();
  await t.call('coder_pause_task', { ...cli, wait_seconds: 50 });
  const sent = await t.call(SEND, { ...cli, input: 'Go on with the documentation, slow=2', reply: true });
  expect(sent).toMatchObject({ delivered: 'yes', phase: 'waiting' });
  expect(sent.untrusted?.entries?.map(({ text }) => text).join('\n')).toContain('Go on with the documentation');
  expect(t.count(posts)).toBe(1);
});

test('a list to choose from is not answered blindly', async () => {
  await using t = await startCli();
  await t.call(SEND, { ...cli, input: 'Edit the configuration, let me choose, slow=2', reply: true });
  const held = await t.call(SEND, { ...cli, input: 'No, leave the file alone' });
  expect(held).toMatchObject({ delivered: 'no', cause: expect.stringMatching(/^selection_open: /) });
  expect(t.count(posts)).toBe(1);
});

test('a text that is typed into a still screen is given once, whatever is repeated', async () => {
  await using t = await startCli();
  const words = 'Look at the documentation when the tests are through';
  await t.call(SEND, { ...cli, input: 'think it over quietly, quiet=60' });
  await t.clock.advance(6_000);
  for (let calls = 0; calls < 4; calls++) {
    const { delivered, seconds } = await t.call(SEND, { ...cli, input: words, wait_seconds: 20 });
    expect(seconds).toBeLessThanOrEqual(22);
    if (delivered === 'yes') break;
    await t.clock.advance(10_000);
  }
  await t.clock.advance(120_000);
  const session = JSON.stringify(t.world.agentApi('cli').entries.map(({ content }) => content));
  expect(session.split('> Look at the documentation').length - 1).toBeLessThanOrEqual(1);
  expect(t.count(posts)).toBeLessThanOrEqual(3);
});

test('a task whose prompt never reached its agent takes a message', async () => {
  await using t = await startCli('prompt-lost');
  expect(await t.call(SEND, { ...cli, input: PROMPT })).toMatchObject({ delivered: 'yes' });
});
