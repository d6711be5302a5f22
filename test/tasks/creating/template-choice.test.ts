import { describe, expect, test } from 'vitest';
import { CoderError, InputError } from '../../../src/coder/errors/errors.js';
import { type Chooser, chooseTemplate, type TemplateWish } from '../../../src/tasks/creating/template-choice.js';
import { Policy, type PolicyRules } from '../../../src/tasks/policy.js';
import { create, DEMO, INPUT, keepTemplates, posts, refusal, startCreating } from '../../support/creating.js';
import { startFixedCoder } from '../../support/fixed-coder.js';

describe('choosing a template', () => {
  test('several templates: the error has all of them, and what tells them apart', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { input: INPUT });
    expect(text).toContain('tasks-demo ("A scripted coding agent behind AgentAPI.")');
    expect(text).toContain('needs-param ("A required parameter without a default.")');
  });

  test('an unknown template: the nearest that exist', async () => {
    await using t = await startCreating();
    expect(await refusal(t, { ...DEMO, template: 'task-demo' })).toContain('one of tasks-demo');
  });

  test('a template by id, by organization and name, by its display name', async () => {
    await using t = await startCreating();
    const id = t.deployment.world.templates.find(({ name }) => name === 'tasks-demo')?.id;
    for (const template of [id, 'coder/tasks-demo', 'Tasks Demo']) {
      expect(await create(t, { ...DEMO, template })).toMatchObject({ template: 'tasks-demo' });
    }
    expect(posts(t)).toHaveLength(1);
  });

  test('a template whose active version runs no tasks: those that do', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { ...DEMO, template: 'plain-workspace' });
    expect(text).toContain('code: not_task_template');
    expect(text).toContain('tasks-demo');
    expect(posts(t)).toHaveLength(0);
  });

  test('an older version that runs tasks can be had although the active one does not', async () => {
    await using t = await startCreating();
    const { world } = t.deployment;
    const template = world.templates.find(({ name }) => name === 'plain-workspace');
    const { id } = world.addVersion(template, { name: 'with-agent' });
    await create(t, { input: INPUT, name: 'older', template: 'plain-workspace', template_version: 'with-agent' });
    expect(world.task('older').versionId).toBe(id);
  });

  test('no template for tasks at all', async () => {
    await using t = await startCreating();
    keepTemplates(t, 'plain-workspace');
    expect(await refusal(t, { input: INPUT })).toContain('code: no_task_template');
  });

  test('an unknown organization: the nearest of mine', async () => {
    await using t = await startCreating();
    const text = await refusal(t, { ...DEMO, organization: 'codr' });
    expect(text).toContain('code: organization_not_found');
    expect(text).toContain('coder');
  });
});

describe('several organizations', () => {
  const template = (id: string, organization: string, name: string, fields: object = {}) => ({
    id,
    name,
    description: `${name} of ${organization}`,
    organization_id: `id-of-${organization}`,
    organization_name: organization,
    active_version_id: `version-of-${id}`,
    ...fields,
  });
  const builderOfA = template('a1', 'acme', 'builder');
  const builderOfB = template('b1', 'bolt', 'builder');
  const writer = template('a2', 'acme', 'writer');
  const retired = template('b2', 'bolt', 'retired', { deprecated: true, deprecation_message: 'use builder' });
  const world = {
    '/api/v2/templates?q=has-ai-task:"true"': [builderOfA, builderOfB, writer],
    '/api/v2/templates?q=has-ai-task:"true" organization:"bolt"': [builderOfB],
    '/api/v2/users/me/organizations': [
      { id: 'id-of-acme', name: 'acme' },
      { id: 'id-of-bolt', name: 'bolt' },
    ],
    '/api/v2/organizations/id-of-bolt/templates/retired': retired,
    '/api/v2/organizations/bolt/templates/retired': retired,
  };

  async function choose(wish: TemplateWish, options: Partial<PolicyRules> & Partial<Chooser> = {}) {
    await using fixed = await startFixedCoder(world);
    const { choose: chooser = async () => undefined, ...rules } = options;
    const policy = new Policy({
      allowedTemplates: undefined,
      allowedOwners: undefined,
      maxActiveTasks: undefined,
      confirm: 'ask',
      ...rules,
    });
    const { signal } = new AbortController();
    return await chooseTemplate(wish, { coder: fixed.coder, policy, host: { choose: chooser }, signal });
  }

  const failure = (wish: TemplateWish) =>
    choose(wish).then(
      () => expect.fail('nothing was wrong'),
      (error: unknown) => error,
    );

  test('a name that two have is told apart by the organization', async () => {
    const error = await failure({ template: 'builder' });
    expect(error).toBeInstanceOf(InputError);
    expect(String(error)).toContain('acme/builder ("builder of acme"); bolt/builder ("builder of bolt")');
  });

  test.each([
    ['with its organization', { template: 'bolt/builder' }, 'b1'],
    ['with the id of its organization', { template: 'id-of-acme/Builder' }, 'a1'],
    ['within an organization', { template: 'builder', organization: 'bolt' }, 'b1'],
    ['as the only one of an organization', { organization: 'bolt' }, 'b1'],
    ['by a name that only one has', { template: 'writer' }, 'a2'],
  ] satisfies [string, TemplateWish, string][])('%s it is found', async (_how, wish, id) => {
    expect((await choose(wish)).template.id).toBe(id);
  });

  test('a person is asked which of them', async () => {
    const asked: string[] = [];
    const chosen = await choose(
      { template: 'builder' },
      {
        choose: async (_question, choices) => {
          asked.push(...choices.map(({ title }) => title));
          return 'b1';
        },
      },
    );
    expect(chosen.template.id).toBe('b1');
    expect(asked).toEqual(['acme/builder ("builder of acme")', 'bolt/builder ("builder of bolt")']);
  });

  test('where the configuration allows only one of them it is that one', async () => {
    expect((await choose({ template: 'builder' }, { allowedTemplates: ['bolt/builder'] })).template.id).toBe('b1');
    expect((await choose({}, { allowedTemplates: ['bolt/builder'] })).template.id).toBe('b1');
  });

  test.each([{ template: 'retired' }, { template: 'bolt/retired' }])(
    'a deprecated template is known as one: %o',
    async (wish) => {
      expect((await choose(wish)).findings).toEqual([
        { code: 'template_deprecated', text: 'the template retired is deprecated ("use builder")' },
      ]);
    },
  );

  test('the nearest names carry the organization where they need it', async () => {
    const error = await failure({ template: 'buildr' });
    expect(error).toMatchObject({ allowed: expect.arrayContaining(['acme/builder', 'bolt/builder']) });
  });

  test('an organization that is none of mine is said', async () => {
    const error = await failure({ organization: 'blot' });
    expect(error).toBeInstanceOf(CoderError);
  });
});
