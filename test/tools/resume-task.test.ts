/** coder_resume_task: every state, builds in the way, lost answers, limits, servers without it. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { startSteering } from '../support/steering.js';

const RESUME = 'coder_resume_task';
const posts = /^POST .*\/resume$/;
const builds = /^POST .*\/builds$/;

async function startPaused(options: Parameters<typeof startSteering>[0] = {}) {
  const t = await startSteering(options);
  await t.call('coder_pause_task', { wait_seconds: 50 });
  return t;
}

test('a paused task starts again; the answer comes with the build queued, and says what may be lost', async () => {
  await using t = await startPaused();
  const resumed = await t.call(RESUME);
  expect(resumed).toMatchObject({ phase: 'queued', changed: true, seconds: 0 });
  expect(resumed.text).toContain('the conversation may start empty');
  expect(resumed.next?.[0]?.tool).toBe('coder_wait_for_task');
});

test('with wait_seconds it returns when it is your turn', async () => {
  await using t = await startPaused();
  const resumed = await t.call(RESUME, { wait_seconds: 50 });
  expect(resumed).toMatchObject({ phase: 'waiting', turn: 'you', changed: true });
  expect(resumed.untrusted).toHaveProperty('last_message');
  expect(resumed.progress).toContain('alice/subject is starting');
});

test('a wait that ends before is told', async () => {
  await using t = await startPaused({ prompt: 'hello slow=120' });
  const resumed = await t.call(RESUME, { wait_seconds: 15 });
  expect(resumed).toMatchObject({ phase: 'working', changed: true, timed_out: true, seconds: 15 });
});

test('a running task is left alone', async () => {
  await using t = await startSteering();
  const resumed = await t.call(RESUME);
  expect(resumed).toMatchObject({ phase: 'waiting', changed: false });
  expect(resumed.text).toContain('it was running already: nothing was done');
  expect(t.count(posts)).toBe(0);
});

test('resuming one that starts posts nothing, and waits if asked to', async () => {
  await using t = await startPaused();
  await t.call(RESUME);
  expect(await t.call(RESUME)).toMatchObject({ changed: false, phase: 'queued' });
  expect(await t.call(RESUME, { wait_seconds: 50 })).toMatchObject({ changed: false, phase: 'waiting' });
  expect(t.count(posts)).toBe(1);
});

test('one that is being paused is waited for, if there is time', async () => {
  await using t = await startSteering({ prompt: 'hello @stop-sleep=10' });
  await t.call('coder_pause_task');
  const refused = await t.call(RESUME);
  expect(refused.text).toContain('alice/subject is pausing: a build of its workspace is in the way');
  expect(refused.text).toContain('code: build_active');
  expect(await t.call(RESUME, { wait_seconds: 50 })).toMatchObject({ changed: true, phase: 'waiting' });
});

test('a failed start is tried again, and may fail again', async () => {
  await using t = await startSteering({ prompt: 'hello @start-fail' });
  const resumed = await t.call(RESUME, { wait_seconds: 50 });
  expect(resumed).toMatchObject({ changed: true, phase: 'broken', cause: expect.any(String) });
  expect(t.world.workspace('subject').builds).toHaveLength(2);
});

test('a failed stop is mended by a start', async () => {
  await using t = await startPaused({ prompt: 'hello @stop-fail-once' });
  expect(await t.call('coder_get_task')).toMatchObject({ phase: 'broken' });
  expect(await t.call(RESUME, { wait_seconds: 50 })).toMatchObject({ changed: true, phase: 'waiting' });
});

test('an unhealthy task whose workspace runs says that pause and resume start it anew', async () => {
  await using t = await startSteering();
  t.world.setAppHealth('subject', 'unhealthy');
  const resumed = await t.call(RESUME, { wait_seconds: 50 });
  expect(resumed).toMatchObject({ changed: false, phase: 'unhealthy', seconds: 0 });
  expect(resumed.text).toContain('coder_pause_task, then coder_resume_task, starts it anew');
  expect(t.count(posts)).toBe(0);
});

test('where Coder says that the workspace runs, that is the answer', async () => {
  await using t = await startPaused();
  const message = 'Task workspace is already running.';
  t.faults.next('resumeTask', fault.json(409, { message, detail: 'Workspace status is "running".' }));
  const resumed = await t.call(RESUME);
  expect(resumed).toMatchObject({ isError: false, changed: false });
  expect(resumed.text).toContain('its workspace is running');
});

test.each([
  ['the answer', fault.lostAnswer(), 1],
  ['the request', fault.resetBefore(), 2],
] as const)('when %s is lost, the state is read before anything is asked again', async (_what, what, expected) => {
  await using t = await startPaused();
  t.faults.next('resumeTask', what);
  expect(await t.call(RESUME, { wait_seconds: 50 })).toMatchObject({ phase: 'waiting', changed: true });
  expect(t.count(posts)).toBe(expected);
  expect(t.world.workspace('subject').builds).toHaveLength(3);
});

test('a server without resume starts the workspace, but never one that runs', async () => {
  await using t = await startPaused({ profile: '2.29' });
  const before = t.count(builds);
  expect(await t.call(RESUME, { wait_seconds: 50 })).toMatchObject({ phase: 'waiting', changed: true });
  expect(await t.call(RESUME)).toMatchObject({ changed: false });
  expect([t.count(posts), t.count(builds) - before]).toEqual([0, 1]);
});

test('under a limit of active tasks a resume counts as one more', async () => {
  await using t = await startPaused({ config: { maxActiveTasks: 1 } });
  t.world.addTask({ name: 'other' });
  const refused = await t.call(RESUME);
  expect(refused.text).toContain('code: too_many_tasks');
  expect(refused.text).toContain('alice/other');
  expect(t.count(posts)).toBe(0);
  await t.call('coder_pause_task', { task: 'other', wait_seconds: 50 });
  expect(await t.call(RESUME)).toMatchObject({ changed: true });
});

test('a task that is being deleted is gone', async () => {
  await using t = await startPaused();
  await t.call('coder_delete_task', { confirm: 'subject' });
  const refused = await t.call(RESUME);
  expect(refused.text).toContain('code: task_gone');
});
