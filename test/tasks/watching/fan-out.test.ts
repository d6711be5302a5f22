/** Many tasks at once: who gets a stream, what the poll of the rest costs, and what it does with an odd list. */

import { describe, expect, test } from 'vitest';
import { CoderError } from '../../../src/coder/errors/errors.js';
import type { Task, TaskList } from '../../../src/coder/wire/schemas.js';
import { ZERO_ID } from '../../../src/coder/wire/schemas.js';
import { createLog } from '../../../src/log.js';
import { TaskMemory } from '../../../src/tasks/knowing/memory.js';
import { type TaskView, TaskWatcher } from '../../../src/tasks/watching/watcher.js';
import { conversation, report, task } from '../../support/task.js';
import { MemoryCoder, TurnClock } from './memory-coder.js';

const MINUTE_MS = 60_000;

/** A Coder whose list can be made odd. */
class OddCoder extends MemoryCoder {
  owners: (string | undefined)[] = [];
  bend: (list: TaskList) => TaskList = (list) => list;

  override async listTasks(
    filter: { owner?: string | undefined } = {},
    call?: { signal?: AbortSignal | undefined },
  ): Promise<TaskList> {
    this.owners.push(filter.owner);
    return this.bend(await super.listTasks(filter, call));
  }
}

function start(count: number, given: Partial<Task> = {}) {
  const clock = new TurnClock();
  const coder = new OddCoder(clock);
  const memory = new TaskMemory(() => coder.now());
  const { log } = createLog('silent');
  const watcher = new TaskWatcher({ coder, memory, clock, log, idleSeconds: 10, random: () => 0.5 });
  const last = new Map<string, TaskView>();
  for (let index = 0; index < count; index++) {
    const id = `id-${index}`;
    const current_state = report('working', clock.now() - 1_000);
    const one = task({ id, name: `task-${index}`, workspace_id: `ws-${index}`, current_state, ...given });
    coder.add(one, conversation(['welcome', 'do it', 'done']));
  }
  const followAll = () =>
    [...coder.world.values()].map((one) => watcher.follow(one.task, (view) => last.set(one.task.id, view)));
  const set = (index: number, patch: Partial<Task>) =>
    coder.change(`id-${index}`, (one) => {
      one.task = { ...one.task, ...patch };
    });
  const requestsIn = async (ms: number) => {
    const before = coder.requests.length;
    await clock.advance(ms);
    return coder.requests.slice(before);
  };
  return { clock, coder, memory, watcher, last, followAll, set, requestsIn };
}

test('sixteen tasks have a stream, and one list covers the rest', async () => {
  const t = start(50);
  t.followAll();
  await t.clock.advance(2 * MINUTE_MS);
  expect(t.watcher.load).toEqual({ tasks: 50, streams: 16 });
  expect(t.coder.openStreams).toBe(16);
  const requests = await t.requestsIn(MINUTE_MS);
  expect(requests.filter((name) => name !== 'listTasks')).toEqual([]);
  expect(requests.length).toBeLessThanOrEqual(5);
  expect(new Set(t.coder.owners)).toEqual(new Set(['alice']));
});

test('a change of a task without a stream is told by the next round', async () => {
  const t = start(50);
  t.followAll();
  await t.clock.advance(2 * MINUTE_MS);
  t.set(40, { status: 'paused', workspace_status: 'stopped' });
  await t.clock.advance(15_100);
  expect(t.last.get('id-40')).toMatchObject({ phase: 'paused', settled: true });
});

test('500 watched tasks cost at most ten requests a minute, also while some of them change', async () => {
  const t = start(500);
  t.followAll();
  await t.clock.advance(2 * MINUTE_MS);
  expect((await t.requestsIn(MINUTE_MS)).length).toBeLessThanOrEqual(10);
  const before = t.coder.requests.length;
  for (let second = 0; second < 60; second++) {
    t.set(100 + second, { current_state: report('working', t.clock.now(), `step ${second}`) });
    await t.clock.advance(1_000);
  }
  expect(t.coder.requests.length - before).toBeLessThanOrEqual(10);
});

test('500 idle tasks settle, and then cost no more than the list', async () => {
  const t = start(500, { current_state: report('idle', '2026-03-02T08:30:00Z') });
  t.followAll();
  await t.clock.advance(2 * MINUTE_MS);
  expect([...t.last.values()].every(({ settled }) => settled)).toBe(true);
  expect((await t.requestsIn(MINUTE_MS)).length).toBeLessThanOrEqual(10);
});

test('no change is lost when the deployment turns out to be earlier than it was thought to be', async () => {
  const t = start(1);
  t.coder.offsetMs = 900;
  t.followAll();
  await t.clock.advance(5_000);
  t.set(0, { current_state: report('working', t.clock.now(), 'step 2') });
  await t.clock.advance(100);
  t.coder.offsetMs = 0;
  t.set(0, { status: 'paused', workspace_status: 'stopped' });
  await t.clock.advance(100);
  expect(t.last.get('id-0')?.phase).toBe('paused');
});

test('a stream that becomes free goes to the next task', async () => {
  const t = start(20);
  const followed = t.followAll();
  await t.clock.advance(5_000);
  for (const one of followed.slice(0, 4)) one.close();
  await t.clock.advance(5_000);
  expect(t.watcher.load).toEqual({ tasks: 16, streams: 16 });
  t.set(19, { status: 'paused', workspace_status: 'stopped' });
  await t.clock.advance(50);
  expect(t.last.get('id-19')?.phase).toBe('paused');
});

test('tasks of several owners are polled by one list of all', async () => {
  const t = start(30);
  t.set(29, { owner_name: 'bob' });
  t.followAll();
  await t.clock.advance(MINUTE_MS);
  expect(new Set(t.coder.owners.slice(3))).toEqual(new Set([undefined]));
});

describe('an odd list', () => {
  const PAUSED = { status: 'paused', workspace_status: 'stopped' };

  test('an entry that shows only half of a task is read singly', async () => {
    const t = start(20);
    t.followAll();
    await t.clock.advance(5_000);
    t.coder.bend = ({ tasks }) => ({
      tasks: tasks.map((one) => ({ ...one, template_id: ZERO_ID, workspace_status: undefined, current_state: null })),
      dropped: 0,
    });
    t.set(18, PAUSED);
    await t.clock.advance(20_000);
    expect(t.last.get('id-18')?.phase).toBe('paused');
    expect(t.last.get('id-19')?.phase).toBe('working');
  });

  test('a task that is missing is gone only if it is gone when asked for', async () => {
    const t = start(20);
    t.followAll();
    await t.clock.advance(5_000);
    t.coder.bend = (list) => ({ ...list, tasks: list.tasks.filter(({ id }) => id !== 'id-18') });
    await t.clock.advance(MINUTE_MS);
    expect(t.last.get('id-18')?.phase).toBe('working');
    t.coder.change('id-19', (one) => Object.assign(one, { isGone: true, workspaceStatus: 'deleted' }));
    await t.clock.advance(MINUTE_MS);
    expect(t.last.get('id-19')).toMatchObject({ phase: 'gone', deleted: true });
  });

  test('a list that breaks is replaced by single reads', async () => {
    const t = start(40);
    t.followAll();
    await t.clock.advance(5_000);
    t.coder.bend = () => {
      throw new CoderError('list_broken', 'task has no workspace ID', { status: 500, reached: 'yes' });
    };
    t.set(39, PAUSED);
    await t.clock.advance(40_000);
    expect(t.last.get('id-39')?.phase).toBe('paused');
  });

  test('of many half entries sixteen are read in one round, and the others in the rounds that follow', async () => {
    const t = start(60);
    t.coder.bend = (list) => ({ ...list, tasks: list.tasks.map((one) => ({ ...one, template_id: ZERO_ID })) });
    t.followAll();
    // The streams of the first sixteen are open; each round of the list ends in single reads of the rest.
    await t.clock.advance(1_000);
    const rounds = await t.requestsIn(2_000);
    expect(rounds.filter((name) => name === 'listTasks')).toHaveLength(1);
    expect(rounds.filter((name) => name === 'getTask')).toHaveLength(16);
    t.set(59, PAUSED);
    await t.clock.advance(MINUTE_MS);
    expect(t.last.get('id-59')?.phase).toBe('paused');
  });

  test('a token that is refused ends every watch that the list covers', async () => {
    const t = start(20);
    const failures: unknown[] = [];
    for (const one of t.coder.world.values()) {
      t.watcher.follow(one.task, () => {}, { onFailure: (error) => failures.push(error) });
    }
    await t.clock.advance(5_000);
    t.coder.bend = () => {
      throw new CoderError('unauthorized', 'signed out', { status: 401, reached: 'yes' });
    };
    await t.clock.advance(20_000);
    expect(failures).toHaveLength(4);
    expect(t.watcher.load.tasks).toBe(16);
  });
});

describe('my list', () => {
  test('is told once it is known, and whenever a task comes, goes or changes', async () => {
    const t = start(2);
    const told: string[][] = [];
    const followed = t.watcher.followList((tasks) => told.push(tasks.map(({ name, status }) => `${name} ${status}`)));
    await t.clock.advance(MINUTE_MS);
    t.set(0, { status: 'paused', workspace_status: 'stopped' });
    await t.clock.advance(MINUTE_MS);
    t.coder.change('id-1', (one) => Object.assign(one, { isGone: true }));
    await t.clock.advance(MINUTE_MS);
    expect(told).toEqual([['task-0 active', 'task-1 active'], ['task-0 paused', 'task-1 active'], ['task-0 paused']]);
    followed.close();
    expect(await t.requestsIn(MINUTE_MS)).toEqual([]);
  });

  test('and the tasks that the list covers anyway share one request', async () => {
    const t = start(40);
    t.followAll();
    t.watcher.followList(() => {});
    await t.clock.advance(2 * MINUTE_MS);
    expect((await t.requestsIn(MINUTE_MS)).length).toBeLessThanOrEqual(5);
  });
});
