import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { create, DEMO, INPUT, posts, refusal, startCreating } from '../../support/creating.js';
import { ManualClock } from '../../support/manual-clock.js';

describe('an answer that is lost', () => {
  test.each([
    ['the connection breaks', fault.lostAnswer()],
    ['the answer is cut off', fault.truncatedJson()],
    ['a proxy answers', { ...fault.proxyPage(504), perform: true }],
    ['nothing comes', { kind: 'hang', perform: true }],
  ] as const)('%s: the task is found by its name, and not made again', async (_how, what) => {
    await using t = await startCreating();
    t.deployment.faults.next('createTask', what);
    const { created, notes } = await create(t);
    expect(created).toBe(true);
    expect(notes?.join()).toContain("Coder's answer was lost");
    expect(t.deployment.world.tasks.size).toBe(1);
    expect(posts(t)).toHaveLength(1);
  });

  test('an older task of that name is told apart from one of this call', async () => {
    const clock = new ManualClock();
    await using t = await startCreating({ clock });
    await create(t);
    await clock.advance(60_000);
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }));
    t.deployment.faults.next('createTask', fault.proxyPage(502));
    expect(await create(t)).toMatchObject({ created: false });
  });

  test('where no task shows up it says that the same call is safe', async () => {
    await using t = await startCreating();
    t.deployment.faults.next('createTask', fault.resetBefore());
    const text = await refusal(t, { ...DEMO, name: 'billing' });
    expect(text).toContain('no task billing has shown up so far. The same call again is safe');
    expect(posts(t)).toHaveLength(1);
    expect(await create(t, { ...DEMO, name: 'billing' })).toMatchObject({ created: true });
  });

  test('after an inner error of Coder one look tells whether the task is there', async () => {
    await using t = await startCreating();
    const answered = { ...fault.json(500, { message: 'Internal error fetching task.' }), perform: true };
    t.deployment.faults.next('createTask', answered);
    expect(await create(t)).toMatchObject({ created: true });
  });

  test('a refusal is not looked into', async () => {
    await using t = await startCreating();
    t.deployment.world.licensed = false;
    expect(await refusal(t, DEMO)).toContain('code: licence');
    expect(t.deployment.requests.filter(({ path }) => path.startsWith('/api/v2/tasks/me/'))).toHaveLength(0);
  });

  test('a call that is cancelled starts no further request, and a repeat finds what was done', async () => {
    const clock = new ManualClock();
    await using t = await startCreating({ clock });
    t.deployment.faults.next('createTask', { kind: 'hang', perform: true });
    const abort = new AbortController();
    const call = t.client.callTool({ name: 'coder_create_task', arguments: DEMO }, undefined, { signal: abort.signal });
    await clock.settle();
    const before = t.deployment.requests.length;
    abort.abort();
    await expect(call).rejects.toThrow();
    await clock.advance(20_000);
    expect(t.deployment.requests.length).toBe(before);
    expect(await create(t)).toMatchObject({ created: false });
  });

  test.each([502, 503, 504])(
    'a gateway that answers %i in JSON while Coder goes on: the task of that name is awaited',
    async (status) => {
      const clock = new ManualClock();
      await using t = await startCreating({ clock });
      await using behind = await startCreating({ clock, deployment: t.deployment });
      const late = { template_version_id: '', input: INPUT, name: 'late' };
      for (const template of await clock.runUntil(behind.coder.listTaskTemplates()))
        if (template.name === 'tasks-demo') late.template_version_id = template.active_version_id;
      t.deployment.faults.next('createTask', fault.json(status, { message: 'upstream request timeout' }));
      clock.setTimeout(() => void behind.coder.createTask('me', late), 3_500);
      const { created } = await create(t, { ...DEMO, name: 'late' });
      expect(created).toBe(true);
      expect(t.deployment.world.tasks.size).toBe(1);
    },
  );

  test('a gateway that answers 502 in JSON, and no task: not known, never failed', async () => {
    await using t = await startCreating();
    t.deployment.faults.next('createTask', fault.json(502, { message: 'bad gateway' }));
    const text = await refusal(t, DEMO);
    expect(text).toContain('whether the task was created is not known');
    expect(text).toContain('next: the same call again');
  });

  test.each([
    [undefined, 50],
    [20, 20],
    [5, 5],
  ])('a POST that hangs ends within the cap of the host: %s', async (maxWaitSeconds, cap) => {
    const clock = new ManualClock();
    await using t = await startCreating({ clock, ...(maxWaitSeconds && { config: { maxWaitSeconds } }) });
    t.deployment.faults.always('createTask', fault.hang());
    const before = clock.now();
    expect(await refusal(t, { ...DEMO, wait_seconds: 50 })).toContain('whether the task was created is not known');
    expect(clock.now() - before).toBeLessThanOrEqual(cap * 1_000);
  });

  test('a POST and all looks after it that hang end within the cap too', async () => {
    const clock = new ManualClock();
    await using t = await startCreating({ clock });
    t.deployment.faults.always('createTask', fault.hang());
    t.deployment.faults.always('getTask', fault.hang());
    const before = clock.now();
    await refusal(t, DEMO);
    expect(clock.now() - before).toBeLessThanOrEqual(50_000);
  });

  test('a derived name that something unseen holds is not stepped over: it may be this very task', async () => {
    await using t = await startCreating();
    await create(t);
    t.deployment.faults.always('listTasks', fault.json(200, { tasks: [], count: 0 }));
    t.deployment.faults.always('getTask', fault.notFound());
    t.deployment.faults.always(/^GET .*\/workspace\//, fault.notFound());
    const text = await refusal(t, DEMO);
    expect(text).toContain('code: name_taken');
    expect(t.deployment.world.tasks.size).toBe(1);
  });

  test('what cannot be read is not taken for a free name', async () => {
    await using t = await startCreating();
    await create(t);
    t.deployment.faults.always('listTasks', fault.json(500, { message: 'Internal error.' }));
    t.deployment.faults.always('getTask', fault.json(500, { message: 'Internal error.' }));
    await refusal(t, DEMO);
    expect(t.deployment.world.tasks.size).toBe(1);
  });
});

describe('the same call again, after what it is made of was unreadable once', () => {
  test.each([
    ['presets', 'listPresets', fault.json(500, { message: 'Internal error.' })],
    ['users/me', 'getUser', fault.notFound()],
    ['users/me, refused', 'getUser', fault.forbidden()],
    ['parameters', 'listParameters', fault.forbidden()],
    ['external logins', 'listExternalLogins', fault.forbidden()],
    ['the list', 'listTasks', fault.json(500, { message: 'Internal error.' })],
  ] as const)('%s: no second task', async (_what, endpoint, once) => {
    const clock = new ManualClock();
    await using first = await startCreating({ clock });
    first.deployment.faults.next(endpoint, once);
    first.deployment.faults.next('createTask', { kind: 'hang', perform: true });
    await first.call('coder_create_task', DEMO);
    await using second = await startCreating({ clock, deployment: first.deployment });
    await create(second);
    expect(first.deployment.world.tasks.size).toBe(1);
  });

  test('a new version of the template between two calls: no second task', async () => {
    await using t = await startCreating();
    await create(t);
    for (const version of t.deployment.world.versions)
      for (const preset of version.presets) Object.assign(preset, { id: `${preset.id.slice(0, -4)}beef` });
    expect(await create(t)).toMatchObject({ created: false });
    expect(t.deployment.world.tasks.size).toBe(1);
  });
});
