/** The cause in one line, as answers about a broken or stuck task carry it; and diagnoses that stay partial. */

import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { causeOf, diagnose } from '../../../src/tasks/diagnosing/diagnosis.js';
import { type Scene, SUBJECT, startScene } from '../../support/diagnosed.js';

const never = new AbortController().signal;

async function viewed({ server, during }: Scene) {
  const task = await during(server.coder.getTask({ user: 'me', task: SUBJECT }));
  return server.tasks.view(task);
}

async function caused(scene: Scene, differs: { readonly stalled?: boolean } = {}) {
  const view = await viewed(scene);
  const before = scene.server.deployment.requests.length;
  const cause = await scene.during(causeOf(scene.server.coder, { ...view, ...differs }, never));
  return { cause, requests: scene.server.deployment.requests.length - before };
}

describe('the cause of a task that is broken or stuck', () => {
  test('is one line of ours, for one request', async () => {
    await using scene = await startScene();
    await scene.create('hello', 'broken-build');
    await scene.clock.advance(60_000);
    expect(await caused(scene)).toEqual({ cause: 'the start build failed 59 s ago in terraform apply', requests: 1 });
  });

  test('is told of a task that stalls in the queue', async () => {
    await using scene = await startScene();
    scene.world.provisioners.hold(true);
    await scene.create();
    await scene.clock.advance(400_000);
    const { cause } = await caused(scene, { stalled: true });
    expect(cause).toMatch(/^its build has been queued for 6 min: 3 provisioners match/);
  });

  test('is told of a task whose agent is lost', async () => {
    await using scene = await startScene();
    await scene.create();
    await scene.clock.advance(30_000);
    scene.world.loseAgent(SUBJECT);
    await scene.clock.advance(90_000);
    expect(await caused(scene)).toEqual({ cause: 'its workspace agent has been disconnected for 1 min', requests: 1 });
  });

  test('is not asked for where nothing is wrong', async () => {
    await using scene = await startScene();
    await scene.create();
    await scene.clock.advance(30_000);
    expect(await caused(scene)).toEqual({ cause: undefined, requests: 0 });
  });

  test.each([
    ['an error', fault.json(500, { message: 'Internal error fetching workspace.' })],
    ['a closed workspace', fault.notFound()],
    ['an answer in no form', fault.json(200, { surprise: true })],
    ['a server that hangs', fault.hang()],
  ] as const)('%s in the way of its read fails no answer', async (_title, what) => {
    await using scene = await startScene();
    await scene.create('hello', 'broken-build');
    await scene.clock.advance(60_000);
    const view = await viewed(scene);
    scene.server.deployment.faults.always('getWorkspace', what);
    const cause = await scene.during(causeOf(scene.server.coder, view, never));
    expect(cause).toBe('the last build of its workspace did not succeed');
  });

  test('is given up at once when the call is cancelled', async () => {
    await using scene = await startScene();
    await scene.create('hello', 'broken-build');
    await scene.clock.advance(60_000);
    const view = await viewed(scene);
    scene.server.deployment.faults.always('getWorkspace', fault.hang());
    const stop = new AbortController();
    const cause = causeOf(scene.server.coder, view, stop.signal);
    stop.abort(new Error('enough'));
    await expect(cause).rejects.toThrow('enough');
  });
});

describe('a diagnosis whose reads fail in part', () => {
  test('says which, and what the others show', async () => {
    await using scene = await startScene();
    await scene.create('hello', 'broken-build');
    await scene.clock.advance(60_000);
    scene.server.deployment.faults.always('getBuildLogs', fault.forbidden());
    const { server, during } = scene;
    const { verdict, evidence, untrusted } = await during(diagnose(server.coder, await viewed(scene), never));
    expect(verdict).toBe('build_failed');
    expect(evidence.not_read).toEqual([{ what: 'build log', error: 'forbidden' }]);
    expect(untrusted).toEqual({ build_error: 'terraform apply: exit status 1' });
  });

  test('reads in parallel what is worth reading, and no more', async () => {
    await using scene = await startScene();
    await scene.create();
    await scene.clock.advance(30_000);
    const view = await viewed(scene);
    const before = scene.server.deployment.requests.length;
    await scene.during(diagnose(scene.server.coder, view, never));
    const paths = scene.server.deployment.requests.slice(before).map(({ path }) => path.replace(/.*\//, ''));
    expect(paths.sort()).toEqual([view.task.workspace_id, 'logs'].sort());
  });
});
