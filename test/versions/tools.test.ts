/** The main path of every tool, against every version of Coder that the embedded deployment can be. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { versionRow } from '../../src/coder/server-features.js';
import type { Profile } from '../../src/embedded-coder/index.js';
import { allTools } from '../../src/tools/index.js';
import { type Scene, SUBJECT, startScene } from '../support/diagnosed.js';
import { textOf } from '../support/test-server.js';

const NAME = `alice/${SUBJECT}`;
const START_MS = 30_000;

const answer = z.looseObject({
  task: z.string().optional(),
  phase: z.string().optional(),
  tasks: z.array(z.looseObject({ task: z.string(), phase: z.string() })).optional(),
  untrusted: z.looseObject({}).optional(),
});

/** The structured answer of a call that must succeed. */
async function called({ server }: Scene, tool: string, args: Record<string, unknown>) {
  const result = await server.call(tool, args);
  expect(result.isError, textOf(result)).toBeFalsy();
  return answer.parse(result.structuredContent);
}

/** A task whose agent has done its first turn. */
async function startWaiting(profile: Profile): Promise<Scene> {
  const scene = await startScene({ profile });
  await scene.create();
  await scene.clock.advance(START_MS);
  return scene;
}

async function pause(scene: Scene): Promise<void> {
  const task = await scene.during(scene.server.coder.getTask({ user: 'me', task: SUBJECT }));
  await scene.during(scene.server.coder.createWorkspaceBuild(task.workspace_id ?? '', { transition: 'stop' }));
  await scene.clock.advance(START_MS);
}

const working: readonly Profile[] = ['2.29', '2.30', '2.31.1', '2.32', '2.34', '2.35', '2.36'];

describe.each(working)('on %s', (profile) => {
  test('the version is one that the table knows', async () => {
    await using scene = await startScene({ profile });
    const { version } = await scene.during(scene.server.coder.getBuildInfo());
    expect(versionRow(version)?.features.tasks).toMatch(/^(yes|switchable)$/);
  });

  test('templates are listed with their presets', async () => {
    await using scene = await startScene({ profile });
    const text = await scene.server.text('coder_list_task_templates');
    expect(text).toContain('tasks-demo');
    expect(text).toContain('Standard');
  });

  test('a task is created, and the same call again gives the same task', async () => {
    await using scene = await startScene({ profile });
    const call = { input: 'Tidy up the docs', template: 'tasks-demo' };
    const first = await called(scene, 'coder_create_task', call);
    expect(first).toMatchObject({ created: true, phase: expect.stringMatching(/^(queued|starting)$/) });
    const again = await called(scene, 'coder_create_task', call);
    expect(again).toMatchObject({ created: false, task: first.task });
  });

  test('a wait ends when it is your turn', async () => {
    await using scene = await startScene({ profile });
    await scene.create();
    const { tasks } = await called(scene, 'coder_wait_for_task', { tasks: [SUBJECT] });
    expect(tasks?.[0]).toMatchObject({ task: NAME, phase: 'waiting', turn: 'you' });
  });

  test('an agent that says it is done or has failed is not waited for in vain', async () => {
    for (const [prompt, phases] of [
      ['complete', /^(done|waiting)$/],
      ['fail', /^(failed|waiting)$/],
    ] as const) {
      await using scene = await startScene({ profile });
      await scene.create(prompt);
      const { tasks } = await called(scene, 'coder_wait_for_task', { tasks: [SUBJECT] });
      expect(tasks?.[0]?.phase).toMatch(phases);
    }
  });

  test('a task is read by name, by owner and name, and by id', async () => {
    await using scene = await startWaiting(profile);
    const byName = await called(scene, 'coder_get_task', { task: SUBJECT });
    expect(byName).toMatchObject({ task: NAME, phase: 'waiting', turn: 'you' });
    expect(byName.untrusted).toHaveProperty('last_message');
    for (const reference of [NAME, String(byName.id), String(byName.url)]) {
      expect(await called(scene, 'coder_get_task', { task: reference })).toMatchObject({ task: NAME });
    }
  });

  test('a queued task is queued, however the server calls that', async () => {
    await using scene = await startScene({ profile });
    scene.world.provisioners.hold();
    await scene.create();
    expect(await called(scene, 'coder_get_task', { task: SUBJECT })).toMatchObject({ phase: 'queued' });
  });

  test('the list finds tasks by phase and by words', async () => {
    await using scene = await startWaiting(profile);
    for (const filter of [{}, { phase: ['waiting'] }, { turn: 'you' }, { search: 'HELLO' }, { status: 'active' }]) {
      const list = await called(scene, 'coder_list_tasks', filter);
      expect(list.tasks, JSON.stringify(filter)).toMatchObject([{ task: NAME, phase: 'waiting' }]);
    }
    expect(await called(scene, 'coder_list_tasks', { search: 'nothing' })).toMatchObject({ matched: 0 });
  });

  test('the conversation is read live, and searched', async () => {
    await using scene = await startWaiting(profile);
    const logs = await called(scene, 'coder_get_task_logs', { task: SUBJECT });
    expect(logs).toMatchObject({ source: 'live', more: false });
    expect(JSON.stringify(logs.untrusted)).toContain('hello');
    expect(await called(scene, 'coder_get_task_logs', { task: SUBJECT, search: 'hello' })).toMatchObject({
      hits: expect.any(Number),
    });
  });

  test('the conversation of a paused task is its snapshot, or said to be closed', async () => {
    await using scene = await startWaiting(profile);
    await pause(scene);
    const logs = await called(scene, 'coder_get_task_logs', { task: SUBJECT });
    expect(logs.phase).toBe('paused');
    const { version } = await scene.during(scene.server.coder.getBuildInfo());
    if (versionRow(version)?.features.snapshots) expect(logs).toMatchObject({ source: 'snapshot' });
    else expect(logs).toMatchObject({ notes: [expect.stringContaining('no conversation')] });
  });

  test('a message is delivered and its reply comes back', async () => {
    await using scene = await startWaiting(profile);
    const sent = await called(scene, 'coder_send_task_input', { task: SUBJECT, input: 'and the tests', reply: true });
    expect(sent).toMatchObject({ delivered: 'yes', phase: 'waiting' });
    expect(JSON.stringify(sent.untrusted)).toContain('and the tests');
  });

  test('a message to a busy agent waits for it', async () => {
    await using scene = await startScene({ profile });
    await scene.create('hello slow=20');
    await scene.clock.advance(6_000);
    const sent = await called(scene, 'coder_send_task_input', { task: SUBJECT, input: 'one more thing' });
    expect(sent).toMatchObject({ delivered: 'yes' });
  });

  test('a message to a paused task resumes it, and is held back until what it then says was read', async () => {
    await using scene = await startWaiting(profile);
    await pause(scene);
    const call = { task: SUBJECT, input: 'go on', wait_seconds: 50 };
    const held = await called(scene, 'coder_send_task_input', call);
    expect(held).toMatchObject({
      delivered: 'no',
      phase: 'waiting',
      cause: expect.stringMatching(/^started_anew: /),
      untrusted: { last_message: expect.any(String) },
    });
    expect(await called(scene, 'coder_send_task_input', call)).toMatchObject({ delivered: 'yes' });
  });

  test('a task is paused, and pausing it again does nothing', async () => {
    await using scene = await startWaiting(profile);
    const paused = await called(scene, 'coder_pause_task', { task: SUBJECT, wait_seconds: 50 });
    expect(paused).toMatchObject({ changed: true, phase: 'paused' });
    const builds = scene.world.workspace(SUBJECT).builds.length;
    expect(await called(scene, 'coder_pause_task', { task: SUBJECT })).toMatchObject({ changed: false });
    expect(scene.world.workspace(SUBJECT).builds).toHaveLength(builds);
  });

  test('a task is resumed, and resuming it again does nothing', async () => {
    await using scene = await startWaiting(profile);
    await pause(scene);
    const resumed = await called(scene, 'coder_resume_task', { task: SUBJECT, wait_seconds: 50 });
    expect(resumed).toMatchObject({ changed: true, phase: 'waiting' });
    expect(await called(scene, 'coder_resume_task', { task: SUBJECT })).toMatchObject({ changed: false });
  });

  test('a failed start is resumed as another try', async () => {
    await using scene = await startScene({ profile });
    await scene.create('hello @start-fail-once');
    await scene.clock.advance(START_MS);
    expect(await called(scene, 'coder_get_task', { task: SUBJECT })).toMatchObject({ phase: 'broken' });
    const resumed = await called(scene, 'coder_resume_task', { task: SUBJECT, wait_seconds: 50 });
    expect(resumed).toMatchObject({ phase: 'waiting' });
  });

  test('the prompt of a paused task is replaced, and of a running one with a restart', async () => {
    await using scene = await startWaiting(profile);
    const restarted = await called(scene, 'coder_update_task_input', {
      task: SUBJECT,
      input: 'write the changelog',
      restart: true,
      wait_seconds: 50,
    });
    expect(restarted).toMatchObject({ changed: true });
    expect(scene.world.task(SUBJECT).prompt).toBe('write the changelog');
    await pause(scene);
    await called(scene, 'coder_update_task_input', { task: SUBJECT, input: 'and the readme' });
    expect(scene.world.task(SUBJECT).prompt).toBe('and the readme');
  });

  test('a task is deleted once that is confirmed', async () => {
    await using scene = await startWaiting(profile);
    const refused = await scene.server.call('coder_delete_task', { task: SUBJECT });
    expect(refused.isError).toBe(true);
    const deleted = await called(scene, 'coder_delete_task', { task: SUBJECT, confirm: SUBJECT });
    expect(deleted).toMatchObject({ task: NAME, deleted: expect.stringMatching(/^(started|gone)$/) });
    expect(await scene.server.text('coder_get_task', { task: SUBJECT })).toContain('code: task_gone');
  });

  test('a broken task and a waiting one are told apart', async () => {
    await using scene = await startScene({ profile });
    await scene.create('hello', 'broken-build');
    await scene.clock.advance(START_MS);
    expect(await called(scene, 'coder_diagnose', { task: SUBJECT })).toMatchObject({ verdict: 'build_failed' });
    await using other = await startWaiting(profile);
    expect(await called(other, 'coder_diagnose', { task: SUBJECT })).toMatchObject({ verdict: 'waiting' });
  });

  test('the deployment is found to have tasks', async () => {
    await using scene = await startScene({ profile });
    expect(await called(scene, 'coder_diagnose', {})).toMatchObject({
      deployment: { result: 'ok', tasks: 'available', user: 'alice' },
    });
  });
});

const needed: Readonly<Record<string, Record<string, unknown>>> = {
  coder_create_task: { input: 'hello', template: 'tasks-demo' },
  coder_wait_for_task: { tasks: [SUBJECT] },
  coder_send_task_input: { task: SUBJECT, input: 'hello' },
  coder_update_task_input: { task: SUBJECT, input: 'hello' },
  coder_delete_task: { task: SUBJECT, confirm: SUBJECT },
  coder_list_tasks: {},
  coder_list_task_templates: {},
};

describe.each([
  ['2.28', 'too_old', 'is too old: the Tasks API came with Coder 2.29'],
  ['2.36-off', 'switched_off', 'has Tasks switched off'],
  ['2.37', 'switched_off', 'has Tasks switched off'],
] as const)('on %s, which has no tasks for us', (profile, tasks, why) => {
  test.each(allTools.map(({ name }) => name))('%s says why, at the first request', async (name) => {
    await using scene = await startScene({ profile });
    const result = await scene.server.call(name, needed[name] ?? { task: SUBJECT });
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(new RegExp(`^why: .*${why}`, 'm'));
    expect(textOf(result)).toContain('code: tasks_unavailable');
    expect(scene.server.deployment.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  test('coder_diagnose without a task says which of the reasons it is, and what to do', async () => {
    await using scene = await startScene({ profile });
    const { deployment } = await called(scene, 'coder_diagnose', {});
    expect(deployment).toMatchObject({ result: 'fail', tasks });
    expect(await scene.server.text('coder_diagnose')).toContain(why);
  });
});
