import { describe, expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import {
  create,
  DEMO,
  INPUT,
  missingLogin,
  posts,
  REQUIRED_REPO,
  refusal,
  startCreating,
} from '../../support/creating.js';

describe('before anything is built', () => {
  test('an unknown preset: all that there are', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { ...DEMO, preset: 'medium' });
    expect(text).toContain('Large');
    expect(text).toContain('Standard');
  });

  test('a required parameter without a value: the preset that would do', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { input: INPUT, template: 'needs-param' });
    expect(text).toContain('without a preset there is no value for repo; the same call with preset: Docs would do');
    expect(text).toContain('code: parameters_invalid');
    expect(posts(t)).toHaveLength(0);
    expect(await create(t, { input: INPUT, template: 'needs-param', preset: 'Docs' })).toMatchObject({ created: true });
  });

  test('a preset with a value that the template refuses', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { input: INPUT, template: 'needs-param', preset: 'Too many' });
    expect(text).toContain('sets count to 9, which is more than the maximum 5');
  });

  test('everything that is in the way stands in one error', async () => {
    await using t = await startCreating();
    const login = missingLogin();
    t.deployment.world.addTemplate({
      name: 'strict',
      version: {
        externalLogins: [login],
        parameters: [REQUIRED_REPO],
      },
    });
    const text = await refusal(t, { input: INPUT, template: 'strict' });
    expect(text).toContain('(1) no login at GitHub: log in at http');
    expect(text).toContain(
      '(2) without a preset there is no value for repo; no preset would do: a template administrator',
    );
    expect(text).toContain('code: create_blocked');
  });

  test('an optional login is no obstacle, and one that was made neither', async () => {
    await using t = await startCreating();
    const logins = [true, false].map((optional) => ({
      id: `login-${optional}`,
      type: 'github',
      displayName: 'GitHub',
      optional,
      authenticated: new Set<string>(optional ? [] : ['alice']),
    }));
    t.deployment.world.addTemplate({ name: 'friendly', version: { externalLogins: logins } });
    expect(await create(t, { input: INPUT, template: 'friendly' })).toMatchObject({ created: true });
  });

  test.each([
    ['listPresets', 'presets'],
    ['listParameters', 'parameters'],
    ['listExternalLogins', 'external logins'],
  ] as const)('%s that fails blocks nothing and is said', async (endpoint, word) => {
    await using t = await startCreating();
    t.deployment.faults.always(endpoint, fault.forbidden());
    const { created, notes } = await create(t);
    expect(created).toBe(true);
    expect(notes?.join()).toContain(`not checked before, since Coder did not give them: ${word}`);
  });

  test('a list of tasks that fails blocks nothing', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('listTasks', fault.json(500, { message: 'Internal error converting tasks.' }));
    expect(await create(t)).toMatchObject({ created: true });
    expect(await create(t)).toMatchObject({ created: false });
  });

  test('a preset whose name cannot be looked up is refused; by its id it is used', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('listPresets', fault.forbidden());
    expect(await refusal(t, { ...DEMO, preset: 'Large' })).toContain('could not be read, so no name can be looked up');
    const large = t.deployment.world.versions.flatMap(({ presets }) => presets).find(({ name }) => name === 'Large');
    expect(await create(t, { ...DEMO, preset: large?.id })).toMatchObject({ created: true });
  });

  test('without the list of presets the default one is not used, which is said', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('listPresets', fault.forbidden());
    const { preset, notes } = await create(t);
    expect(preset).toBeUndefined();
    expect(notes).toContain('no preset was used');
  });
});
