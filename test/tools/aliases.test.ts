/** The former names of tools and arguments, as they are resolved before a call is checked. */

import { expect, test } from 'vitest';
import { resolveAlias } from '../../src/tools/aliases.js';

const VERSION = '9a1de7e0-5fd3-4c79-8a48-438132d2cc23';

test.each([
  ['coder_get_task_status', { task_id: 'a' }, 'coder_get_task', { task: 'a' }],
  ['coder_list_templates', {}, 'coder_list_task_templates', { version_ids: true }],
  ['coder_list_tasks', { user: 'bob', status: 'active' }, 'coder_list_tasks', { owner: 'bob', status: 'active' }],
  ['coder_send_task_input', { task_id: 'a', input: 'x' }, 'coder_send_task_input', { task: 'a', input: 'x' }],
  [
    'coder_create_task',
    { template_version_id: VERSION, input: 'x' },
    'coder_create_task',
    { template_version: VERSION, input: 'x', preset: 'none' },
  ],
  [
    'coder_create_task',
    { template_version_id: VERSION, template_version_preset_id: 'p', user: 'me', input: 'x' },
    'coder_create_task',
    { template_version: VERSION, preset: 'p', owner: 'me', input: 'x' },
  ],
])('%s(%j) is %s(%j)', (name, args, expectedName, expectedArgs) => {
  const resolved = resolveAlias(name, args);
  expect(resolved).toMatchObject({ name: expectedName, args: expectedArgs });
  expect(Object.keys(resolved.args).toSorted()).toEqual(Object.keys(expectedArgs).toSorted());
  expect(resolved.notes.length).toBeGreaterThan(0);
});

test('an empty text under a former name means nothing, as it did', () => {
  const { args } = resolveAlias('coder_create_task', {
    user: '',
    template_version_id: VERSION,
    template_version_preset_id: '',
    input: 'x',
  });
  expect(args).toEqual({ template_version: VERSION, preset: 'none', input: 'x' });
});

test('a name of today beside its former one wins', () => {
  expect(resolveAlias('coder_get_task', { task_id: 'old', task: 'new' }).args).toEqual({ task: 'new' });
});

test('what was never renamed passes as it is, without a note', () => {
  expect(resolveAlias('coder_pause_task', { task_id: 'a' })).toEqual({
    name: 'coder_pause_task',
    args: { task_id: 'a' },
    notes: [],
  });
});
