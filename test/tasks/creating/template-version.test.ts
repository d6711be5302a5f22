import { describe, expect, test } from 'vitest';
import { create, DEMO, INPUT, posts, refusal, startCreating } from '../../support/creating.js';

describe('template versions', () => {
  test('by name, and by id alone, as the former tool had it', async () => {
    await using t = await startCreating();
    const version = t.deployment.world.versions.find(({ name }) => name === 'fine_singh99');
    await create(t, { ...DEMO, name: 'by-name', template_version: 'fine_singh99' });
    expect(t.deployment.world.task('by-name').versionId).toBe(version?.id);
    const { preset, notes } = await create(t, { input: 'x', name: 'by-id', template_version_id: version?.id });
    expect(t.deployment.world.task('by-id').versionId).toBe(version?.id);
    expect(preset).toBeUndefined();
    expect(notes?.join()).toContain('template_version_id is now template_version');
  });

  test('one that is not there: the nearest names', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { ...DEMO, template_version: 'fine_sing' });
    expect(text).toContain('one of fine_singh99');
  });

  test('a version of another template, and a version id given as template', async () => {
    await using t = await startCreating();
    const { world } = t.deployment;
    const other = world.templates.find(({ name }) => name === 'no-agent')?.activeVersionId;
    expect(await refusal(t, { ...DEMO, template_version: other })).toContain('a version of the template tasks-demo');
    expect(await refusal(t, { ...DEMO, template: other })).toContain('the id of a template version');
    const nowhere = '5f1a2c9e-0000-4000-8000-000000000001';
    expect(await refusal(t, { input: INPUT, template_version: nowhere })).toContain('argument template_version');
    expect(await refusal(t, { ...DEMO, template: nowhere })).toContain('argument template');
  });

  test.each([
    ['archived', { archived: true }, 'template_archived'],
    ['importing', { import: 'running' }, 'template_importing'],
    ['broken', { import: 'failed' }, 'template_import_failed'],
  ] as const)('refused before anything is built: %s', async (_what, fields, code) => {
    await using t = await startCreating();
    const { world } = t.deployment;
    const template = world.templates.find(({ name }) => name === 'tasks-demo');
    const { id } = world.addVersion(template, fields);
    expect(await refusal(t, { ...DEMO, template_version: id })).toContain(`code: ${code}`);
    expect(posts(t)).toHaveLength(0);
  });
});
