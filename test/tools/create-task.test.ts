import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { create, DEMO, INPUT, keepTemplates, posts, refusal, startCreating } from '../support/creating.js';
import { ManualClock } from '../support/manual-clock.js';

describe('creating', () => {
  test('one argument is enough where there is one template: its default preset, a name made from the input', async () => {
    await using t = await startCreating();
    keepTemplates(t, 'tasks-demo', 'plain-workspace');
    const { task, created, phase, template, preset, text } = await create(t, { input: INPUT });
    expect({ created, phase, template, preset }).toEqual({
      created: true,
      phase: 'queued',
      template: 'tasks-demo',
      preset: 'Standard',
    });
    expect(task).toMatch(/^alice\/fix-flaky-test-billing-[0-9a-f]{6}$/);
    expect(text).toMatch(/^created; queued: alice\/fix-flaky-test-billing-/);
    expect(text).toContain('next: coder_wait_for_task');
  });

  test('the prompt arrives as it was given, blanks and all, with half characters replaced', async () => {
    await using t = await startCreating();
    const input = '  Line one <b>\n\tGrüße 世界 \ud83d\n';
    const { task } = await create(t, { ...DEMO, input });
    expect(t.deployment.world.task(task.slice('alice/'.length)).prompt).toBe('  Line one <b>\n\tGrüße 世界 \ufffd\n');
  });

  test('names, display name and preset go as they were given', async () => {
    await using t = await startCreating();
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
    await using t = await startCreating();
    const { preset } = await create(t, { ...DEMO, preset: 'none' });
    expect(preset).toBeUndefined();
  });

  test('the first progress message has the reference, before the task is waited for', async () => {
    await using t = await startCreating();
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
    await using t = await startCreating();
    const { phase, timed_out, text } = await create(t, { ...DEMO, wait_seconds: 50 });
    expect({ phase, timed_out }).toEqual({ phase: 'waiting', timed_out: undefined });
    expect(text).toContain('last message');
  });

  test('a wait that is too short is a result with the call that goes on', async () => {
    await using t = await startCreating({ pace: { queue: 3_600_000 } });
    const { phase, timed_out, text } = await create(t, { ...DEMO, wait_seconds: 5 });
    expect({ phase, timed_out }).toEqual({ phase: 'queued', timed_out: true });
    expect(text).toContain('next: coder_wait_for_task');
  });

  test('trouble while waiting does not lose the task that was made', async () => {
    await using t = await startCreating({ pace: { queue: 3_600_000 } });
    t.deployment.faults.next('getWorkspace', fault.unauthorized(), { times: 99 });
    t.deployment.faults.next('watchWorkspace', fault.unauthorized(), { times: 99 });
    t.deployment.faults.next('getTask', fault.unauthorized(), { times: 99 });
    const { created, notes } = await create(t, { ...DEMO, name: 'billing', wait_seconds: 30 });
    expect(created).toBe(true);
    expect(notes?.join()).toContain('waiting ended early');
  });

  test('young tasks of another process with most of the same words are named; its own and others are not', async () => {
    await using other = await startCreating();
    await create(other, { ...DEMO, input: 'Please fix the flaky test in billing today', name: 'one' });
    await create(other, { ...DEMO, input: 'Write release notes', name: 'two' });
    await create(other, { input: `${DEMO.input} now`, template: 'no-agent', name: 'elsewhere' });
    await using t = await startCreating({ deployment: other.deployment });
    const { recent, text } = await create(t);
    expect(recent?.map(({ task }) => task)).toEqual(['alice/one']);
    expect(text).toContain('alice/one (');
    expect((await create(t, { ...DEMO, input: `${DEMO.input} again` })).recent?.map(({ task }) => task)).toEqual([
      'alice/one',
    ]);
  });

  test('an old task is not named', async () => {
    const clock = new ManualClock();
    await using t = await startCreating({ clock });
    await create(t, { ...DEMO, name: 'one' });
    await clock.advance(31 * 60_000);
    expect((await create(t, { ...DEMO, input: 'Something else' })).recent).toBeUndefined();
  });
});

describe('bad arguments', () => {
  test.each([
    ['blank', { input: ' \n\t ' }, 'more than blanks'],
    ['empty', { input: '' }, 'at least 1 character'],
    ['with NUL', { input: 'a\0b' }, 'without NUL'],
    ['a bad name', { name: 'a_b' }, 'letters, digits and single hyphens'],
    ['a long display name', { display_name: 'é'.repeat(33) }, 'at most 64 bytes'],
    ['a path as owner', { owner: '../bob' }, 'a user name, an id or me'],
    ['a path as template', { template: 'a/b/c' }, 'a name, org/name, or an id'],
    ['dots as template', { template: '..' }, 'template'],
    ['an unknown argument', { prompt: 'x' }, 'no such argument'],
  ])('%s is refused', async (_what, change, words) => {
    await using t = await startCreating();
    expect(await refusal(t, { ...DEMO, ...change })).toContain(words);
    expect(posts(t)).toHaveLength(0);
  });
});

describe('on hosts that can ask', () => {
  test('the person chooses among the templates', async () => {
    const questions: string[] = [];
    await using t = await startCreating({
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
    await using t = await startCreating({
      onAsk: (question) => {
        expect(JSON.stringify(question)).not.toContain('Too many');
        const docs = t.deployment.world.versions.flatMap(({ presets }) => presets).find(({ name }) => name === 'Docs');
        return { action: 'accept', content: { choice: docs?.id ?? '' } };
      },
    });
    expect(await create(t, { input: INPUT, template: 'needs-param' })).toMatchObject({ created: true, preset: 'Docs' });
  });

  test('a person who does not choose leaves the error', async () => {
    await using t = await startCreating({ onAsk: () => ({ action: 'cancel' }) });
    expect(await refusal(t, { input: INPUT })).toContain('since there are several');
    expect(posts(t)).toHaveLength(0);
  });
});

describe('on every version that has tasks', () => {
  test.each(['2.29', '2.30', '2.31.1', '2.32', '2.34', '2.35', '2.36'] as const)('%s', async (profile) => {
    await using t = await startCreating({ profile });
    const first = await create(t);
    expect(first).toMatchObject({ created: true, phase: 'queued', preset: 'Standard' });
    t.deployment.faults.next('listTasks', fault.json(200, { tasks: [], count: 0 }));
    expect(await create(t, { ...DEMO, wait_seconds: 50 })).toMatchObject({
      task: first.task,
      created: false,
      phase: 'waiting',
    });
    t.deployment.faults.next('createTask', fault.lostAnswer());
    expect(await create(t, { ...DEMO, name: 'lost' })).toMatchObject({ created: true, task: 'alice/lost' });
    expect(await refusal(t, { input: INPUT, template: 'needs-param' })).toContain('code: parameters_invalid');
  });
});

test('the text is short: what was created, from what, and the next call', async () => {
  await using t = await startCreating();
  await create(t, { ...DEMO, name: 'one' });
  await create(t, { ...DEMO, name: 'two' });
  await create(t, { ...DEMO, name: 'three' });
  const { text } = await create(t);
  expect(countTokens(text)).toBeLessThanOrEqual(180);
});
