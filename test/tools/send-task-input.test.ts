/** coder_send_task_input: the agent's states, what is posted when, replies, and the end of the time. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { type Steering, startSteering } from '../support/steering.js';

const SEND = 'coder_send_task_input';
const posts = /^POST .*\/send$/;
const resumes = /^POST .*\/resume$/;

async function pause(t: Steering): Promise<void> {
  await t.call('coder_pause_task', { wait_seconds: 50 });
}

test('an agent that waits is told at once, and the answer says what it does then', async () => {
  await using t = await startSteering();
  const sent = await t.call(SEND, { input: 'and the tests' });
  expect(sent).toMatchObject({ delivered: 'yes', phase: 'working', turn: 'agent' });
  expect(sent).not.toHaveProperty('cursor');
  expect(sent.text).toMatch(/^delivered; working: alice\/subject, the agent's turn/);
  expect(sent.next?.[0]?.tool).toBe('coder_wait_for_task');
  expect(t.said()).toEqual(['hello', 'and the tests']);
});

test('the cursor of a reply that outlasts the call leads to what comes after the message', async () => {
  await using t = await startSteering();
  const { cursor } = await t.call(SEND, { input: 'and the tests slow=6', reply: true, wait_seconds: 1 });
  await t.clock.advance(20_000);
  const logs = await t.call('coder_get_task_logs', { after: cursor });
  expect(logs.untrusted?.entries?.map(({ id }) => id)).toEqual([3, 4]);
});

test('with reply the agent’s new entries come, without the message itself and nothing twice', async () => {
  await using t = await startSteering();
  const sent = await t.call(SEND, { input: 'and the tests', reply: true });
  expect(sent).toMatchObject({ delivered: 'yes', phase: 'waiting', turn: 'you' });
  expect(sent.untrusted?.entries).toMatchObject([{ id: 4, role: 'agent', text: expect.stringContaining('Done with') }]);
  expect(sent.untrusted).not.toHaveProperty('last_message');
  expect(sent.text).toContain('reply: 1 entry');
  // All of it was given: there is nothing to go on from.
  expect(sent).not.toHaveProperty('cursor');
});

test('an agent that reports its end before its last words is heard out, and what it reported is told', async () => {
  await using t = await startSteering();
  const sending = t.begin(SEND, { input: 'slow=6', reply: true });
  await t.clock.advance(4_000);
  t.world.report('subject', 'complete', 'Opened a pull request');
  const sent = await t.clock.runUntil(sending);
  expect(sent).toMatchObject({ delivered: 'yes', phase: 'waiting' });
  expect(sent.untrusted?.entries).toMatchObject([{ text: expect.stringContaining('Done with step 2') }]);
  expect(sent.notes).toEqual(['the agent reported that it is done']);
  expect(sent.text).toContain('note: the agent reported that it is done');
});

test('a reported end beside a screen that goes on is no end: the reply is what stands when the screen has come to rest', async () => {
  await using t = await startSteering();
  const sending = t.begin(SEND, { input: 'slow=20', reply: true });
  await t.clock.advance(4_000);
  t.world.report('subject', 'failed', 'No right to push');
  const sent = await t.clock.runUntil(sending);
  expect(sent).toMatchObject({ delivered: 'yes', phase: 'waiting' });
  expect(sent.seconds).toBeGreaterThan(20);
});

test('a long reply is cut to about 4 000 characters', async () => {
  await using t = await startSteering();
  const sent = await t.call(SEND, { input: 'a long answer, slow=4', reply: true });
  const [entry] = sent.untrusted?.entries ?? [];
  expect(entry?.text.length).toBeGreaterThan(3_000);
  expect(entry?.text.length).toBeLessThan(4_100);
  expect(entry).toHaveProperty('missing_chars');
});

test('a reply that outlasts the call leaves delivered yes', async () => {
  await using t = await startSteering();
  const sent = await t.call(SEND, { input: 'go on, slow=120', reply: true });
  expect(sent).toMatchObject({ delivered: 'yes', timed_out: true, phase: 'working', seconds: 45 });
  expect(sent.text).toContain('no reply yet, the agent goes on');
  expect(sent.untrusted ?? {}).not.toHaveProperty('entries');
});

test.each([
  ['  hello \n', 'hello'],
  ['first line\nsecond line', 'first line\nsecond line'],
  ['a \ud800 b', 'a \ufffd b'],
])('%j is told as %j', async (input, told) => {
  await using t = await startSteering();
  expect(await t.call(SEND, { input })).toMatchObject({ delivered: 'yes' });
  expect(t.said().at(-1)).toBe(told);
});

test.each(['', ' \n\t ', 'a\0b'])('%j is refused before anything is asked of Coder', async (input) => {
  await using t = await startSteering();
  const before = t.server.deployment.requests.length;
  const refused = await t.call(SEND, { input });
  expect(refused.text).toContain('code: invalid_argument');
  expect(t.server.deployment.requests).toHaveLength(before);
});

test('one that reports working is not asked before it reports something else', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: 'first, slow=20' });
  const sent = await t.call(SEND, { input: 'second' });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.progress[0]).toBe('alice/subject is working; the message is sent when its turn is over');
  expect(t.count(posts)).toBe(2);
  expect(t.said()).toEqual(['hello', 'first, slow=20', 'second']);
});

test.each(['2.35', '2.31.1', '2.29'] as const)(
  'on %s a stale idle is found out by the refusal, and the message goes out once',
  async (profile) => {
    await using t = await startSteering({ profile });
    // No report of its own, and the screen watcher's is late: Coder goes on saying idle.
    t.world.agentApi('subject').post('quiet slow=20', () => {});
    await t.clock.advance(2_000);
    t.world.report('subject', 'idle', 'an old report');
    const sent = await t.call(SEND, { input: 'second' });
    expect(sent).toMatchObject({ delivered: 'yes' });
    expect(t.said().filter((words) => words === 'second')).toHaveLength(1);
    expect(t.count(posts)).toBeGreaterThan(1);
    expect(t.count(posts)).toBeLessThan(8);
  },
);

test('when the time is up before the agent is free, that is a result with the choices', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: 'first, slow=120' });
  const sent = await t.call(SEND, { input: 'second', wait_seconds: 10 });
  expect(sent).toMatchObject({ delivered: 'no', timed_out: true, isError: false, seconds: 10, phase: 'working' });
  expect(sent.cause).toBe('agent_busy: at work for 10 s, last report 10 s ago');
  expect(sent.text).toContain('This API cannot interrupt an agent');
  expect(sent.next?.map(({ tool }) => tool)).toEqual(['coder_wait_for_task', 'coder_pause_task']);
  expect(JSON.stringify(sent.next)).not.toContain('second');
  expect(t.count(posts)).toBe(1);
});

test('the time runs from the beginning of the call, however slow Coder is', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: 'first, slow=120' });
  t.faults.always('getTask', fault.latency(6_000));
  expect(await t.call(SEND, { input: 'second', wait_seconds: 90 })).toMatchObject({ delivered: 'no', seconds: 50 });
});

test('a conversation that does not come in time keeps the message from being sent when nobody waits any more', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: 'first, slow=30' });
  t.faults.always('getTaskLogs', fault.hang());
  const sent = await t.call(SEND, { input: 'second', wait_seconds: 50 });
  expect(sent).toMatchObject({ delivered: 'no', timed_out: true });
  expect(sent.seconds).toBeLessThanOrEqual(52);
  expect(sent.cause).toBe('the conversation could not be read in time');
  expect(t.count(posts)).toBe(1);
});

test('a wait_seconds of 0 still tells an agent that waits', async () => {
  await using t = await startSteering();
  expect(await t.call(SEND, { input: 'second', wait_seconds: 0 })).toMatchObject({ delivered: 'yes' });
});

test('a starting task is waited for, and its prompt comes first', async () => {
  await using t = await startSteering({ isIdle: false });
  const sent = await t.call(SEND, { input: 'and then this' });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(t.said()).toEqual(['hello', 'and then this']);
});

/** The agent's first screen stands still for a while before its prompt is typed, and counts as idle. */
async function flashOfIdle(t: Steering): Promise<void> {
  await t.clock.advance(6_000);
  t.world.agentApi('subject').startIdle('');
  expect(t.said()).toEqual([]);
}

test('the flash of idle before the prompt is typed is not taken for a turn', async () => {
  await using t = await startSteering({ isIdle: false, pace: { prompt: 20_000 } });
  await flashOfIdle(t);
  expect(await t.call('coder_get_task')).toMatchObject({ phase: 'waiting' });
  const sent = await t.call(SEND, { input: 'and then this' });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(t.said()).toEqual(['hello', 'and then this']);
  expect(t.count(posts)).toBe(1);
});

test('nor is it after a resume', async () => {
  const pace = { prompt: 1_000 };
  await using t = await startSteering({ pace });
  await pause(t);
  pace.prompt = 20_000;
  const sending = t.begin(SEND, { input: 'and then this' });
  await flashOfIdle(t);
  // Its prompt came first, and its answer to that was not what the text was written for.
  expect(await t.clock.runUntil(sending)).toMatchObject({ delivered: 'no' });
  expect(t.said()).toEqual(['hello']);
  expect(t.count(posts)).toBe(0);
});

test('a paused task that redoes its prompt and may ask something is told nothing before that was read', async () => {
  await using t = await startSteering();
  await pause(t);
  const held = await t.call(SEND, { input: 'go on', reply: true });
  expect(held).toMatchObject({ delivered: 'no', phase: 'waiting', cause: expect.stringMatching(/^started_anew: /) });
  expect(held).not.toHaveProperty('timed_out');
  expect(held.untrusted).toHaveProperty('last_message', expect.stringContaining('Done with step 1'));
  expect([t.said(), t.count(posts)]).toEqual([['hello'], 0]);
  const sent = await t.call(SEND, { input: 'go on', reply: true });
  expect(sent).toMatchObject({ delivered: 'yes', phase: 'waiting' });
  expect(t.said()).toEqual(['hello', 'go on']);
  expect(held.text).toContain('its agent may have done its initial prompt again');
  expect(held.progress[0]).toBe('alice/subject is being resumed');
  expect(t.count(resumes)).toBe(1);
});

test('a paused task that redoes its prompt and reports that it is done is told at once', async () => {
  await using t = await startSteering({ prompt: 'hello @complete' });
  await pause(t);
  expect(await t.call(SEND, { input: 'go on' })).toMatchObject({ delivered: 'yes' });
  expect(t.said()).toEqual(['hello @complete', 'go on']);
});

test('a paused task that takes longer than the call has been resumed, and the same call again tells it', async () => {
  await using t = await startSteering({ prompt: 'hello slow=20' });
  await t.clock.advance(20_000);
  await pause(t);
  const first = await t.call(SEND, { input: 'go on', wait_seconds: 5 });
  expect(first).toMatchObject({ delivered: 'no', timed_out: true });
  expect(first.text).toContain('the task was paused and has been resumed');
  const second = await t.call(SEND, { input: 'go on' });
  expect(second).toMatchObject({ delivered: 'no', cause: expect.stringMatching(/^started_anew: /) });
  expect(await t.call(SEND, { input: 'go on' })).toMatchObject({ delivered: 'yes' });
  expect([t.count(resumes), t.said()]).toEqual([1, ['hello slow=20', 'go on']]);
});

test('one that is being paused is waited for, then resumed', async () => {
  await using t = await startSteering();
  await t.call('coder_pause_task');
  expect(await t.call(SEND, { input: 'go on' })).toMatchObject({ delivered: 'no', phase: 'waiting' });
  expect(t.count(resumes)).toBe(1);
});

test('a resume that fails ends in an error with its cause', async () => {
  await using t = await startSteering();
  await pause(t);
  t.world.provisioners.failNext('start');
  const refused = await t.call(SEND, { input: 'go on' });
  expect(refused.isError).toBe(true);
  expect(refused.text).toMatch(/nothing was sent: alice\/subject is broken \(.+\)/);
  expect(t.count(resumes)).toBe(1);
});

test('a resume that Coder refuses says that nothing was sent, and why', async () => {
  await using t = await startSteering();
  await pause(t);
  t.faults.next('resumeTask', fault.forbidden('Build is not permitted: Your license is not entitled.'));
  const refused = await t.call(SEND, { input: 'go on' });
  expect(refused.isError).toBe(true);
  expect(refused.text).toMatch(/^error: nothing was sent to alice\/subject\n/);
  expect(refused.text).toContain('code: licence');
});

test('a broken task is refused with the cause and what to do', async () => {
  await using t = await startSteering({ prompt: 'hello @start-fail' });
  const refused = await t.call(SEND, { input: 'go on' });
  expect(refused).toMatchObject({ isError: true, seconds: 0 });
  expect(refused.text).toMatch(/nothing was sent: alice\/subject is broken \(.+\)/);
  expect(refused.text).toContain('next: coder_diagnose');
  expect(t.count(posts)).toBe(0);
});

test('an app that heals in time is waited for', async () => {
  await using t = await startSteering();
  t.world.setAppHealth('subject', 'unhealthy');
  const sending = t.begin(SEND, { input: 'go on' });
  await t.clock.advance(20_000);
  t.world.setAppHealth('subject', 'healthy');
  expect(await t.clock.runUntil(sending)).toMatchObject({ delivered: 'yes' });
});

test('an agent that lost its connection is given a minute, then refused', async () => {
  await using t = await startSteering({ config: { maxWaitSeconds: 120 } });
  t.world.loseAgent('subject');
  const refused = await t.call(SEND, { input: 'go on', wait_seconds: 100 });
  expect(refused.text).toContain('code: agent_unreachable');
  expect(refused.seconds).toBeLessThan(75);
  expect(t.count(posts)).toBe(0);
});

test('a task that is gone says so', async () => {
  await using t = await startSteering();
  const sending = t.begin(SEND, { input: 'go on' });
  t.world.task('subject').deletedAt = t.clock.now();
  expect((await t.clock.runUntil(sending)).text).toMatch(/code: (task_gone|not_found)/);
  expect(t.count(posts)).toBe(0);
});

test('whoever may see the task but not connect to it is told that', async () => {
  await using t = await startSteering({ user: 'dave', isIdle: false });
  t.world.addTask({ name: 'hers', owner: 'alice' });
  const refused = await t.call(SEND, { task: 'alice/hers', input: 'hello' });
  expect(refused.text).toContain('code: no_connect_right');
  expect(refused.text).toContain('nothing was sent');
});

test.each(['https-app', 'no-url-app'])('a template whose app is wrong (%s) is named as the cause', async (template) => {
  await using t = await startSteering();
  t.world.addTask({ name: 'odd', template });
  const refused = await t.call(SEND, { task: 'odd', input: 'hello' });
  expect(refused.text).toContain('code: app_misconfigured');
});

test('what Coder refuses for other reasons is not delivered, in its words', async () => {
  await using t = await startSteering();
  t.faults.next('sendTaskInput', fault.rateLimited(60));
  const refused = await t.call(SEND, { input: 'go on' });
  expect(refused.text).toContain('error: nothing was sent to alice/subject');
  expect(refused.text).toContain('code: rate_limited');
  expect(refused.text).toContain('retry: yes, after 60 s');
  expect(await t.call(SEND, { input: 'go on' })).toMatchObject({ delivered: 'yes' });
});

test('a state that changes between the look and the message is looked at again', async () => {
  await using t = await startSteering();
  t.faults.next('sendTaskInput', fault.json(409, { message: 'Task is initializing.' }));
  expect(await t.call(SEND, { input: 'go on' })).toMatchObject({ delivered: 'yes' });
  t.faults.always('sendTaskInput', fault.json(409, { message: 'Task is initializing.' }));
  expect((await t.call(SEND, { input: 'more' })).text).toContain('code: task_starting');
});

test('agents quote nothing into our lines', async () => {
  await using t = await startSteering();
  const sent = await t.call(SEND, { input: 'unicode slow=1', reply: true });
  const lines = sent.text.split('\n');
  expect(lines.filter((line) => line.includes('Grüße'))).toEqual([expect.stringMatching(/^\| /)]);
});
