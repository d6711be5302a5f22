import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { create, DEMO, posts, refusal, startCreating } from '../../support/creating.js';
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
});
