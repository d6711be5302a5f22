import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { fault } from '../../src/embedded-coder/index.js';
import { createTask } from '../../src/tools/create-task.js';
import { ManualClock } from '../support/manual-clock.js';
import { startTestServer, type TestServer, type TestServerOptions, textOf } from '../support/test-server.js';

const INPUT = 'Fix the flaky test in billing';
const DEMO = { input: INPUT, template: 'tasks-demo' };

const answer = z.looseObject({
  task: z.string(),
  phase: z.string(),
  created: z.boolean(),
  created_at: z.string(),
  template: z.string().optional(),
  preset: z.string().optional(),
  notes: z.array(z.string()).optional(),
  same_call_with: z.object({ name: z.string() }).optional(),
  recent: z.array(z.object({ task: z.string(), phase: z.string() })).optional(),
  timed_out: z.boolean().optional(),
});

const start = (options: TestServerOptions = {}) => startTestServer({ clock: new ManualClock(), ...options });

async function create(t: TestServer, args: Record<string, unknown> = DEMO) {
  const result = await t.call('coder_create_task', args);
  if (result.isError) throw new Error(textOf(result));
  return { ...answer.parse(result.structuredContent), text: textOf(result) };
}

async function refusal(t: TestServer, args: Record<string, unknown>): Promise<string> {
  const result: CallToolResult = await t.call('coder_create_task', args);
  expect(result.isError).toBe(true);
  return textOf(result);
}

const posts = (t: TestServer) =>
  t.deployment.requests.filter(({ method, path }) => method === 'POST' && path.startsWith('/api/v2/tasks/'));

/** Leaves the deployment with the templates of these names. */
function keepTemplates(t: TestServer, ...names: string[]): void {
  for (const template of t.deployment.world.templates) template.deleted = !names.includes(template.name);
}

describe('creating', () => {
  test('one argument is enough where there is one template: its default preset, a name made from the input', async () => {
    await using t = await start();
    keepTemplates(t, 'tasks-demo', 'plain-workspace');
    const { task, created, phase, template, preset, text } = await create(t, { input: INPUT });
    expect({ created, phase, template, preset }).toEqual({
      created: true,
      phase: 'queued',
      template: 'tasks-demo',
      preset: 'Standard',
    });
    expect(task).toMatch(/^alice\/fix-the-flaky-test-in-[0-9a-f]{6}$/);
    expect(text).toMatch(/^created; queued: alice\/fix-the-flaky-test-in-/);
    expect(text).toContain('next: coder_wait_for_task');
  });

  test('the prompt arrives as it was given, blanks and all, with half characters replaced', async () => {
    await using t = await start();
    const input = '  Line one <b>\n\tGrüße 世界 \ud83d\n';
    const { task } = await create(t, { ...DEMO, input });
    expect(t.deployment.world.task(task.slice('alice/'.length)).prompt).toBe('  Line one <b>\n\tGrüße 世界 \ufffd\n');
  });

  test('names, display name and preset go as they were given', async () => {
    await using t = await start();
    const { task, preset } = await create(t, {
      ...DEMO,
      name: 'Billing',
      display_name: ' Billing fix ',
      preset: 'LARGE',
    });
    expect({ task, preset }).toEqual({ task: 'alice/Billing', preset: 'Large' });
    expect(t.deployment.world.task('Billing').displayName).toBe('Billing fix');
  });

  test('preset none leaves the default preset out', async () => {
    await using t = await start();
    const { preset } = await create(t, { ...DEMO, preset: 'none' });
    expect(preset).toBeUndefined();
  });

  test('the first progress message has the reference, before the task is waited for', async () => {
    await using t = await start();
    const messages: string[] = [];
    await t.call(
      'coder_create_task',
      { ...DEMO, name: 'billing', wait_seconds: 50 },
      { onProgress: (m) => messages.push(m) },
    );
    expect(messages[0]).toBe('creating alice/billing from tasks-demo');
    expect(messages).toContain('alice/billing is working');
  });

  test('with wait_seconds the answer comes when it is my turn, with the last message', async () => {
    await using t = await start();
    const { phase, timed_out, text } = await create(t, { ...DEMO, wait_seconds: 50 });
    expect({ phase, timed_out }).toEqual({ phase: 'waiting', timed_out: undefined });
    expect(text).toContain('last message');
  });

  test('a wait that is too short is a result with the call that goes on', async () => {
    await using t = await start({ pace: { queue: 3_600_000 } });
    const { phase, timed_out, text } = await create(t, { ...DEMO, wait_seconds: 5 });
    expect({ phase, timed_out }).toEqual({ phase: 'queued', timed_out: true });
    expect(text).toContain('next: coder_wait_for_task');
  });

  test('trouble while waiting does not lose the task that was made', async () => {
    await using t = await start({ pace: { queue: 3_600_000 } });
    t.deployment.faults.next('getWorkspace', fault.unauthorized(), { times: 99 });
    t.deployment.faults.next('watchWorkspace', fault.unauthorized(), { times: 99 });
    t.deployment.faults.next('getTask', fault.unauthorized(), { times: 99 });
    const { created, notes } = await create(t, { ...DEMO, name: 'billing', wait_seconds: 30 });
    expect(created).toBe(true);
    expect(notes?.join()).toContain('waiting ended early');
  });

  test('my young tasks from the same template are named, since the brief may be theirs in other words', async () => {
    await using t = await start();
    await create(t, { ...DEMO, input: 'Repair billing tests', name: 'one' });
    await create(t, { input: 'x', template: 'no-agent', name: 'elsewhere' });
    const { recent, text } = await create(t);
    expect(recent?.map(({ task }) => task)).toEqual(['alice/one']);
    expect(text).toContain('alice/one (');
  });

  test('an old task is not named', async () => {
    const clock = new ManualClock();
    await using t = await start({ clock });
    await create(t, { ...DEMO, name: 'one' });
    await clock.advance(31 * 60_000);
    expect((await create(t, { ...DEMO, input: 'Something else' })).recent).toBeUndefined();
  });
});

describe('the same call again', () => {
  test('gives the same task, and says how to get a second one', async () => {
    await using t = await start();
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
    await using t = await start();
    await create(t, { ...DEMO, name: 'billing' });
    expect(await create(t, { ...DEMO, name: 'Billing' })).toMatchObject({ task: 'alice/billing', created: false });
  });

  test.each([
    ['the server says 409', {}],
    ['the two collide in the database', { insert: 50 }],
  ])('two at once make one task: %s', async (_how, pace) => {
    await using t = await start({ pace });
    // Neither sees the other's task in the list.
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }), { times: 2 });
    const both = await Promise.all([create(t), create(t)]);
    expect(new Set(both.map(({ task }) => task)).size).toBe(1);
    expect(both.map(({ created }) => created).sort()).toEqual([false, true]);
    expect(t.deployment.world.tasks.size).toBe(1);
  });

  test('the loser of a collision finds the task, though it cannot be read at once', async () => {
    await using t = await start();
    const { task } = await create(t);
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }));
    t.deployment.faults.next('createTask', fault.nameCollision());
    t.deployment.faults.next('getTask', fault.notFound(), { times: 2 });
    t.deployment.faults.next(/\/workspace\//, fault.notFound(), { times: 2 });
    expect(await create(t)).toMatchObject({ task, created: false });
  });

  test('another version or template is said', async () => {
    await using t = await start();
    await create(t, { ...DEMO, name: 'billing' });
    const older = await create(t, { ...DEMO, name: 'billing', template_version: 'fine_singh99' });
    expect(older).toMatchObject({ created: false, notes: ['it runs from another version of the template'] });
    const other = await create(t, { ...DEMO, name: 'billing', template: 'no-agent' });
    expect(other).toMatchObject({ created: false, notes: ['it runs from the template tasks-demo'] });
  });

  test('a derived name that something else has gives way to the next, and a repeat finds that', async () => {
    await using t = await start();
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

  test('while a deleted task of that name is being taken down, the next name is used', async () => {
    await using t = await start({ pace: { deleteBuild: 60_000 } });
    const { task } = await create(t, { ...DEMO, wait_seconds: 50 });
    await t.call('coder_delete_task', { task, confirm: task });
    const second = await create(t);
    expect(second.created).toBe(true);
    expect(second.notes?.join()).toContain('until the workspace of a deleted task is gone');
  });
});

describe('a given name that is taken', () => {
  test('by a task with another prompt', async () => {
    await using t = await start();
    await create(t, { ...DEMO, name: 'billing' });
    const text = await refusal(t, { ...DEMO, input: 'Write the docs', name: 'billing' });
    expect(text).toContain('the name billing of alice is taken by a task with another prompt');
    expect(text).toContain('code: name_taken');
  });

  test('by a plain workspace', async () => {
    await using t = await start();
    t.deployment.world.addPlainWorkspace('alice', 'billing');
    expect(await refusal(t, { ...DEMO, name: 'billing' })).toContain('by a workspace that belongs to no task');
  });

  test('by a deletion under way', async () => {
    await using t = await start({ pace: { deleteBuild: 60_000 } });
    await create(t, { ...DEMO, name: 'billing', wait_seconds: 50 });
    await t.call('coder_delete_task', { task: 'billing', confirm: 'billing' });
    expect(await refusal(t, { ...DEMO, name: 'billing' })).toContain('until the workspace of a deleted task is gone');
  });

  test('by a workspace whose deletion failed', async () => {
    await using t = await start();
    await create(t, { ...DEMO, input: `${INPUT} @delete-fail`, name: 'billing', wait_seconds: 50 });
    await t.call('coder_delete_task', { task: 'billing', confirm: 'billing' });
    await t.call('coder_wait_for_task', { tasks: ['billing'], until: 'deleted', wait_seconds: 5 });
    expect(await refusal(t, { ...DEMO, name: 'billing' })).toContain('whose deletion failed');
  });
});

describe('an answer that is lost', () => {
  test.each([
    ['the connection breaks', fault.lostAnswer()],
    ['the answer is cut off', fault.truncatedJson()],
    ['a proxy answers', { ...fault.proxyPage(504), perform: true }],
    ['nothing comes', { kind: 'hang', perform: true }],
  ] as const)('%s: the task is found by its name, and not made again', async (_how, what) => {
    await using t = await start();
    t.deployment.faults.next('createTask', what);
    const { created, notes } = await create(t);
    expect(created).toBe(true);
    expect(notes?.join()).toContain("Coder's answer was lost");
    expect(t.deployment.world.tasks.size).toBe(1);
    expect(posts(t)).toHaveLength(1);
  });

  test('an older task of that name is told apart from one of this call', async () => {
    const clock = new ManualClock();
    await using t = await start({ clock });
    await create(t);
    await clock.advance(60_000);
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }));
    t.deployment.faults.next('createTask', fault.proxyPage(502));
    expect(await create(t)).toMatchObject({ created: false });
  });

  test('where no task shows up it says that the same call is safe', async () => {
    await using t = await start();
    t.deployment.faults.next('createTask', fault.resetBefore());
    const text = await refusal(t, { ...DEMO, name: 'billing' });
    expect(text).toContain('no task billing has shown up. The same call again is safe');
    expect(posts(t)).toHaveLength(1);
    expect(await create(t, { ...DEMO, name: 'billing' })).toMatchObject({ created: true });
  });

  test('after an inner error of Coder one look tells whether the task is there', async () => {
    await using t = await start();
    const answered = { ...fault.json(500, { message: 'Internal error fetching task.' }), perform: true };
    t.deployment.faults.next('createTask', answered);
    expect(await create(t)).toMatchObject({ created: true });
  });

  test('a refusal is not looked into', async () => {
    await using t = await start();
    t.deployment.world.licensed = false;
    expect(await refusal(t, DEMO)).toContain('code: licence');
    expect(t.deployment.requests.filter(({ path }) => path.startsWith('/api/v2/tasks/me/'))).toHaveLength(0);
  });

  test('a call that is cancelled starts no further request, and a repeat finds what was done', async () => {
    const clock = new ManualClock();
    await using t = await start({ clock });
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

describe('before anything is built', () => {
  test.each([
    ['blank', { input: ' \n\t ' }, 'more than blanks'],
    ['empty', { input: '' }, 'at least 1 character'],
    ['with NUL', { input: 'a\0b' }, 'without NUL'],
    ['a bad name', { name: 'a_b' }, 'letters, digits and single hyphens'],
    ['a long display name', { display_name: 'é'.repeat(33) }, 'at most 64 bytes'],
    ['a path as owner', { owner: '../bob' }, 'one name or id'],
    ['a path as template', { template: 'a/b/c' }, 'a name, org/name, or an id'],
    ['dots as template', { template: '..' }, 'template'],
    ['an unknown argument', { prompt: 'x' }, 'no such argument'],
  ])('%s is refused', async (_what, change, words) => {
    await using t = await start();
    expect(await refusal(t, { ...DEMO, ...change })).toContain(words);
    expect(posts(t)).toHaveLength(0);
  });

  test('several templates: the error has all of them, and what tells them apart', async () => {
    await using t = await start();
    const text = await refusal(t, { input: INPUT });
    expect(text).toContain('tasks-demo ("A scripted coding agent behind AgentAPI.")');
    expect(text).toContain('needs-param ("A required parameter without a default.")');
  });

  test('an unknown template: the nearest that exist', async () => {
    await using t = await start();
    expect(await refusal(t, { ...DEMO, template: 'task-demo' })).toContain('one of tasks-demo');
  });

  test('a template by id, by organization and name, by its display name', async () => {
    await using t = await start();
    const id = t.deployment.world.templates.find(({ name }) => name === 'tasks-demo')?.id;
    for (const template of [id, 'coder/tasks-demo', 'Tasks Demo']) {
      expect(await create(t, { ...DEMO, template })).toMatchObject({ template: 'tasks-demo' });
    }
    expect(posts(t)).toHaveLength(1);
  });

  test('a template whose active version runs no tasks: those that do', async () => {
    await using t = await start();
    const text = await refusal(t, { ...DEMO, template: 'plain-workspace' });
    expect(text).toContain('code: not_task_template');
    expect(text).toContain('tasks-demo');
    expect(posts(t)).toHaveLength(0);
  });

  test('no template for tasks at all', async () => {
    await using t = await start();
    keepTemplates(t, 'plain-workspace');
    expect(await refusal(t, { input: INPUT })).toContain('code: no_task_template');
  });

  test('an unknown organization: the nearest of mine', async () => {
    await using t = await start();
    const text = await refusal(t, { ...DEMO, organization: 'codr' });
    expect(text).toContain('code: organization_not_found');
    expect(text).toContain('coder');
  });

  test('an unknown preset: all that there are', async () => {
    await using t = await start();
    const text = await refusal(t, { ...DEMO, preset: 'medium' });
    expect(text).toContain('Large');
    expect(text).toContain('Standard');
  });

  test('a required parameter without a value: the preset that would do', async () => {
    await using t = await start();
    const text = await refusal(t, { input: INPUT, template: 'needs-param' });
    expect(text).toContain('without a preset there is no value for repo; the same call with preset: Docs would do');
    expect(text).toContain('code: parameters_invalid');
    expect(posts(t)).toHaveLength(0);
    expect(await create(t, { input: INPUT, template: 'needs-param', preset: 'Docs' })).toMatchObject({ created: true });
  });

  test('a preset with a value that the template refuses', async () => {
    await using t = await start();
    const text = await refusal(t, { input: INPUT, template: 'needs-param', preset: 'Too many' });
    expect(text).toContain('sets count to 9, which is more than the maximum 5');
  });

  test('everything that is in the way stands in one error', async () => {
    await using t = await start();
    const login = {
      id: 'github',
      type: 'github',
      displayName: 'GitHub',
      optional: false,
      authenticated: new Set<string>(),
    };
    t.deployment.world.addTemplate({
      name: 'strict',
      version: {
        externalLogins: [login],
        parameters: [
          {
            name: 'repo',
            description: '',
            type: 'string',
            formType: 'input',
            mutable: false,
            defaultValue: '',
            options: [],
            required: true,
          },
        ],
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
    await using t = await start();
    const logins = [true, false].map((optional) => ({
      id: `login-${optional}`,
      type: 'github',
      displayName: 'GitHub',
      optional,
      authenticated: new Set(optional ? [] : t.deployment.world.users.map(({ id }) => id).concat('alice')),
    }));
    t.deployment.world.addTemplate({ name: 'friendly', version: { externalLogins: logins } });
    expect(await create(t, { input: INPUT, template: 'friendly' })).toMatchObject({ created: true });
  });

  test.each([
    ['listPresets', 'presets'],
    ['listParameters', 'parameters'],
    ['listExternalLogins', 'external logins'],
  ] as const)('%s that fails blocks nothing and is said', async (endpoint, word) => {
    await using t = await start();
    t.deployment.faults.always(endpoint, fault.forbidden());
    const { created, notes } = await create(t);
    expect(created).toBe(true);
    expect(notes?.join()).toContain(`not checked before, since Coder did not give them: ${word}`);
  });

  test('a list of tasks that fails blocks nothing', async () => {
    await using t = await start();
    t.deployment.faults.always('listTasks', fault.json(500, { message: 'Internal error converting tasks.' }));
    expect(await create(t)).toMatchObject({ created: true });
    expect(await create(t)).toMatchObject({ created: false });
  });
});

describe('template versions', () => {
  test('by name, and by id alone, as the former tool had it', async () => {
    await using t = await start();
    const version = t.deployment.world.versions.find(({ name }) => name === 'fine_singh99');
    await create(t, { ...DEMO, name: 'by-name', template_version: 'fine_singh99' });
    expect(t.deployment.world.task('by-name').versionId).toBe(version?.id);
    const { preset, notes } = await create(t, { input: 'x', name: 'by-id', template_version_id: version?.id });
    expect(t.deployment.world.task('by-id').versionId).toBe(version?.id);
    expect(preset).toBeUndefined();
    expect(notes?.join()).toContain('template_version_id is now template_version');
  });

  test('one that is not there: the nearest names', async () => {
    await using t = await start();
    const text = await refusal(t, { ...DEMO, template_version: 'fine_sing' });
    expect(text).toContain('one of fine_singh99');
  });

  test('a version of another template, and a version id given as template', async () => {
    await using t = await start();
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
    await using t = await start();
    const { world } = t.deployment;
    const template = world.templates.find(({ name }) => name === 'tasks-demo');
    const { id } = world.addVersion(template, fields);
    expect(await refusal(t, { ...DEMO, template_version: id })).toContain(`code: ${code}`);
    expect(posts(t)).toHaveLength(0);
  });
});

describe('owners', () => {
  test('for somebody else, as one who may', async () => {
    await using t = await start({ user: 'admin' });
    const first = await create(t, { ...DEMO, owner: 'bob' });
    expect(first.task).toMatch(/^bob\//);
    expect(await create(t, { ...DEMO, owner: 'Bob' })).toMatchObject({ task: first.task, created: false });
  });

  test('logins of somebody else cannot be checked, which is said', async () => {
    await using t = await start({ user: 'admin' });
    const login = {
      id: 'github',
      type: 'github',
      displayName: 'GitHub',
      optional: false,
      authenticated: new Set<string>(),
    };
    t.deployment.world.addTemplate({ name: 'strict', version: { externalLogins: [login] } });
    const { created, notes } = await create(t, { input: INPUT, template: 'strict', owner: 'bob' });
    expect(created).toBe(true);
    expect(notes).toContain('whether bob is logged in at GitHub cannot be checked');
  });

  test('for myself, by name', async () => {
    await using t = await start();
    const first = await create(t);
    expect(await create(t, { ...DEMO, owner: 'Alice' })).toMatchObject({ task: first.task, created: false });
  });

  test('for somebody whom I may not, and for nobody', async () => {
    await using t = await start();
    expect(await refusal(t, { ...DEMO, owner: 'bob' })).toContain('code: cannot_create_workspace');
    expect(await refusal(t, { ...DEMO, owner: 'nobody' })).toContain('code: user_not_found');
  });
});

describe('what the configuration forbids', () => {
  test('other templates; with one allowed template none has to be named', async () => {
    await using t = await start({ config: { allowedTemplates: ['tasks-demo'] } });
    expect(await refusal(t, { input: INPUT, template: 'no-agent' })).toContain('code: not_allowed_here');
    expect(await create(t, { input: INPUT })).toMatchObject({ template: 'tasks-demo' });
  });

  test('other templates cannot be had by a version id either', async () => {
    await using t = await start({ config: { allowedTemplates: ['tasks-demo'] } });
    const other = t.deployment.world.templates.find(({ name }) => name === 'no-agent')?.activeVersionId;
    expect(await refusal(t, { input: INPUT, template_version: other })).toContain('code: not_allowed_here');
  });

  test('other owners', async () => {
    await using t = await start({ user: 'admin', config: { allowedOwners: ['me'] } });
    expect(await refusal(t, { ...DEMO, owner: 'bob' })).toContain('code: not_allowed_here');
    expect(await create(t)).toMatchObject({ created: true });
  });

  test('more tasks than may run; a repeat of one that runs is no more', async () => {
    await using t = await start({ config: { maxActiveTasks: 1 } });
    const first = await create(t);
    const text = await refusal(t, { ...DEMO, input: 'Another one' });
    expect(text).toContain('code: too_many_tasks');
    expect(text).toContain(first.task);
    expect(await create(t)).toMatchObject({ task: first.task, created: false });
  });

  test('more tasks than may run, asked for at once', async () => {
    await using t = await start({ config: { maxActiveTasks: 2 } });
    const calls = Array.from({ length: 5 }, (_, index) =>
      t.call('coder_create_task', { ...DEMO, input: `Job ${index}` }),
    );
    const results = await Promise.all(calls);
    expect(results.filter(({ isError }) => !isError)).toHaveLength(2);
    expect(t.deployment.world.tasks.size).toBe(2);
  });

  test('paused tasks do not count', async () => {
    await using t = await start({ config: { maxActiveTasks: 1 } });
    await create(t, { ...DEMO, name: 'one', wait_seconds: 50 });
    await t.coder.pauseTask({ user: 'me', task: 'one' });
    await t.call('coder_wait_for_task', { tasks: ['one'], until: 'paused', wait_seconds: 30 });
    expect(await create(t, { ...DEMO, name: 'two' })).toMatchObject({ created: true });
  });
});

describe('on hosts that can ask', () => {
  test('the person chooses among the templates', async () => {
    const questions: string[] = [];
    await using t = await start({
      onAsk: ({ message, ...rest }) => {
        questions.push(message, JSON.stringify(rest));
        const template = t.deployment.world.templates.find(({ name }) => name === 'tasks-demo');
        return { action: 'accept', content: { choice: template?.id ?? '' } };
      },
    });
    expect(await create(t, { input: INPUT })).toMatchObject({ template: 'tasks-demo' });
    expect(questions[0]).toContain('which template');
    expect(questions[1]).toContain('A scripted coding agent behind AgentAPI.');
  });

  test('the person chooses among the presets that would do', async () => {
    await using t = await start({
      onAsk: (question) => {
        expect(JSON.stringify(question)).not.toContain('Too many');
        const docs = t.deployment.world.versions.flatMap(({ presets }) => presets).find(({ name }) => name === 'Docs');
        return { action: 'accept', content: { choice: docs?.id ?? '' } };
      },
    });
    expect(await create(t, { input: INPUT, template: 'needs-param' })).toMatchObject({ created: true, preset: 'Docs' });
  });

  test('a person who does not choose leaves the error', async () => {
    await using t = await start({ onAsk: () => ({ action: 'cancel' }) });
    expect(await refusal(t, { input: INPUT })).toContain('since there are several');
    expect(posts(t)).toHaveLength(0);
  });
});

test('the description and its arguments are within their budget', () => {
  expect(createTask.description.length).toBeLessThanOrEqual(500);
});
