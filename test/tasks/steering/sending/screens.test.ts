/** Sending to agents whose screen or report says something else than that they wait: recorded screens, answered over HTTP. */

import { expect, test } from 'vitest';
import { fault } from '../../../../src/embedded-coder/index.js';
import { type Steering, startSteering } from '../../../support/steering.js';
import { recordedScreen, screenOf } from '../../screen/recorded-screens.js';

const SEND = 'coder_send_task_input';
const posts = /^POST .*\/send$/;
const WORDS = 'look at the docs before you go on';

/** The conversation as it is from now on: an output with this content, last written so many seconds ago. */
function shows(t: Steering, content: string, ageSeconds = 20, more: readonly object[] = []): void {
  t.faults.clear();
  const time = new Date(t.clock.now() - ageSeconds * 1_000).toISOString();
  t.faults.always('getTaskLogs', fault.json(200, { logs: [{ id: 0, type: 'output', content, time }, ...more] }));
}

function rejects(t: Steering, words: string): void {
  const detail = `failed to post message: {"errors":[{"message":"failed to send message: failed to send message: ${words}: timeout waiting for condition"}]}`;
  t.faults.next('sendTaskInput', fault.badGateway('Task app rejected the message.', detail));
}

const LIST = recordedScreen('cli-agent', 'list on the screen, settled: logs');

test('a selection list that is open is not answered blindly, and the same call again sends', async () => {
  await using t = await startSteering();
  shows(t, LIST);
  const held = await t.call(SEND, { input: 'No, leave the file alone' });
  expect(held).toMatchObject({ delivered: 'no', cause: expect.stringMatching(/^selection_open: .*\/tasks\/alice\//) });
  expect(held).not.toHaveProperty('timed_out');
  expect(held.untrusted).toHaveProperty('last_message', expect.stringContaining('❯ 1. Yes'));
  expect(held.text).toContain('coder ssh alice/subject');
  expect(t.count(posts)).toBe(0);
  // Other words are another decision.
  expect(await t.call(SEND, { input: 'Yes' })).toMatchObject({ delivered: 'no' });
  expect(await t.call(SEND, { input: 'No, leave the file alone' })).toMatchObject({ delivered: 'yes' });
  expect(t.count(posts)).toBe(1);
});

test('a list that a person has answered meanwhile is in nobody’s way', async () => {
  await using t = await startSteering();
  shows(t, LIST);
  await t.call(SEND, { input: WORDS });
  shows(t, recordedScreen('cli-agent', 'after "2" to the second list, settled: logs'));
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
});

test('an agent whose screen says that it works is not typed at, whatever it reports', async () => {
  await using t = await startSteering();
  shows(t, screenOf('● On it.', '', '✳ Running tests… (esc to interrupt)'), 40);
  const sent = await t.call(SEND, { input: WORDS, wait_seconds: 20 });
  expect(sent).toMatchObject({ delivered: 'no', timed_out: true, seconds: 20 });
  expect(sent.cause).toBe('agent_busy: its screen says that it is at work');
  expect(t.count(posts)).toBe(0);
  const sending = t.begin(SEND, { input: WORDS });
  await t.clock.advance(6_000);
  shows(t, screenOf('● On it.', '', '● Done.'), 4);
  expect(await t.clock.runUntil(sending)).toMatchObject({ delivered: 'yes' });
});

test('typed and not acknowledged: unknown within wait_seconds, and a repeat looks and does not type it again', async () => {
  await using t = await startSteering();
  const still = recordedScreen('frozen-send', '6 s later: the screen stands still, the agent is at work: logs');
  shows(t, still);
  rejects(t, 'failed to wait for processing to start');
  const sent = await t.call(SEND, { input: WORDS, wait_seconds: 40 });
  expect(sent).toMatchObject({
    delivered: 'unknown',
    cause: expect.stringMatching(/^not_acknowledged: /),
    phase: 'waiting',
  });
  expect(sent.seconds).toBeLessThanOrEqual(42);
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 5 })).toMatchObject({ delivered: 'unknown' });
  expect(t.count(posts)).toBe(1);
  shows(t, `${still}\n${screenOf(`> ${WORDS}`, '', 'Working on it', 'Finished: all tests pass.')}`);
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
  expect(t.count(posts)).toBe(1);
});

test('a message that the agent does while the call still waits is delivered, seen on the screen', async () => {
  await using t = await startSteering();
  const still = recordedScreen('frozen-send', '6 s later: the screen stands still, the agent is at work: logs');
  shows(t, still);
  rejects(t, 'failed to wait for processing to start');
  const sending = t.begin(SEND, { input: WORDS });
  await t.clock.advance(10_000);
  shows(t, `${still}\n${screenOf(`> ${WORDS}`, '', 'Working on it', 'Finished: all tests pass.')}`);
  const sent = await t.clock.runUntil(sending);
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.text).toContain('but the message stands in the conversation');
});

test('when the screen has moved on and stands still without the words, the same call types them again', async () => {
  await using t = await startSteering();
  shows(t, recordedScreen('cli-dialogs', 'right after the 502: logs'));
  rejects(t, 'failed to wait for processing to start');
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 5 })).toMatchObject({ delivered: 'unknown' });
  shows(t, recordedScreen('cli-dialogs', 'settled: what was sent is nowhere: logs'));
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
  expect(t.count(posts)).toBe(2);
});

test('a page that takes no text: not taken, the phase as Coder reports it, and a repeat does not type it again', async () => {
  await using t = await startSteering();
  shows(t, screenOf("Welcome! Let's get started.", '', 'Press any key to continue'));
  rejects(t, 'failed to wait for screen to stabilize');
  const sent = await t.call(SEND, { input: WORDS });
  expect(sent).toMatchObject({
    delivered: 'unknown',
    phase: 'waiting',
    cause: expect.stringMatching(/^screen_blocked: not taken/),
  });
  expect(sent.seconds).toBeLessThanOrEqual(3);
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'unknown', phase: 'waiting' });
  expect(t.count(posts)).toBe(1);
});

test('a report that has said working for long beside a still screen keeps no message back', async () => {
  await using t = await startSteering();
  t.world.report('subject', 'working', 'Fixing the parser');
  await t.clock.advance(25 * 60_000);
  const sent = await t.call(SEND, { input: WORDS, wait_seconds: 30 });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.seconds).toBeLessThan(5);
  expect(sent.text).toContain('its report still said "working"');
  expect(t.count(posts)).toBe(1);
});

test('beside a young report, or a screen that moves, it is waited for', async () => {
  await using t = await startSteering();
  t.world.report('subject', 'working', 'Fixing the parser');
  await t.clock.advance(20_000);
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 10 })).toMatchObject({ delivered: 'no', timed_out: true });
  await t.clock.advance(60_000);
  shows(t, screenOf('● Reading files.'), 0);
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 0 })).toMatchObject({ delivered: 'no' });
  expect(t.count(posts)).toBe(0);
});

test('the same words that stand there as the newest input, from another process, are not sent again', async () => {
  await using t = await startSteering();
  t.world.agentApi('subject').post(WORDS, () => {});
  await t.clock.advance(60_000);
  const sent = await t.call(SEND, { input: WORDS });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.text).toMatch(/the same words were said to it (?:\d+ s|1 min) ago, not by this process/);
  expect(t.count(posts)).toBe(0);
  expect(await t.call(SEND, { input: `${WORDS}, please` })).toMatchObject({ delivered: 'yes' });
  expect(t.count(posts)).toBe(1);
});

test('short words, older words and words of this process are sent again', async () => {
  await using t = await startSteering();
  t.world.agentApi('subject').post('yes', () => {});
  await t.clock.advance(60_000);
  await t.call(SEND, { input: 'yes', reply: true });
  t.world.agentApi('subject').post(WORDS, () => {});
  await t.clock.advance(11 * 60_000);
  await t.call(SEND, { input: WORDS, reply: true });
  await t.call(SEND, { input: WORDS, reply: true });
  expect(t.said()).toEqual(['hello', 'yes', 'yes', WORDS, WORDS, WORDS]);
});

test('an agent program that refuses connections is the cause, never an agent at work', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: 'first, slow=120' });
  const refused = 'Get "http://localhost:23309/messages": connect tcp [fd7a::1]:23309: connection was refused';
  t.faults.always('getTaskLogs', fault.badGateway('Failed to get messages from task app.', refused));
  const sent = await t.call(SEND, { input: WORDS, wait_seconds: 10 });
  expect(sent).toMatchObject({ delivered: 'no', cause: expect.stringMatching(/^app_down: /) });
  expect(sent.next?.[0]?.tool).toBe('coder_diagnose');
  expect(sent.text).not.toMatch(/agent_busy|normal/);
});

test('a request that stays open is judged by the reports, since the conversation is closed meanwhile', async () => {
  await using t = await startSteering({ pace: { typing: 60_000 }, isIdle: false });
  await t.clock.advance(100_000);
  const sending = t.begin(SEND, { input: '2' });
  await t.clock.advance(7_000);
  t.world.report('subject', 'complete', 'Chosen: 2');
  const sent = await t.clock.runUntil(sending);
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.text).toContain('the agent has reported since');
  expect(sent.seconds).toBeLessThan(15);
});
