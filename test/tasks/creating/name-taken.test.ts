import { describe, expect, test } from 'vitest';
import { create, DEMO, INPUT, refusal, startCreating } from '../../support/creating.js';

describe('a given name that is taken', () => {
  test('by a task with another prompt', async () => {
    await using t = await startCreating();
    await create(t, { ...DEMO, name: 'billing' });
    const text = await refusal(t, { ...DEMO, input: 'Write the docs', name: 'billing' });
    expect(text).toContain('the name billing of alice is taken by a task with another prompt');
    expect(text).toContain('code: name_taken');
  });

  test('by a plain workspace', async () => {
    await using t = await startCreating();
    t.deployment.world.addPlainWorkspace('alice', 'billing');
    expect(await refusal(t, { ...DEMO, name: 'billing' })).toContain('by a workspace that belongs to no task');
  });

  test('by a deletion under way', async () => {
    await using t = await startCreating({ pace: { deleteBuild: 60_000 } });
    await create(t, { ...DEMO, name: 'billing', wait_seconds: 50 });
    await t.call('coder_delete_task', { task: 'billing', confirm: 'billing' });
    expect(await refusal(t, { ...DEMO, name: 'billing' })).toContain('until the workspace of a deleted task is gone');
  });

  test('by a workspace whose deletion failed', async () => {
    await using t = await startCreating();
    await create(t, { ...DEMO, input: `${INPUT} @delete-fail`, name: 'billing', wait_seconds: 50 });
    await t.call('coder_delete_task', { task: 'billing', confirm: 'billing' });
    await t.call('coder_wait_for_task', { tasks: ['billing'], until: 'deleted', wait_seconds: 5 });
    expect(await refusal(t, { ...DEMO, name: 'billing' })).toContain('whose deletion failed');
  });
});
