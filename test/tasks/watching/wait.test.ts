/** Waiting for several tasks at once. */

import { describe, expect, test } from 'vitest';
import { CoderError } from '../../../src/coder/errors/errors.js';
import type { Task } from '../../../src/coder/wire/schemas.js';
import { createLog } from '../../../src/log.js';
import { TaskMemory } from '../../../src/tasks/knowing/memory.js';
import { type Waited, type WaitGoal, type WaitMode, waitForTasks } from '../../../src/tasks/watching/wait.js';
import { TaskWatcher } from '../../../src/tasks/watching/watcher.js';
import { conversation, report, task } from '../../support/task.js';
import { MemoryCoder, TurnClock } from './memory-coder.js';

const WORKING = { current_state: report('working', '2026-03-02T08:59:00Z') };
const PAUSED = { status: 'paused', workspace_status: 'stopped' };

function start(count: number, given: Partial<Task> = WORKING) {
  const clock = new TurnClock();
  const coder = new MemoryCoder(clock);
  const memory = new TaskMemory(() => coder.now());
  const { log } = createLog('silent');
  const watcher = new TaskWatcher({ coder, memory, clock, log, idleSeconds: 10, random: () => 0.5 });
  for (let index = 0; index < count; index++) {
    const names = { id: `id-${index}`, name: `task-${index}`, workspace_id: `ws-${index}` };
    coder.add(task({ ...names, ...given }), conversation(['welcome', 'do it', 'done']));
  }
  const entries = () => [...coder.world.values()].map((one) => ({ ref: one.task.name, task: one.task }));
  const controller = new AbortController();
  const changes: Waited[] = [];
  const wait = (until: WaitGoal = 'settled', mode: WaitMode = 'any', ms = 45_000) =>
    waitForTasks(watcher, entries(), {
      until,
      mode,
      deadline: clock.now() + ms,
      signal: controller.signal,
      onChange: (changed) => changes.push(changed),
    });
  const set = (index: number, patch: Partial<Task>) =>
    coder.change(`id-${index}`, (one) => {
      one.task = { ...one.task, ...patch };
    });
  const state = (name: string) => ({ current_state: report(name, clock.now()) });
  return { clock, coder, memory, watcher, wait, set, state, controller, changes };
}

const names = (waited: readonly Waited[]) => waited.map(({ ref }) => ref);

describe('any', () => {
  test('answers at once with a task that is settled, and asks nobody', async () => {
    const t = start(3);
    t.set(1, PAUSED);
    const result = await t.wait();
    expect(names(result.met)).toEqual(['task-1']);
    expect(result).toMatchObject({ counts: { working: 2 }, timedOut: false, impossible: [] });
    expect(t.coder.requests).toEqual([]);
  });

  test('ends with the first that is settled, and tells those that are settled with it', async () => {
    const t = start(4);
    const waited = t.wait();
    await t.clock.advance(5_000);
    t.set(0, t.state('complete'));
    t.set(2, t.state('failed'));
    await t.clock.advance(300);
    const result = await waited;
    expect(names(result.met)).toEqual(['task-0', 'task-2']);
    expect(names(result.pending)).toEqual(['task-1', 'task-3']);
    expect(names(result.changed)).toEqual(['task-0', 'task-2']);
  });

  test('goes on when what ended it was gone before the answer', async () => {
    const t = start(2);
    const waited = t.wait();
    await t.clock.advance(5_000);
    t.set(0, t.state('complete'));
    await t.clock.advance(20);
    t.set(0, t.state('working'));
    await t.clock.advance(40_000);
    expect(await waited).toMatchObject({ met: [], timedOut: true, counts: { working: 2 } });
  });

  test('settles tasks that have been idle all along in a little more than 3 s, all of them together', async () => {
    const t = start(50, { current_state: report('idle', '2026-03-02T08:30:00Z') });
    const began = t.clock.now();
    const waited = t.wait();
    let ended = 0;
    waited.then(() => {
      ended = t.clock.now();
    });
    await t.clock.advance(10_000);
    expect((await waited).met).toHaveLength(50);
    expect(ended - began).toBeLessThan(3_300);
  });
});

describe('all', () => {
  test('ends when the last is settled', async () => {
    const t = start(3, PAUSED);
    t.set(1, { status: 'active', workspace_status: 'running', ...WORKING });
    const waited = t.wait('settled', 'all');
    await t.clock.advance(5_000);
    t.set(1, t.state('complete'));
    await t.clock.advance(100);
    const result = await waited;
    expect(names(result.met)).toEqual(['task-0', 'task-1', 'task-2']);
    expect(names(result.changed)).toEqual(['task-1']);
  });

  test('tells at its deadline who is pending, in which phases, and what changed', async () => {
    const t = start(3);
    const waited = t.wait('settled', 'all', 20_000);
    await t.clock.advance(5_000);
    t.set(0, PAUSED);
    t.set(1, { status: 'unknown', workspace_status: 'stopping' });
    await t.clock.advance(15_000);
    const result = await waited;
    expect(result).toMatchObject({ timedOut: true, counts: { working: 1, pausing: 1 } });
    expect(names(result.changed)).toEqual(['task-0', 'task-1']);
    expect(names(result.met)).toEqual(['task-0']);
  });
});

describe('goals', () => {
  test.each([
    [
      'ready',
      { status: 'initializing', workspace_status: 'starting', current_state: null },
      { ...WORKING, status: 'active', workspace_status: 'running' },
    ],
    ['paused', { status: 'unknown', workspace_status: 'stopping' }, PAUSED],
  ] as const)('%s is waited for', async (goal, before, after) => {
    const t = start(1, before);
    const waited = t.wait(goal);
    await t.clock.advance(5_000);
    t.set(0, after);
    await t.clock.advance(100);
    expect(names((await waited).met)).toEqual(['task-0']);
  });

  test('deleted is waited for past the end of the task', async () => {
    const t = start(1);
    const waited = t.wait('deleted', 'any');
    // Nobody has asked for it, so it cannot come.
    expect(await waited).toMatchObject({ met: [], impossible: [{ ref: 'task-0' }], timedOut: false });
    t.memory.markGone('id-0');
    t.coder.change('id-0', (one) => Object.assign(one, { isGone: true, workspaceStatus: 'deleting' }));
    const again = t.wait('deleted', 'any');
    await t.clock.advance(5_000);
    t.coder.change('id-0', (one) => Object.assign(one, { workspaceStatus: 'deleted' }));
    await t.clock.advance(100);
    expect(names((await again).met)).toEqual(['task-0']);
  });

  test.each([
    ['ready', PAUSED, 'resumed'],
    ['ready', { status: 'error', workspace_status: 'failed' }, 'resumed'],
    ['paused', { status: 'error', workspace_status: 'failed' }, 'another call'],
    ['deleted', WORKING, 'nobody is deleting'],
  ] as const)('%s that cannot come ends the wait at once and says why', async (goal, given, why) => {
    const t = start(2, given);
    const result = await t.wait(goal, 'all');
    expect(result).toMatchObject({ timedOut: false, met: [] });
    expect(result.impossible[0]?.why).toContain(why);
  });

  test('a deletion that fails ends the wait for it, and says why', async () => {
    const t = start(1);
    t.coder.change('id-0', (one) => Object.assign(one, { isGone: true, workspaceStatus: 'deleting' }));
    t.memory.see([...t.coder.world.values()][0]?.task ?? task());
    t.memory.markGone('id-0');
    const waited = t.wait('deleted');
    await t.clock.advance(3_000);
    t.coder.change('id-0', (one) => Object.assign(one, { workspaceStatus: 'failed' }));
    await t.clock.advance(100);
    expect((await waited).impossible[0]?.why).toContain('failed');
  });

  test('a task that is deleted while it is waited for is settled', async () => {
    const t = start(1);
    const waited = t.wait();
    await t.clock.advance(3_000);
    t.coder.change('id-0', (one) => Object.assign(one, { isGone: true, workspaceStatus: 'deleting' }));
    await t.clock.advance(100);
    expect((await waited).met[0]?.view.phase).toBe('gone');
  });
});

test('every change on the way is told', async () => {
  const t = start(2);
  const waited = t.wait('settled', 'all', 20_000);
  await t.clock.advance(2_000);
  t.set(0, { current_state: report('working', t.clock.now(), 'step 2') });
  await t.clock.advance(2_000);
  t.set(1, PAUSED);
  await t.clock.advance(20_000);
  await waited;
  expect(t.changes.map(({ ref, view }) => `${ref} ${view.phase}`)).toEqual(['task-0 working', 'task-1 paused']);
});

test('cancellation rejects at once with its reason, and leaves nothing open', async () => {
  const t = start(20);
  const waited = t.wait();
  const caught = waited.catch((error: unknown) => error);
  await t.clock.advance(3_000);
  t.controller.abort('enough');
  expect(await caught).toBe('enough');
  expect(t.watcher.load).toEqual({ tasks: 0, streams: 0 });
  await t.clock.advance(100);
  expect(t.coder.openStreams).toBe(0);
  expect(t.clock.pending).toBe(0);
});

describe('unchanged for 15 minutes', () => {
  test('is told when neither report nor conversation has moved', async () => {
    const t = start(1, { current_state: report('working', '2026-03-02T08:40:00Z') });
    t.coder.change('id-0', (one) => {
      one.logs = conversation(['welcome', 'do it']);
    });
    const waited = t.wait();
    await t.clock.advance(45_000);
    expect((await waited).unchangedSince).toBe(Date.parse('2026-03-02T08:40:00Z'));
  });

  test('is not told of a conversation that has moved', async () => {
    const t = start(1, { current_state: report('working', '2026-03-02T08:40:00Z') });
    t.coder.change('id-0', (one) => {
      one.logs = conversation(['welcome', 'do it', 'doing (esc to interrupt)'], t.clock.now() - 60_000);
    });
    const waited = t.wait();
    await t.clock.advance(45_000);
    expect(await waited).toMatchObject({ timedOut: true, unchangedSince: undefined });
  });

  test('is not told while one of several has moved', async () => {
    const t = start(2, { current_state: report('working', '2026-03-02T08:40:00Z') });
    t.set(1, WORKING);
    t.coder.change('id-0', (one) => {
      one.logs = conversation(['welcome', 'do it']);
    });
    const waited = t.wait();
    await t.clock.advance(45_000);
    expect(await waited).toMatchObject({ timedOut: true, unchangedSince: undefined });
  });
});

test('a report that sticks at working settles beside a conversation that stands still', async () => {
  const t = start(1, { current_state: report('working', '2026-03-02T08:35:00Z') });
  t.coder.change('id-0', (one) => {
    one.logs = conversation(['All done. Anything else?'], Date.parse('2026-03-02T08:35:00Z'));
  });
  const waited = t.wait();
  await t.clock.advance(5_000);
  const [met] = (await waited).met;
  expect(met?.view).toMatchObject({ phase: 'waiting', inferred: true, because: 'working report stale' });
});

/** A Coder that gives out no conversation in the state in which the task seems to be. */
class ClosedCoder extends MemoryCoder {
  override async getTaskLogs(): Promise<never> {
    this.requests.push('getTaskLogs');
    throw new CoderError('no_logs_now', 'no logs', { status: 409, reached: 'yes' });
  }
}

test('a conversation counts as unreadable only when Coder has refused it three times in a row', async () => {
  const clock = new TurnClock();
  const coder = new ClosedCoder(clock);
  const memory = new TaskMemory(() => coder.now());
  const { log } = createLog('silent');
  const watcher = new TaskWatcher({ coder, memory, clock, log, idleSeconds: 10, random: () => 0.5 });
  const one = coder.add(task({ id: 'id-0', workspace_id: 'ws-0' }));
  const signal = new AbortController().signal;
  const options = { until: 'settled', mode: 'any', deadline: clock.now() + 45_000, signal } as const;
  const waiting = waitForTasks(watcher, [{ ref: 'one', task: one.task }], options);
  await clock.advance(10_000);
  expect((await waiting).met[0]?.view).toMatchObject({ phase: 'waiting', because: 'report old enough' });
  expect(coder.requests.filter((name) => name === 'getTaskLogs')).toHaveLength(3);
});

/** A Coder that needs a second for each answer, and 2.5 s more for a conversation. */
class SlowCoder extends MemoryCoder {
  readonly #slowClock: TurnClock;

  constructor(clock: TurnClock) {
    super(clock, () => 500);
    this.#slowClock = clock;
  }

  override async getTaskLogs(ref: { task: string }, call?: { signal?: AbortSignal | undefined }) {
    await new Promise<void>((resolve) => this.#slowClock.setTimeout(resolve, 2_500));
    return super.getTaskLogs(ref, call);
  }
}

test('twelve tasks that have long been idle are told together within 8 s by a Coder that is slow', async () => {
  const clock = new TurnClock();
  const coder = new SlowCoder(clock);
  const memory = new TaskMemory(() => coder.now());
  const { log } = createLog('silent');
  const watcher = new TaskWatcher({ coder, memory, clock, log, idleSeconds: 10, random: () => 0.5 });
  for (let index = 0; index < 12; index++) {
    const names = { id: `id-${index}`, name: `task-${index}`, workspace_id: `ws-${index}` };
    coder.add(task(names), conversation(['welcome', 'do it', 'done']));
  }
  const entries = [...coder.world.values()].map((one) => ({ ref: one.task.name, task: one.task }));
  const began = clock.now();
  let took = Number.POSITIVE_INFINITY;
  const options = { until: 'settled', mode: 'any', deadline: began + 45_000 } as const;
  const waiting = waitForTasks(watcher, entries, { ...options, signal: new AbortController().signal }).then(
    (result) => {
      took = clock.now() - began;
      return result;
    },
  );
  await clock.advance(20_000);
  expect((await waiting).met).toHaveLength(12);
  // One round of looks; the list that a wait begins with takes one second more.
  expect(took).toBeLessThanOrEqual(4_000);
});
