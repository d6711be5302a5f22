import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { create, DEMO, INPUT, missingLogin, refusal, startCreating } from '../../support/creating.js';

describe('owners', () => {
  test('for somebody else, as one who may', async () => {
    await using t = await startCreating({ user: 'admin' });
    const first = await create(t, { ...DEMO, owner: 'bob' });
    expect(first.task).toMatch(/^bob\//);
    expect(await create(t, { ...DEMO, owner: 'Bob' })).toMatchObject({ task: first.task, created: false });
  });

  test('logins of somebody else cannot be checked, which is said', async () => {
    await using t = await startCreating({ user: 'admin' });
    const login = missingLogin();
    t.deployment.world.addTemplate({ name: 'strict', version: { externalLogins: [login] } });
    const { created, notes } = await create(t, { input: INPUT, template: 'strict', owner: 'bob' });
    expect(created).toBe(true);
    expect(notes).toContain('whether bob is logged in at GitHub cannot be checked');
  });

  test('for myself, by name', async () => {
    await using t = await startCreating();
    const first = await create(t);
    expect(await create(t, { ...DEMO, owner: 'Alice' })).toMatchObject({ task: first.task, created: false });
  });

  test('for somebody whom I may not, and for nobody', async () => {
    await using t = await startCreating();
    expect(await refusal(t, { ...DEMO, owner: 'bob' })).toContain('code: cannot_create_workspace');
    expect(await refusal(t, { ...DEMO, owner: 'nobody' })).toContain('code: user_not_found');
  });

  test('with a token that may not even read its own user', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('getUser', fault.notFound());
    const first = await create(t);
    expect(first).toMatchObject({ created: true });
    expect(first.task).toMatch(/^alice\//);
    expect(await create(t)).toMatchObject({ task: first.task, created: false });
  });

  test('with a token that is not accepted', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('anything', fault.unauthorized());
    expect(await refusal(t, DEMO)).toContain('code: unauthorized');
  });

  test('with a token to which Coder hides the whole route of its user', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('createTask', fault.notFound());
    const text = await refusal(t, DEMO);
    expect(text).toContain('the token may lack the scope user:read');
    expect(text).toContain('code: forbidden');
  });
});
