/** What is remembered of tasks, since when, and for how long. */

import { describe, expect, test } from 'vitest';
import { TaskMemory } from '../../../src/tasks/knowing/memory.js';
import { CREATED_AT, conversation, report, task, workspace } from '../../support/task.js';

const CREATED = Date.parse(CREATED_AT);
const MINUTE = 60_000;

function remembering(startMs = CREATED + MINUTE) {
  const time = { ms: startMs };
  return { time, memory: new TaskMemory(() => time.ms) };
}

test('a task is found by id and by owner and name, whatever their case', () => {
  const { memory } = remembering();
  const seen = task();
  memory.see(seen);
  expect(memory.seen({ id: seen.id })).toMatchObject({ owner: 'alice', name: 'fix-flaky-3fa1', phase: 'waiting' });
  expect(memory.seen({ owner: 'Alice', name: 'FIX-flaky-3fa1' })?.id).toBe(seen.id);
  expect(memory.seen({ owner: 'bob', name: 'fix-flaky-3fa1' })).toBeUndefined();
});

test('a renamed task is no longer found by its old name', () => {
  const { memory } = remembering();
  memory.see(task());
  memory.see(task({ name: 'renamed' }));
  expect(memory.seen({ owner: 'alice', name: 'fix-flaky-3fa1' })).toBeUndefined();
  expect(memory.seen({ owner: 'alice', name: 'renamed' })).toBeDefined();
});

test('a task that is gone differs from one that never was, and is back when it is seen again', () => {
  const { memory, time } = remembering();
  const { id } = task();
  memory.see(task());
  memory.markGone(id);
  expect(memory.seen({ id })).toMatchObject({ phase: 'gone', goneAt: time.ms });
  memory.see(task());
  expect(memory.seen({ id })).toMatchObject({ phase: 'waiting', goneAt: undefined });
});

test('a task not used for 15 minutes is forgotten', () => {
  const { memory, time } = remembering();
  memory.see(task());
  time.ms += 15 * MINUTE;
  memory.see(task({ id: 'other', name: 'other' }));
  expect(memory.size).toBe(2);
  time.ms += MINUTE;
  memory.see(task({ id: 'other', name: 'other' }));
  expect(memory.size).toBe(1);
  expect(memory.seen({ owner: 'alice', name: 'fix-flaky-3fa1' })).toBeUndefined();
});

test('a reported phase began with its report', () => {
  const { memory } = remembering();
  expect(memory.since(task({ current_state: report('idle', CREATED + 5_000) })).at).toBe(CREATED + 5_000);
});

test('an agent at work since a while is not at work since its last step', () => {
  const { memory } = remembering();
  memory.see(task({ current_state: report('working', CREATED + 5_000) }));
  const later = task({ current_state: report('working', CREATED + 90_000) });
  memory.see(later);
  expect(memory.since(later).at).toBe(CREATED + 5_000);
});

test('an idle report that follows unseen work begins anew', () => {
  const { memory } = remembering();
  memory.see(task({ current_state: report('idle', CREATED + 5_000) }));
  const later = task({ current_state: report('idle', CREATED + 90_000) });
  memory.see(later);
  expect(memory.since(later).at).toBe(CREATED + 90_000);
});

test('the first build is queued since the task was made, a later one since its workspace says', () => {
  const { memory, time } = remembering();
  const queued = { status: 'pending', workspace_status: 'pending', current_state: null } as const;
  expect(memory.since(task(queued))).toMatchObject({ at: CREATED, isExact: true });
  const second = task({ ...queued, workspace_build_number: 2 });
  memory.see(second);
  expect(memory.since(second)).toMatchObject({ at: time.ms, isExact: false });
  memory.seeWorkspace(second.id, workspace({ build: 2, createdAt: CREATED + 30_000 }));
  expect(memory.since(second)).toMatchObject({ at: CREATED + 30_000, isExact: true });
});

test('the times of another build do not count', () => {
  const { memory, time } = remembering();
  const paused = task({ status: 'paused', workspace_status: 'stopped', workspace_build_number: 2 });
  memory.see(paused);
  memory.seeWorkspace(paused.id, workspace({ build: 1, completedAt: CREATED + 10_000 }));
  expect(memory.since(paused)).toMatchObject({ at: time.ms, isExact: false });
  memory.seeWorkspace(paused.id, workspace({ build: 2, completedAt: CREATED + 40_000 }));
  expect(memory.since(paused)).toMatchObject({ at: CREATED + 40_000, isExact: true });
});

test('an agent lost for the second time is lost since the second time', () => {
  const { memory, time } = remembering();
  const lost = task({ workspace_agent_health: { healthy: false, reason: 'agent has lost connection' } });
  memory.see(lost);
  memory.seeWorkspace(lost.id, workspace({ disconnectedAt: CREATED + 20_000 }));
  expect(memory.since(lost)).toMatchObject({ at: CREATED + 20_000, isExact: true });
  time.ms += MINUTE;
  memory.see(task());
  time.ms += MINUTE;
  memory.see(lost);
  expect(memory.since(lost)).toMatchObject({ at: time.ms, isExact: false });
});

test('an app that fails long after its start is unhealthy since that was first seen', () => {
  const { memory, time } = remembering();
  memory.see(task());
  time.ms += MINUTE;
  memory.see(task());
  time.ms += 5_000;
  const unhealthy = task({ status: 'error', current_state: null });
  memory.see(unhealthy);
  memory.seeWorkspace(unhealthy.id, workspace({ completedAt: CREATED + 10_000 }));
  expect(memory.since(unhealthy)).toMatchObject({ at: time.ms, isExact: true });
});

test('logs are remembered by how they end and for how long they have looked like that', () => {
  const { memory, time } = remembering();
  const { id } = task();
  memory.see(task());
  const entries = conversation(['welcome', 'do it', 'doing']);
  expect(memory.seeLogs(id, entries, time.ms)).toBe(true);
  const first = time.ms;
  time.ms += 3_000;
  expect(memory.seeLogs(id, entries, time.ms)).toBe(false);
  expect(memory.logs(id)).toMatchObject({
    lastType: 'output',
    lastInput: { id: 1 },
    unchangedFrom: first,
    readAt: time.ms,
  });
  time.ms += 3_000;
  expect(memory.seeLogs(id, conversation(['welcome', 'do it', 'done']), time.ms)).toBe(true);
  expect(memory.logs(id)).toMatchObject({ unchangedFrom: time.ms, changedAt: time.ms });
});

test('a conversation that starts over with the same words has changed', () => {
  const { memory, time } = remembering();
  const { id } = task();
  memory.see(task());
  memory.seeLogs(id, conversation(['welcome', 'do it', 'done'], CREATED), time.ms);
  expect(memory.seeLogs(id, conversation(['welcome', 'do it', 'done'], CREATED + MINUTE), time.ms)).toBe(true);
});

test('a refusal as busy stands until the report changes', () => {
  const { memory } = remembering();
  const { id } = task();
  memory.see(task());
  memory.noteBusy(id);
  memory.see(task());
  expect(memory.busy(id)).toBeDefined();
  memory.see(task({ current_state: report('working', CREATED + MINUTE) }));
  expect(memory.busy(id)).toBeUndefined();
});

test('after a refusal as busy it is remembered whether the conversation has moved since', () => {
  const { memory, time } = remembering();
  const { id } = task();
  memory.see(task());
  memory.noteBusy(id);
  memory.seeLogs(id, conversation(['welcome']), time.ms);
  expect(memory.busy(id)).toMatchObject({ hasMoved: false });
  memory.seeLogs(id, conversation(['welcome', 'do it']), time.ms);
  expect(memory.busy(id)).toMatchObject({ hasMoved: true });
});

test('what no read shows is told at once', () => {
  const { memory, time } = remembering();
  const { id } = task();
  memory.see(task());
  const told: string[] = [];
  const listening = memory.onNote((noted) => told.push(noted));
  memory.noteSent(id, { input: 'go on', at: time.ms, lastIdBefore: 2 });
  memory.noteBusy(id);
  memory.markGone(id);
  memory.markGone(id);
  listening.close();
  memory.noteBusy(id);
  expect(told).toEqual([id, id, id]);
  expect(memory.lastSent(id)?.input).toBe('go on');
});

describe('an age', () => {
  const unhealthy = { status: 'error', workspace_status: 'running' } as const;

  test('is known where Coder says it, or the phase was seen to begin', () => {
    const { memory, time } = remembering();
    memory.see(task({ current_state: report('idle', CREATED) }));
    expect(memory.since(task({ current_state: report('idle', CREATED) })).isKnown).toBe(true);
    time.ms += 10_000;
    memory.see(task(unhealthy));
    expect(memory.since(task(unhealthy))).toMatchObject({ isKnown: true, at: time.ms });
  });

  test('is not known where this process first saw the phase after some time, or nothing else before', () => {
    const { memory, time } = remembering();
    expect(memory.since(task({ status: 'paused', workspace_status: 'stopped' })).isKnown).toBe(false);
    memory.see(task());
    time.ms += 60_000;
    memory.see(task(unhealthy));
    expect(memory.since(task(unhealthy)).isKnown).toBe(false);
    time.ms += 60_000;
    memory.markGone(task().id);
    expect(memory.since(task(unhealthy)).isKnown).toBe(false);
  });
});

describe('a stop that Coder itself ordered', () => {
  const paused = (state: string) =>
    task({ status: 'paused', workspace_status: 'stopped', current_state: report(state, CREATED) });

  test.each([
    ['task_auto_pause', 'working', 'at work'],
    ['autostop', 'working', 'at work'],
    ['dormancy', 'idle', 'at rest'],
    ['task_manual_pause', 'working', undefined],
    ['initiator', 'working', undefined],
  ] as const)('for the reason %s, with the report %s: %s', (reason, state, expected) => {
    const { memory } = remembering();
    memory.see(paused(state));
    expect(memory.stopByCoder(paused(state))).toBeUndefined();
    memory.seeWorkspace(task().id, workspace({ transition: 'stop', reason }));
    expect(memory.stopByCoder(paused(state))).toBe(expected);
  });

  test('is over with the next build', () => {
    const { memory } = remembering();
    memory.see(paused('working'));
    memory.seeWorkspace(task().id, workspace({ transition: 'stop', reason: 'autostop' }));
    memory.see(task({ workspace_build_number: 2 }));
    expect(memory.stopByCoder(task())).toBeUndefined();
  });
});

test('a task is of somebody else only once it is known who the token belongs to', () => {
  const { memory } = remembering();
  expect(memory.isOthers(task({ owner_name: 'bob' }))).toBe(false);
  memory.noteMe('Alice');
  expect(memory.isOthers(task({ owner_name: 'bob' }))).toBe(true);
  expect(memory.isOthers(task({ owner_name: 'alice' }))).toBe(false);
});
