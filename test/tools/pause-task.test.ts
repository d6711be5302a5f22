/** coder_pause_task: every state, builds in the way, lost answers, servers without it. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { startSteering } from '../support/steering.js';
import { createTask } from '../support/tasks.js';

const PAUSE = 'coder_pause_task';
const posts = /^POST .*\/pause$/;
const builds = /^POST .*\/builds$/;

test('a running task is on its way to its pause as soon as the build is queued', async () => {
  await using t = await startSteering();
  const paused = await t.call(PAUSE);
  expect(paused).toMatchObject({ task: 'alice/subject', phase: 'pausing', changed: true, seconds: 0 });
  expect(paused.text).toMatch(/^pausing: alice\/subject, the platform's turn/);
  // Nothing was cut off: there is nothing to warn of.
  expect(paused.text).not.toContain('cut off');
  expect(paused).not.toHaveProperty('interrupted');
});

test('an agent at work is cut off, and that is told as long as the task is paused', async () => {
  await using t = await startSteering();
  await t.call('coder_send_task_input', { input: 'first, slow=120' });
  const paused = await t.call(PAUSE, { wait_seconds: 50 });
  expect(paused).toMatchObject({ phase: 'paused', changed: true, interrupted: true });
  expect(paused.text).toMatch(/^paused, interrupted at work: alice\/subject/);
  expect(paused.text).toContain('after a resume it may do its initial prompt again'.replace('after', 'After'));
  expect(await t.call('coder_get_task')).toMatchObject({ phase: 'paused', interrupted: true });
  await t.call('coder_resume_task', { wait_seconds: 50 });
  await t.call(PAUSE, { wait_seconds: 50 });
  expect(await t.call('coder_get_task')).not.toHaveProperty('interrupted');
});

test('a task that starts is stopped by canceling its start build, where the template lets its owner', async () => {
  await using t = await startSteering();
  t.world.addTemplate({ name: 'cancelable', allowCancel: true });
  await createTask(t.server, t.clock, 'slow', 'hello @start-sleep=120', 'cancelable');
  await t.clock.advance(2_000);
  const canceled = await t.call(PAUSE, { task: 'slow', wait_seconds: 20 });
  expect(canceled).toMatchObject({ phase: 'broken', changed: true });
  expect(canceled.text).toContain('its start build was canceled');
  expect(t.count(posts)).toBe(0);
  expect(await t.call('coder_resume_task', { task: 'slow' })).toMatchObject({ changed: true });
});

test.each([
  ['paused by another', 'unknown', 'stopping', 'pausing'],
  ['deleted by another', 'unknown', 'deleting', 'deleting'],
] as const)(
  'a pause that loses its race, %s, is a result that says what is under way',
  async (_what, status, workspace_status, phase) => {
    await using t = await startSteering();
    t.faults.next('pauseTask', fault.json(409, { message: 'A workspace build is already active.' }));
    const { coder } = t.server;
    const task = await t.clock.runUntil(coder.getTask({ user: 'me', task: 'subject' }));
    t.faults.next('getTask', fault.json(200, { ...task, status, workspace_status }), { skip: 1 });
    const lost = await t.call(PAUSE);
    expect(lost.isError).toBe(false);
    expect(lost).toMatchObject({ changed: false, phase });
  },
);

test('with wait_seconds it returns when the task is paused, with progress on the way', async () => {
  await using t = await startSteering();
  const paused = await t.call(PAUSE, { wait_seconds: 50 });
  expect(paused).toMatchObject({ phase: 'paused', changed: true });
  expect(paused).not.toHaveProperty('timed_out');
  expect(paused.progress).toEqual(['alice/subject is being paused', 'alice/subject is paused']);
});

test('a stop that outlasts the wait is told as on its way', async () => {
  await using t = await startSteering({ prompt: 'hello @stop-sleep=60' });
  const paused = await t.call(PAUSE, { wait_seconds: 10 });
  expect(paused).toMatchObject({ phase: 'pausing', changed: true, timed_out: true, seconds: 10 });
  expect(paused.text).toContain('the wait is over, the build goes on');
});

test('pausing a paused task posts nothing and says so', async () => {
  await using t = await startSteering();
  await t.call(PAUSE, { wait_seconds: 50 });
  const again = await t.call(PAUSE);
  expect(again).toMatchObject({ phase: 'paused', changed: false });
  expect(again.text).toContain('note: it was paused already: nothing was done');
  expect(t.count(posts)).toBe(1);
});

test('pausing one that is being paused posts nothing, and waits if asked to', async () => {
  await using t = await startSteering();
  await t.call(PAUSE);
  expect(await t.call(PAUSE)).toMatchObject({ phase: 'pausing', changed: false });
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: false });
  expect(t.count(posts)).toBe(1);
});

test('a build in progress is an error without a wait, and waited for with one', async () => {
  await using t = await startSteering({ isIdle: false, prompt: 'hello @start-sleep=10' });
  await t.clock.advance(2_000);
  const refused = await t.call(PAUSE);
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain('alice/subject is starting: a build of its workspace is in the way');
  expect(refused.text).toContain('code: build_active');
  const paused = await t.call(PAUSE, { wait_seconds: 50 });
  expect(paused).toMatchObject({ phase: 'paused', changed: true });
  expect(paused.progress[0]).toBe('alice/subject has a build in progress; waiting for its end');
});

test('a build that outlasts the wait is an error that says nothing was done', async () => {
  await using t = await startSteering({ isIdle: false, prompt: 'hello @start-sleep=120' });
  await t.clock.advance(2_000);
  const refused = await t.call(PAUSE, { wait_seconds: 10 });
  expect(refused).toMatchObject({ isError: true, seconds: 10 });
  expect(refused.text).toContain('nothing was done');
});

test('a broken task can be paused', async () => {
  await using t = await startSteering({ prompt: 'hello @start-fail' });
  expect(await t.call('coder_get_task')).toMatchObject({ phase: 'broken' });
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: true });
});

test('a stop that fails ends the wait with what it led to', async () => {
  await using t = await startSteering({ prompt: 'hello @stop-fail-once' });
  const paused = await t.call(PAUSE, { wait_seconds: 50 });
  expect(paused).toMatchObject({ phase: 'broken', changed: true, cause: expect.any(String) });
  expect(paused.text).toMatch(/^broken: /);
});

test.each([
  ['the answer', fault.lostAnswer(), 1],
  ['the end of the answer', fault.truncatedJson(), 1],
  ['the answer, for a page of a gateway,', { ...fault.proxyPage(504), perform: true }, 1],
  ['the answer, for another status,', { ...fault.json(200, {}), perform: true }, 1],
  ['the request', fault.resetBefore(), 2],
] as const)('when %s is lost, the state is read before anything is asked again', async (_what, what, expected) => {
  await using t = await startSteering();
  t.faults.next('pauseTask', what);
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: true });
  expect(t.count(posts)).toBe(expected);
  expect(t.world.workspace('subject').builds).toHaveLength(2);
});

test('an answer that is lost twice is an error', async () => {
  await using t = await startSteering();
  t.faults.always('pauseTask', fault.resetBefore());
  const lost = await t.call(PAUSE);
  expect(lost.text).toContain('code: connection_lost');
  expect(t.count(posts)).toBe(2);
});

test('a server without pause is found out by its version, and stops the workspace instead', async () => {
  await using t = await startSteering({ profile: '2.30' });
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: true });
  expect([t.count(posts), t.count(builds)]).toEqual([0, 1]);
});

test('a server that lacks pause though its version should have it stops the workspace instead, and is asked again each time', async () => {
  await using t = await startSteering();
  t.faults.always('pauseTask', fault.routeNotFound());
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: true });
  await t.call('coder_resume_task', { wait_seconds: 50 });
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: true });
  expect(t.count(posts)).toBe(2);
  t.faults.clear();
  await t.call('coder_resume_task', { wait_seconds: 50 });
  const before = t.count(builds);
  expect(await t.call(PAUSE, { wait_seconds: 50 })).toMatchObject({ phase: 'paused', changed: true });
  expect(t.count(posts)).toBe(3);
  expect(t.count(builds)).toBe(before);
});

test('a refusal is told as it is', async () => {
  await using t = await startSteering();
  t.faults.next('pauseTask', fault.forbidden('You do not have permission to stop this workspace.'));
  const refused = await t.call(PAUSE);
  expect(refused.text).toContain('code: forbidden');
  expect(refused.text).toContain('You do not have permission to stop this workspace.');
});

test('a state that cannot be read after the build was queued is an error that tells of the build', async () => {
  await using t = await startSteering();
  t.faults.next('getTask', fault.forbidden(), { skip: 1 });
  const refused = await t.call(PAUSE);
  expect(refused.text).toContain('the stop build of alice/subject was queued, but what came of it cannot be read');
});

test('a watch that breaks off after the build was queued leaves the answer, with a note', async () => {
  await using t = await startSteering();
  t.faults.next('getTask', fault.unauthorized(), { skip: 2, times: 50 });
  const paused = await t.call(PAUSE, { wait_seconds: 50 });
  expect(paused).toMatchObject({ phase: 'pausing', changed: true });
  expect(paused.text).toContain('note: waiting ended early: unauthorized');
});

test('a cancelled call starts no further request, and a repeat finds what was done', async () => {
  await using t = await startSteering();
  const canceller = new AbortController();
  const call = t.begin(PAUSE, { wait_seconds: 50 }, canceller.signal);
  const cancelled = expect(call).rejects.toThrow();
  await t.clock.settle();
  canceller.abort('enough');
  await cancelled;
  await t.clock.settle();
  const before = t.server.deployment.requests.length;
  await t.clock.advance(20_000);
  expect(t.server.deployment.requests.slice(before).filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(await t.call(PAUSE)).toMatchObject({ phase: 'paused', changed: false });
});
