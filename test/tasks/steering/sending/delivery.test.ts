/** Delivering a message once: lost answers, open requests, repeats, cancelled and simultaneous calls. */

import { expect, test } from 'vitest';
import { fault } from '../../../../src/embedded-coder/index.js';
import { type Steering, startSteering } from '../../../support/steering.js';

const SEND = 'coder_send_task_input';
const posts = /^POST .*\/send$/;
const WORDS = 'and the tests';

/** How often the agent was told the words. */
const told = (t: Steering) => t.said().filter((words) => words === WORDS).length;

test('a lost answer becomes yes when the message stands in the conversation', async () => {
  await using t = await startSteering();
  t.faults.next('sendTaskInput', fault.lostAnswer());
  const sent = await t.call(SEND, { input: WORDS });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.text).toContain("Coder's answer was lost, but the message stands in the conversation");
  expect([told(t), t.count(posts)]).toEqual([1, 1]);
});

test('a proxy that answers in place of Coder leaves it open, too', async () => {
  await using t = await startSteering();
  const page = { status: 504, text: '<html>Gateway Timeout</html>', contentType: 'text/html' };
  t.faults.next('sendTaskInput', { kind: 'answer', answer: page, perform: true });
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
  expect(told(t)).toBe(1);
});

test('the same words of an earlier turn are no proof', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: WORDS, reply: true });
  t.faults.next('sendTaskInput', fault.resetBefore());
  const sent = await t.call(SEND, { input: WORDS });
  expect(sent).toMatchObject({ delivered: 'unknown', seconds: 30 });
  expect(sent.text).toContain("Coder's answer was lost, and the message is not in the conversation");
  // The cursor stands in the call that is offered, and nowhere else: nobody asked for the reply.
  expect(sent).not.toHaveProperty('cursor');
  const look = sent.next?.[0];
  expect(look).toMatchObject({ tool: 'coder_get_task_logs', arguments: { after: expect.any(String) } });
  const logs = await t.call('coder_get_task_logs', look?.arguments);
  expect(logs.isError, logs.text).toBe(false);
  expect(logs.untrusted?.entries ?? []).toEqual([]);
  expect(told(t)).toBe(1);
});

test('after unknown the same call looks first, and sends when it did not arrive', async () => {
  await using t = await startSteering();
  t.faults.next('sendTaskInput', fault.resetBefore());
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'unknown' });
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
  expect([told(t), t.count(posts)]).toEqual([1, 2]);
});

test('an answer that leaves it open is quoted', async () => {
  await using t = await startSteering();
  t.world.agentApi('subject').mode = 'refusing';
  const sent = await t.call(SEND, { input: WORDS });
  expect(sent).toMatchObject({ delivered: 'unknown' });
  expect(sent.text).toContain('Coder answered "Task app rejected the message."');
});

test('where the conversation cannot be read, a lost answer stays unknown', async () => {
  await using t = await startSteering();
  const broken = { message: 'Invalid task app response.', detail: 'bad role' };
  t.faults.always('getTaskLogs', fault.json(502, broken));
  t.faults.next('sendTaskInput', fault.lostAnswer());
  const sent = await t.call(SEND, { input: WORDS });
  expect(sent).toMatchObject({ delivered: 'unknown' });
  expect(sent.text).toContain('the conversation does not tell');
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'unknown' });
  expect(t.count(posts)).toBe(1);
});

test('a connection that never opened is a plain error', async () => {
  await using t = await startSteering();
  await t.server.deployment.close();
  const refused = await t.call(SEND, { input: WORDS });
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain('code: stopped_answering');
});

test('a request that is still open at the cap goes on, and the same call again finds it', async () => {
  await using t = await startSteering({ pace: { typing: 60_000 }, isIdle: false });
  await t.clock.advance(100_000);
  const first = await t.call(SEND, { input: WORDS });
  expect(first).toMatchObject({ delivered: 'unknown', seconds: 45 });
  expect(first.text).toContain('Coder has not answered yet; the request goes on');
  const second = await t.call(SEND, { input: WORDS });
  expect(second).toMatchObject({ delivered: 'yes' });
  expect(second.progress[0]).toBe('an earlier message to alice/subject is still on its way');
  expect(second.text).toContain('it was not sent again');
  expect([told(t), t.count(posts)]).toEqual([1, 1]);
});

test('a message that waits behind an open request says so when its time is up', async () => {
  await using t = await startSteering();
  t.world.agentApi('subject').mode = 'hanging';
  await t.call(SEND, { input: WORDS });
  const other = await t.call(SEND, { input: 'another', wait_seconds: 5 });
  expect(other).toMatchObject({ delivered: 'no', cause: 'an earlier message to this agent is still on its way' });
  const same = await t.call(SEND, { input: WORDS, wait_seconds: 5 });
  expect(same).toMatchObject({ delivered: 'unknown' });
  expect(t.count(posts)).toBe(1);
});

test('the same words can be said again once the first are known to be delivered', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: WORDS, reply: true });
  await t.call(SEND, { input: WORDS, reply: true });
  expect(told(t)).toBe(2);
});

test('two simultaneous calls send one after the other, in their order', async () => {
  await using t = await startSteering();
  const calls = ['first', 'second', 'third'].map((input) => t.begin(SEND, { input }));
  const sent = await t.clock.runUntil(Promise.all(calls));
  expect(sent.map(({ delivered }) => delivered)).toEqual(['yes', 'yes', 'yes']);
  expect(t.said()).toEqual(['hello', 'first', 'second', 'third']);
});

test('two simultaneous calls with the same words are one message', async () => {
  await using t = await startSteering();
  const calls = [1, 2].map(() => t.begin(SEND, { input: WORDS, reply: true }));
  const sent = await t.clock.runUntil(Promise.all(calls));
  expect(sent).toMatchObject([{ delivered: 'yes' }, { delivered: 'yes' }]);
  expect(sent[1]?.untrusted?.entries).toEqual(sent[0]?.untrusted?.entries);
  expect([told(t), t.count(posts)]).toEqual([1, 1]);
});

/** Cancels a call after `ms`; it gets no answer. */
async function cancelled(t: Steering, args: Record<string, unknown>, ms: number): Promise<void> {
  const canceller = new AbortController();
  const call = expect(t.begin(SEND, args, canceller.signal)).rejects.toThrow();
  await t.clock.advance(ms);
  canceller.abort('enough');
  await call;
  await t.clock.settle();
}

test('a call that is cancelled while its request is open leaves it to itself, and a repeat finds it', async () => {
  await using t = await startSteering({ pace: { typing: 5_000 } });
  await cancelled(t, { input: WORDS }, 1_000);
  await t.clock.advance(10_000);
  expect(told(t)).toBe(1);
  const again = await t.call(SEND, { input: WORDS, reply: true });
  expect(again).toMatchObject({ delivered: 'yes', phase: 'waiting' });
  expect(again.untrusted?.entries).toHaveLength(1);
  expect([told(t), t.count(posts)]).toEqual([1, 1]);
});

test('a call that is cancelled while it waits for the reply is found as well, and only once', async () => {
  await using t = await startSteering();
  await cancelled(t, { input: WORDS, reply: true }, 3_000);
  await t.clock.advance(60_000);
  expect((await t.call(SEND, { input: WORDS })).text).toContain('a further call would say it a second time');
  expect(told(t)).toBe(1);
  await t.call(SEND, { input: WORDS });
  expect(told(t)).toBe(2);
});

test('a call that is cancelled while the agent is busy sends nothing, then or later', async () => {
  await using t = await startSteering();
  await t.call(SEND, { input: 'first, slow=20' });
  await cancelled(t, { input: WORDS }, 5_000);
  const before = t.server.deployment.requests.length;
  await t.clock.advance(60_000);
  expect(t.server.deployment.requests).toHaveLength(before);
  expect(told(t)).toBe(0);
});

test('a call that is cancelled while it resumes leaves the resume, and a repeat goes on', async () => {
  await using t = await startSteering();
  await t.call('coder_pause_task', { wait_seconds: 50 });
  await cancelled(t, { input: WORDS }, 1_000);
  await t.clock.advance(60_000);
  expect(t.count(posts)).toBe(0);
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'no' });
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
  expect(t.count(/^POST .*\/resume$/)).toBe(1);
});

test('ten minutes later the same words are another message', async () => {
  await using t = await startSteering();
  await cancelled(t, { input: WORDS, reply: true }, 3_000);
  await t.clock.advance(11 * 60_000);
  await t.call(SEND, { input: WORDS });
  expect(told(t)).toBe(2);
});

test('that a message was delivered is told, whatever cannot be read after it', async () => {
  await using t = await startSteering();
  t.faults.next('getTask', fault.forbidden(), { skip: 1, times: 10 });
  const sent = await t.call(SEND, { input: WORDS, reply: true });
  expect(sent).toMatchObject({ delivered: 'yes' });
  expect(sent.text).toContain('its state may be stale');
});

test('a conversation that could not be read before a lost request is read after it, and ends the doubt', async () => {
  await using t = await startSteering();
  t.faults.next('getTaskLogs', fault.json(502, { message: 'Invalid task app response.', detail: 'bad role' }));
  t.faults.next('sendTaskInput', fault.resetBefore());
  const first = await t.call(SEND, { input: WORDS });
  expect(first).toMatchObject({ delivered: 'unknown', phase: 'waiting' });
  expect(first.text).toContain('the message is not in the conversation');
  expect(await t.call(SEND, { input: WORDS })).toMatchObject({ delivered: 'yes' });
  expect([told(t), t.count(posts)]).toEqual([1, 2]);
});

test('soon after a lost answer the same call waits until the request can no longer arrive', async () => {
  await using t = await startSteering();
  t.faults.next('sendTaskInput', fault.resetBefore());
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 4 })).toMatchObject({ delivered: 'unknown' });
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 4 })).toMatchObject({ delivered: 'unknown' });
  expect(t.count(posts)).toBe(1);
  expect(await t.call(SEND, { input: WORDS, wait_seconds: 45 })).toMatchObject({ delivered: 'yes' });
  expect([told(t), t.count(posts)]).toEqual([1, 2]);
});

test.each([0, 10, 40])(
  'no call outlasts its wait_seconds of %d by more than the answer to a message',
  async (wait_seconds) => {
    await using t = await startSteering();
    t.faults.always('sendTaskInput', fault.hang());
    const sent = await t.call(SEND, { input: WORDS, wait_seconds });
    expect(sent).toMatchObject({ delivered: 'unknown' });
    expect(sent.seconds).toBeLessThanOrEqual(Math.max(wait_seconds, 5));
  },
);
