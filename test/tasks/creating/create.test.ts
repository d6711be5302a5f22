import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { create, DEMO, INPUT, missingLogin, posts, refusal, startCreating } from '../../support/creating.js';

describe('the same call again', () => {
  test('gives the same task, and says how to get a second one', async () => {
    await using t = await startCreating();
    const first = await create(t);
    const again = await create(t, { ...DEMO, input: ` ${INPUT.replace(' ', '  ')}\n` });
    expect(again).toMatchObject({ task: first.task, created: false });
    expect(again.text).toMatch(/^already there, created \d+ s ago; /);
    expect(posts(t)).toHaveLength(1);
    const second = await create(t, { ...DEMO, ...again.same_call_with });
    expect(second.created).toBe(true);
    expect(await create(t, { ...DEMO, ...again.same_call_with })).toMatchObject({ task: second.task, created: false });
  });

  test('also under a name of my own', async () => {
    await using t = await startCreating();
    await create(t, { ...DEMO, name: 'billing' });
    expect(await create(t, { ...DEMO, name: 'Billing' })).toMatchObject({ task: 'alice/billing', created: false });
  });

  test.each([
    ['the server says 409', {}],
    ['the two collide in the database', { insert: 50 }],
  ])('two at once make one task: %s', async (_how, pace) => {
    await using t = await startCreating({ pace });
    // Neither sees the other's task in the list.
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }), { times: 2 });
    const both = await Promise.all([create(t), create(t)]);
    expect(new Set(both.map(({ task }) => task)).size).toBe(1);
    expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(t.deployment.world.tasks.size).toBe(1);
  });

  test('the loser of a collision finds the task, though it cannot be read at once', async () => {
    await using t = await startCreating();
    const { task } = await create(t);
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }));
    t.deployment.faults.next('createTask', fault.nameCollision());
    t.deployment.faults.next('getTask', fault.notFound(), { times: 2 });
    t.deployment.faults.next(/\/workspace\//, fault.notFound(), { times: 2 });
    expect(await create(t)).toMatchObject({ task, created: false });
  });

  test('finds the task also when a new one could not be made any more', async () => {
    await using t = await startCreating();
    const login = missingLogin();
    login.authenticated.add('alice');
    t.deployment.world.addTemplate({ name: 'strict', version: { externalLogins: [login] } });
    const { task } = await create(t, { input: INPUT, template: 'strict' });
    login.authenticated.clear();
    expect(await create(t, { input: INPUT, template: 'strict' })).toMatchObject({ task, created: false });
    expect(await refusal(t, { input: 'Another one', template: 'strict' })).toContain('code: login_missing');
  });

  test('another version or template is said', async () => {
    await using t = await startCreating();
    await create(t, { ...DEMO, name: 'billing' });
    const older = await create(t, { ...DEMO, name: 'billing', template_version: 'fine_singh99' });
    expect(older).toMatchObject({ created: false, notes: ['it runs from another version of the template'] });
    const other = await create(t, { ...DEMO, name: 'billing', template: 'no-agent' });
    expect(other).toMatchObject({ created: false, notes: ['it runs from the template tasks-demo'] });
  });

  test('a derived name that something else has gives way to the next, and a repeat finds that', async () => {
    await using t = await startCreating();
    const { task } = await create(t);
    const name = task.slice('alice/'.length);
    // Somebody has put a workspace under the first name.
    t.deployment.world.tasks.clear();
    t.deployment.world.workspaces.clear();
    t.deployment.world.addPlainWorkspace('alice', name);
    const second = await create(t);
    expect(second).toMatchObject({ created: true });
    expect(second.task).not.toBe(task);
    expect(second.notes?.join()).toContain(`the name ${name} is taken by a workspace that belongs to no task`);
    for (const [id, { taskId }] of t.deployment.world.workspaces) {
      if (taskId === undefined) t.deployment.world.workspaces.delete(id);
    }
    expect(await create(t)).toMatchObject({ task: second.task, created: false });
  });

  test('a name that was taken a moment ago and is free now is used all the same', async () => {
    await using t = await startCreating();
    t.deployment.faults.next('createTask', fault.nameCollision());
    expect(await create(t, { ...DEMO, name: 'billing' })).toMatchObject({ task: 'alice/billing', created: true });
  });

  test('a repeat finds the task under its later name also when the list cannot be read', async () => {
    await using t = await startCreating({ pace: { deleteBuild: 1_000 } });
    const { task } = await create(t, { ...DEMO, wait_seconds: 50 });
    await t.call('coder_delete_task', { task, confirm: task });
    const second = await create(t);
    expect(second.task).not.toBe(task);
    await t.call('coder_wait_for_task', { tasks: [second.task], wait_seconds: 50 });
    t.deployment.faults.always('listTasks', fault.json(500, { message: 'Internal error converting tasks.' }));
    expect(await create(t)).toMatchObject({ task: second.task, created: false });
  });

  test('while a deleted task of that name is being taken down, the next name is used', async () => {
    await using t = await startCreating({ pace: { deleteBuild: 60_000 } });
    const { task } = await create(t, { ...DEMO, wait_seconds: 50 });
    await t.call('coder_delete_task', { task, confirm: task });
    const second = await create(t);
    expect(second.created).toBe(true);
    expect(second.notes?.join()).toContain('until the workspace of a deleted task is gone');
  });
});

test('whatever befalls the requests of repeated calls, a brief has one task', async () => {
  await using t = await startCreating();
  const { faults, world } = t.deployment;
  const troubles = {
    none: () => {},
    refused: () => faults.next('createTask', fault.resetBefore()),
    lost: () => faults.next('createTask', fault.lostAnswer()),
    cut: () => faults.next('createTask', fault.truncatedJson()),
    proxy: () => faults.next('createTask', fault.proxyPage(502)),
    collision: () => faults.next('createTask', fault.nameCollision()),
    unlisted: () => faults.next('listTasks', fault.json(500, { message: 'Internal error converting tasks.' })),
    unseen: () => faults.next('getTask', fault.notFound()),
    unreadable: () => faults.next('getTask', fault.proxyPage(503), { times: 3 }),
  };
  const trouble = fc.constantFrom(
    'none',
    'refused',
    'lost',
    'cut',
    'proxy',
    'collision',
    'unlisted',
    'unseen',
    'unreadable',
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(trouble, { maxLength: 3 }), { minLength: 1, maxLength: 4 }), async (calls) => {
      const input = `Job ${run++}`;
      const seen = new Set<string>();
      for (const befalls of calls) {
        for (const each of befalls) troubles[each]();
        const result = await t.call('coder_create_task', { ...DEMO, input });
        if (!result.isError) seen.add(String(result.structuredContent?.task));
        faults.clear();
      }
      seen.add((await create(t, { ...DEMO, input })).task);
      expect(seen.size).toBe(1);
      expect([...world.tasks.values()].filter(({ prompt }) => prompt === input)).toHaveLength(1);
    }),
    { numRuns: 60, seed: 20_261_124 },
  );
}, 120_000);

describe('what the configuration forbids', () => {
  test('other templates; with one allowed template none has to be named', async () => {
    await using t = await startCreating({ config: { allowedTemplates: ['tasks-demo'] } });
    expect(await refusal(t, { input: INPUT, template: 'no-agent' })).toContain('code: not_allowed_here');
    expect(await create(t, { input: INPUT })).toMatchObject({ template: 'tasks-demo' });
  });

  test('other templates cannot be had by a version id either', async () => {
    await using t = await startCreating({ config: { allowedTemplates: ['tasks-demo'] } });
    const other = t.deployment.world.templates.find(({ name }) => name === 'no-agent')?.activeVersionId;
    expect(await refusal(t, { input: INPUT, template_version: other })).toContain('code: not_allowed_here');
  });

  test('other owners', async () => {
    await using t = await startCreating({ user: 'admin', config: { allowedOwners: ['me'] } });
    expect(await refusal(t, { ...DEMO, owner: 'bob' })).toContain('code: not_allowed_here');
    expect(await create(t)).toMatchObject({ created: true });
  });

  test('more tasks than may run; a repeat of one that runs is no more', async () => {
    await using t = await startCreating({ config: { maxActiveTasks: 1 } });
    const first = await create(t);
    const text = await refusal(t, { ...DEMO, input: 'Another one' });
    expect(text).toContain('code: too_many_tasks');
    expect(text).toContain(first.task);
    expect(await create(t)).toMatchObject({ task: first.task, created: false });
  });

  test('more tasks than may run, asked for at once', async () => {
    await using t = await startCreating({ config: { maxActiveTasks: 2 } });
    const calls = Array.from({ length: 5 }, (_, index) =>
      t.call('coder_create_task', { ...DEMO, input: `Job ${index}` }),
    );
    const results = await Promise.all(calls);
    expect(results.filter(({ isError }) => !isError)).toHaveLength(2);
    expect(t.deployment.world.tasks.size).toBe(2);
  });

  test('paused tasks do not count', async () => {
    await using t = await startCreating({ config: { maxActiveTasks: 1 } });
    await create(t, { ...DEMO, name: 'one', wait_seconds: 50 });
    await t.coder.pauseTask({ user: 'me', task: 'one' });
    await t.call('coder_wait_for_task', { tasks: ['one'], until: 'paused', wait_seconds: 30 });
    expect(await create(t, { ...DEMO, name: 'two' })).toMatchObject({ created: true });
  });
});
