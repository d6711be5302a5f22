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

  test.each([[undefined], ['Large'], ['d19c622f-acb2-4fd8-9290-54075941c587']])(
    'while the presets cannot be read nothing is created, whatever preset is wanted: %s',
    async (preset) => {
      await using t = await startCreating();
      t.deployment.faults.always('listPresets', fault.forbidden());
      const text = await refusal(t, { ...DEMO, ...(preset !== undefined && { preset }) });
      expect(text).toContain('nothing was created: the presets of the template could not be read');
      expect(posts(t)).toHaveLength(0);
    },
  );

  test('without a preset the presets need not be known', async () => {
    await using t = await startCreating();
    t.deployment.faults.always('listPresets', fault.forbidden());
    expect(await create(t, { ...DEMO, preset: 'none' })).toMatchObject({ created: true });
  });

  test('a template version that cannot be read is not used, whatever template stands beside it', async () => {
    await using t = await startCreating({ config: { allowedTemplates: ['tasks-demo'] } });
    const forbidden = t.deployment.world.templates.find(({ name }) => name === 'no-agent');
    t.deployment.faults.always(/GET \/api\/v2\/templateversions\/[^/]+$/, fault.rateLimited());
    const text = await refusal(t, { ...DEMO, template_version: forbidden?.activeVersionId });
    expect(text).toContain('nothing was created: the template version could not be read');
    expect(posts(t)).toHaveLength(0);
  });
});
