/** What the wire schemas tolerate, and what they still refuse. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { listOf } from '../../../src/coder/wire/lenient.js';
import { isRegularTask } from '../../../src/coder/wire/regular-task.js';
import * as wire from '../../../src/coder/wire/schemas.js';

const regular = {
  id: '2b9f1c1e-4a51-4a2b-8a53-5b8f9f1f7f01',
  organization_id: 'o',
  owner_id: 'u',
  owner_name: 'alice',
  name: 'fix-flaky',
  display_name: 'Fix flaky',
  template_id: 't',
  template_version_id: 'v',
  template_name: 'tasks-docker',
  template_display_name: '',
  template_icon: '',
  workspace_id: 'w',
  workspace_name: 'fix-flaky',
  workspace_status: 'running',
  workspace_build_number: 1,
  workspace_agent_id: 'a',
  workspace_agent_lifecycle: 'ready',
  workspace_agent_health: { healthy: true },
  workspace_app_id: 'p',
  initial_prompt: 'fix it',
  status: 'active',
  current_state: { timestamp: '2026-02-03T10:15:30.123456Z', state: 'idle', message: '', uri: '' },
  created_at: '2026-02-03T10:11:02.5Z',
  updated_at: '2026-02-03T10:11:02.5Z',
};

test('a task keeps what the schema does not know', () => {
  expect(wire.taskSchema.parse({ ...regular, mood: 'fine' })).toMatchObject({ mood: 'fine' });
});

test('a value that Coder may invent tomorrow passes as it is', () => {
  const task = wire.taskSchema.parse({
    ...regular,
    status: 'dreaming',
    workspace_status: 'melting',
    workspace_agent_lifecycle: 'hatching',
    current_state: { ...regular.current_state, state: 'pondering' },
  });
  expect(task.status).toBe('dreaming');
  expect(task.workspace_status).toBe('melting');
  expect(task.current_state?.state).toBe('pondering');
});

test('a task of which only id and name are left is still a task', () => {
  const task = wire.taskSchema.parse({ id: 'x', name: 'y' });
  expect(task).toMatchObject({ status: '', owner_name: '', workspace_id: null, current_state: null });
});

test('what has no id or no name is no task', () => {
  expect(wire.taskSchema.safeParse({ ...regular, id: undefined }).success).toBe(false);
  expect(wire.taskSchema.safeParse({ ...regular, name: '' }).success).toBe(false);
  expect(wire.taskSchema.safeParse([]).success).toBe(false);
});

test('a missing id is null in each form in which it is said', () => {
  const read = (workspace_id: unknown) => wire.taskSchema.parse({ ...regular, workspace_id }).workspace_id;
  expect(read('w')).toBe('w');
  expect(read(null)).toBeNull();
  expect(read(undefined)).toBeNull();
  expect(read({ uuid: 'w', valid: true })).toBe('w');
  expect(read({ uuid: wire.ZERO_ID, valid: false })).toBeNull();
  expect(read(7)).toBeNull();
});

test('one odd entry does not break a list: it is left out and counted', () => {
  const list = wire.taskListSchema.parse({
    tasks: [regular, null, { id: 3 }, { ...regular, current_state: 'x' }],
    count: 4,
  });
  expect(list.dropped).toBe(2);
  expect(list.tasks.map((task) => task.current_state?.state)).toEqual(['idle', undefined]);
});

test('a list may be null or empty, but something without a list is refused', () => {
  expect(wire.taskListSchema.parse({ tasks: null, count: 0 }).tasks).toEqual([]);
  expect(wire.taskListSchema.safeParse({}).success).toBe(false);
  expect(wire.taskListSchema.safeParse('OK').success).toBe(false);
  expect(listOf(wire.presetSchema).parse(null)).toEqual([]);
});

test('the quick look at a task of a list agrees with the schema whatever stands in a field', () => {
  const odd = fc.oneof(fc.constantFrom(undefined, null, '', 'x', 0, 1, true, [], {}), fc.constant({ healthy: 'yes' }));
  const key = fc.constantFrom(...Object.keys(regular));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, odd), { maxLength: 3 }), (changes) => {
      const candidate = { ...regular, ...Object.fromEntries(changes) };
      if (!isRegularTask(candidate)) return;
      expect(wire.taskSchema.parse(candidate)).toEqual(candidate);
    }),
    { numRuns: 2_000 },
  );
  expect(isRegularTask(regular)).toBe(true);
});

test('logs without a stored snapshot say so by having no time', () => {
  expect(wire.taskLogsSchema.parse({ logs: [], snapshot: true })).toEqual({ logs: [], snapshot: true, dropped: 0 });
  expect(wire.taskLogsSchema.parse({ logs: null })).toEqual({ logs: [], snapshot: false, dropped: 0 });
});

test('a preset without parameters has none', () => {
  const preset = wire.presetSchema.parse({ ID: 'p', Name: 'Small', Parameters: null, Default: true });
  expect(preset).toMatchObject({ ID: 'p', Name: 'Small', Parameters: [], Default: true, Description: '' });
});

test('a workspace between builds has no agents, and that is no error', () => {
  const workspace = wire.workspaceSchema.parse({
    id: 'w',
    latest_build: { id: 'b', job: { status: 'pending' }, resources: null },
  });
  expect(workspace.latest_build.resources).toEqual([]);
  expect(workspace.latest_build.matched_provisioners).toBeUndefined();
  expect(workspace.task_id).toBeNull();
});

test.each([
  '',
  null,
  7,
  'yesterday',
  '1970-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59Z',
  '2026-13-45T00:00:00Z',
])('the time %j is an unknown one, and no failure', (odd) => {
  const task = { ...regular, created_at: odd, updated_at: odd, current_state: { timestamp: odd, state: 'idle' } };
  const [read] = wire.taskListSchema.parse({ tasks: [task] }).tasks;
  expect(read).toMatchObject({ created_at: '', updated_at: '', current_state: { timestamp: '', state: 'idle' } });
  const build = wire.workspaceBuildSchema.parse({ id: 'b', job: { started_at: odd }, created_at: odd });
  expect([build.created_at, build.job.started_at]).toEqual(['', undefined]);
  expect(wire.taskLogsSchema.parse({ logs: [{ id: 1, time: odd }], snapshot_at: odd })).not.toHaveProperty(
    'snapshot_at',
  );
});

test('a task without times is a task', () => {
  const { created_at: _created, updated_at: _updated, ...task } = regular;
  expect(wire.taskSchema.parse(task)).toMatchObject({ created_at: '', updated_at: '' });
});

test('a conversation entry without a place in the conversation is counted, and left out', () => {
  const logs = [{ id: -3 }, { id: 0.5 }, { id: 2, content: 'x' }];
  expect(wire.taskLogsSchema.parse({ logs })).toMatchObject({ logs: [{ id: 2, content: 'x' }], dropped: 2 });
});
