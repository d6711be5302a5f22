/** coder_update_task_input: every state, the restart in one call and in several, repeats. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { startSteering } from '../support/steering.js';

const UPDATE = 'coder_update_task_input';
const RESTART = { input: 'write the changelog', restart: true };
const patches = /^PATCH .*\/input$/;

async function startPaused(options: Parameters<typeof startSteering>[0] = {}) {
  const t = await startSteering(options);
  await t.call('coder_pause_task', { wait_seconds: 50 });
  return t;
}

test('the prompt of a paused task is replaced, trimmed, and taken by the next start', async () => {
  await using t = await startPaused();
  const updated = await t.call(UPDATE, { input: '  write the changelog\n' });
  expect(updated).toMatchObject({ changed: true, stage: 'updated', phase: 'paused' });
  expect(updated.text).toMatch(/^prompt replaced \(the prompt stands\); paused: alice\/subject/);
  expect(updated.text).toContain('the next start of its workspace takes the new prompt');
  expect(updated.next).toMatchObject([{ tool: 'coder_resume_task' }]);
  expect(t.world.task('subject').prompt).toBe('write the changelog');
  await t.call('coder_resume_task', { wait_seconds: 50 });
  expect(t.said()).toEqual(['write the changelog']);
});

test('the same prompt again changes nothing and posts nothing', async () => {
  await using t = await startPaused();
  await t.call(UPDATE, { input: 'write the changelog' });
  const again = await t.call(UPDATE, { input: ' write the changelog ' });
  expect(again).toMatchObject({ changed: false, stage: 'updated' });
  expect(again.text).toContain('this prompt stood already; the next start of its workspace takes it');
  expect(t.count(patches)).toBe(1);
});

test('a task that is not paused is left alone, and the error offers the restart', async () => {
  await using t = await startSteering();
  const refused = await t.call(UPDATE, { input: 'write the changelog' });
  expect(refused.isError).toBe(true);
  expect(refused.text).toContain('nothing was done: alice/subject is waiting');
  expect(refused.text).toContain('restart: true');
  expect(refused.text).toContain('code: task_must_be_paused');
  expect(t.count(patches)).toBe(0);
});

test('one that is being paused is waited for, if there is time', async () => {
  await using t = await startSteering({ prompt: 'hello @stop-sleep=10' });
  await t.call('coder_pause_task');
  expect((await t.call(UPDATE, { input: 'write the changelog' })).text).toContain('code: task_must_be_paused');
  const updated = await t.call(UPDATE, { input: 'write the changelog', wait_seconds: 50 });
  expect(updated).toMatchObject({ changed: true, stage: 'updated', phase: 'paused' });
});

test('restart pauses, replaces, resumes and waits until it is your turn, in one call', async () => {
  await using t = await startSteering();
  const updated = await t.call(UPDATE, { ...RESTART, wait_seconds: 50 });
  expect(updated).toMatchObject({ changed: true, stage: 'resumed', phase: 'waiting' });
  expect(t.said()).toEqual(['write the changelog']);
  expect(updated.progress).toEqual(
    expect.arrayContaining([
      'alice/subject is being paused',
      'the prompt of alice/subject is replaced',
      'alice/subject is being resumed',
    ]),
  );
});

test('without time it says how far it has come, and the same call again goes on from there', async () => {
  await using t = await startSteering();
  const first = await t.call(UPDATE, { ...RESTART, wait_seconds: 0 });
  expect(first).toMatchObject({ changed: false, stage: 'pausing', phase: 'pausing' });
  expect(first.text).toContain('make the same call again when the task is paused');
  expect(first.next).toMatchObject([{ tool: 'coder_wait_for_task', arguments: { until: 'paused' } }]);
  await t.server.call('coder_wait_for_task', first.next?.[0]?.arguments);
  expect(await t.call(UPDATE, { ...RESTART, wait_seconds: 0 })).toMatchObject({
    changed: true,
    stage: 'resuming',
    phase: 'queued',
  });
  expect(await t.call(UPDATE, { ...RESTART, wait_seconds: 0 })).toMatchObject({ changed: false, stage: 'resuming' });
  await t.clock.advance(20_000);
  const done = await t.call(UPDATE, { ...RESTART, wait_seconds: 0 });
  expect(done).toMatchObject({ changed: false, stage: 'resumed', phase: 'waiting', told: true });
  expect(done.text).toContain('its workspace was started since: nothing was done');
  expect(t.world.workspace('subject').builds).toHaveLength(3);
  expect(t.count(patches)).toBe(1);
});

test('one whose prompt stands and no start has taken is only resumed', async () => {
  await using t = await startPaused();
  await t.call(UPDATE, { input: RESTART.input });
  expect(await t.call(UPDATE, { ...RESTART, wait_seconds: 50 })).toMatchObject({ changed: false, stage: 'resumed' });
  expect(t.said()).toEqual(['write the changelog']);
});

test('a start that failed with the prompt is tried again', async () => {
  await using t = await startPaused();
  t.world.provisioners.failNext('start');
  const broken = await t.call(UPDATE, { ...RESTART, wait_seconds: 50 });
  expect(broken).toMatchObject({ changed: true, stage: 'resuming', phase: 'broken', cause: expect.any(String) });
  expect(await t.call(UPDATE, { ...RESTART, wait_seconds: 50 })).toMatchObject({ stage: 'resumed', phase: 'waiting' });
});

test('a broken task gets its prompt by a restart', async () => {
  await using t = await startSteering({ prompt: 'hello @start-fail' });
  expect(await t.call(UPDATE, { ...RESTART, wait_seconds: 50 })).toMatchObject({ changed: true, stage: 'resumed' });
});

test('a pause that fails is no replaced prompt', async () => {
  await using t = await startSteering({ prompt: 'hello @stop-fail-once' });
  const failed = await t.call(UPDATE, { ...RESTART, wait_seconds: 50 });
  expect(failed).toMatchObject({ changed: false, stage: 'pausing', phase: 'broken' });
  expect(failed.text).toContain('the task did not come to its pause, and the prompt is not replaced');
});

test('a step that fails tells what was done before', async () => {
  await using t = await startPaused();
  t.faults.next('resumeTask', fault.forbidden('You do not have permission to start this workspace.'));
  const failed = await t.call(UPDATE, RESTART);
  expect(failed.text).toContain('error: the prompt is replaced, but the workspace could not be started with it');
  expect(failed.text).toContain('code: forbidden');
  expect(t.world.task('subject').prompt).toBe(RESTART.input);
});

test('a prompt that is refused tells that the task is paused by now', async () => {
  await using t = await startSteering();
  const refusal = { message: 'Failed to update task input.', detail: 'unauthorized: rbac: forbidden' };
  t.faults.next('updateTaskInput', fault.json(500, refusal));
  const failed = await t.call(UPDATE, { ...RESTART, wait_seconds: 50 });
  expect(failed.text).toContain('error: the task is paused, but its prompt could not be replaced');
  expect(failed.text).toContain('code: forbidden');
});

test('one that somebody resumes in the same moment is not lost', async () => {
  await using t = await startPaused();
  const message = 'Unable to update task input, task must be paused.';
  t.faults.next('updateTaskInput', fault.json(409, { message }));
  expect(await t.call(UPDATE, { input: RESTART.input })).toMatchObject({ changed: true, stage: 'updated' });
});

test.each(['', '   \n ', 'a\0b'])('the prompt %j is refused before anything is done', async (input) => {
  await using t = await startSteering();
  const refused = await t.call(UPDATE, { input, restart: true });
  expect(refused.text).toContain('code: invalid_argument');
  expect(t.count(/^(POST|PATCH) .*(pause|input)$/)).toBe(0);
});
