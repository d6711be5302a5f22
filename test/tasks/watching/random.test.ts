/** Thousands of interleavings of changes, broken streams and waits: every wait ends for a true reason, and in time. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { LogEntry, Task } from '../../../src/coder/wire/schemas.js';
import { createLog } from '../../../src/log.js';
import { TaskMemory } from '../../../src/tasks/knowing/memory.js';
import { type Phase, phaseOf } from '../../../src/tasks/knowing/phase.js';
import { type WaitGoal, type WaitResult, waitForTasks } from '../../../src/tasks/watching/wait.js';
import { TaskWatcher } from '../../../src/tasks/watching/watcher.js';
import { conversation, report, task } from '../../support/task.js';
import { MemoryCoder, type StreamMode, TurnClock } from './memory-coder.js';

const steps = [
  ...['work', 'idle', 'complete', 'forget', 'move', 'say'],
  ...['pause', 'paused', 'resume', 'active', 'break'],
  ...['delete', 'destroy', 'cut', 'refuse', 'silence', 'garble', 'down', 'up'],
] as const;

interface Scenario {
  readonly trip: number;
  readonly streams: readonly StreamMode[];
  readonly script: readonly { readonly after: number; readonly which: number; readonly step: string }[];
  readonly waits: readonly {
    readonly at: number;
    readonly goal: WaitGoal;
    readonly mode: 'any' | 'all';
    readonly which: number | 'every';
    readonly ms: number;
    readonly cancelAfter: number | undefined;
  }[];
}

const scenarios: fc.Arbitrary<Scenario> = fc.record({
  trip: fc.integer({ min: 1, max: 200 }),
  streams: fc.array(fc.constantFrom<StreamMode>('good', 'good', 'good', 'refused', 'silent', 'buffered', 'garbage'), {
    minLength: 1,
    maxLength: 3,
  }),
  script: fc.array(
    fc.record({
      after: fc.oneof(fc.nat(40), fc.nat(600), fc.nat(9_000)),
      which: fc.nat(2),
      step: fc.constantFrom(...steps),
    }),
    { maxLength: 14 },
  ),
  waits: fc.array(
    fc.record({
      at: fc.oneof(fc.nat(300), fc.nat(5_000), fc.nat(40_000)),
      goal: fc.constantFrom<WaitGoal>('settled', 'settled', 'ready', 'paused', 'deleted'),
      mode: fc.constantFrom('any' as const, 'all' as const),
      which: fc.oneof(fc.nat(2), fc.constant('every' as const)),
      ms: fc.oneof(fc.nat(10_000), fc.nat(50_000), fc.nat(120_000)),
      cancelAfter: fc.option(fc.integer({ min: 0, max: 40_000 }), { freq: 5, nil: undefined }),
    }),
    { minLength: 1, maxLength: 4 },
  ),
});

/** What one task was like from one moment on. */
interface Moment {
  readonly at: number;
  readonly phase: Phase;
  readonly isDeleted: boolean;
  readonly lastType: string | undefined;
  /** When the last entry was written. */
  readonly lastAt: number;
  /** The same for as long as nothing but the report and the screen change. */
  readonly turn: string;
  readonly reportAt: string | undefined;
  readonly text: string;
}

const streamSteps: Readonly<Record<string, StreamMode>> = { refuse: 'refused', silence: 'silent', garble: 'garbage' };

class Play {
  readonly clock = new TurnClock();
  readonly coder: MemoryCoder;
  readonly watcher: TaskWatcher;
  readonly ids: string[] = [];
  readonly history = new Map<string, Moment[]>();
  lastTrouble = this.clock.now();

  constructor({ trip, streams }: Scenario) {
    let turn = 0;
    // Travel times differ, but the same scenario always plays the same way.
    this.coder = new MemoryCoder(this.clock, () => 1 + ((turn++ * 7_919) % trip));
    const memory = new TaskMemory(() => this.coder.now());
    const { log } = createLog('silent');
    this.watcher = new TaskWatcher({
      coder: this.coder,
      memory,
      clock: this.clock,
      log,
      idleSeconds: 10,
      random: () => 0.5,
    });
    for (const [index, stream] of streams.entries()) {
      const id = `task-${index}`;
      const created = this.clock.now() - 600_000;
      const one = task({ id, name: id, workspace_id: `ws-${index}`, created_at: new Date(created).toISOString() });
      this.coder.add(
        { ...one, current_state: report('working', created + 60_000) },
        conversation(['hi', 'do', 'so']),
        stream,
      );
      this.ids.push(id);
      this.#record(id);
    }
  }

  step(which: number, step: string): void {
    const id = this.ids[which % this.ids.length] ?? '';
    if (step === 'down' || step === 'up') this.coder.setDown(step === 'down');
    if (step === 'cut') this.coder.cut(id);
    if (step === 'down' || step === 'up' || step === 'cut') {
      this.lastTrouble = this.clock.now();
      return;
    }
    if (streamSteps[step]) this.lastTrouble = this.clock.now();
    if (step === 'refuse') this.coder.cut(id);
    this.coder.change(id, (one) => {
      const mode = streamSteps[step];
      if (mode) one.stream = mode;
      else if (one.isGone && step !== 'destroy') return;
      const { patch, logs } = changeBy(step, one.task, one.logs, this.clock.now());
      one.task = { ...one.task, ...patch };
      one.logs = logs;
      if (step === 'delete' || step === 'destroy') one.isGone = true;
      one.workspaceStatus =
        step === 'destroy' ? 'deleted' : one.isGone ? one.workspaceStatus : (one.task.workspace_status ?? '');
      if (step === 'delete') one.workspaceStatus = 'deleting';
    });
    this.#record(id);
  }

  #record(id: string): void {
    const one = this.coder.world.get(id);
    if (one === undefined) return;
    const last = one.logs.at(-1);
    const moments = this.history.get(id) ?? [];
    this.history.set(id, moments);
    const moment: Moment = {
      at: this.clock.now(),
      phase: one.isGone ? 'gone' : phaseOf(one.task),
      isDeleted: one.workspaceStatus === 'deleted',
      lastType: last?.type,
      lastAt: Date.parse(last?.time ?? ''),
      turn: JSON.stringify([one.task.workspace_build_number, one.logs.findLast(({ type }) => type === 'input')]),
      reportAt: one.task.current_state?.timestamp,
      text: `${one.task.workspace_build_number} ${one.logs.length} ${last?.content} ${one.task.current_state?.timestamp}`,
    };
    const before = moments.at(-1);
    if (JSON.stringify({ ...before, at: moment.at }) !== JSON.stringify(moment)) moments.push(moment);
  }
}

function changeBy(
  step: string,
  before: Task,
  logs: readonly LogEntry[],
  now: number,
): { patch: Partial<Task>; logs: readonly LogEntry[] } {
  const running = { status: 'active', workspace_status: 'running' };
  const entry = (type: string): LogEntry => ({
    id: logs.length,
    type,
    content: `${now}`,
    time: new Date(now).toISOString(),
  });
  const patch = (patch: Partial<Task>) => ({ patch, logs });
  const time = new Date(now).toISOString();
  const moved = [...logs.slice(0, -1), { ...(logs.at(-1) ?? entry('output')), content: `${now}`, time }];
  switch (step) {
    case 'work':
      return patch({ ...running, current_state: report('working', now) });
    case 'idle':
      return patch({ ...running, current_state: report('idle', now) });
    case 'complete':
      return patch({ ...running, current_state: report('complete', now) });
    case 'forget':
      // A report is lost with a restart, and that shows on the screen.
      return { patch: { ...running, current_state: null }, logs: moved };
    case 'move':
      return { patch: {}, logs: moved };
    case 'say':
      return { patch: {}, logs: [...logs, entry(logs.at(-1)?.type === 'input' ? 'output' : 'input')] };
    case 'pause':
      return patch({ status: 'unknown', workspace_status: 'stopping' });
    case 'paused':
      return patch({ status: 'paused', workspace_status: 'stopped' });
    case 'resume':
      return patch({
        status: 'initializing',
        workspace_status: 'starting',
        workspace_build_number: (before.workspace_build_number ?? 1) + 1,
        current_state: null,
      });
    case 'active':
      return { patch: running, logs: moved };
    case 'break':
      return patch({ status: 'error', workspace_status: 'failed' });
    default:
      return { patch: {}, logs };
  }
}

const readyPhases: readonly Phase[] = ['working', 'waiting', 'done', 'failed', 'active'];
const atOncePhases: readonly Phase[] = ['gone', 'broken', 'paused', 'unknown'];
const reportedPhases: readonly Phase[] = ['waiting', 'done', 'failed'];

/** Whether a task that is so until then is where the goal wants it. */
function isThere(moment: Moment, goal: WaitGoal, until: number): boolean {
  if (goal === 'deleted') return moment.isDeleted;
  if (goal === 'ready') return readyPhases.includes(moment.phase);
  if (goal === 'paused') return moment.phase === 'paused';
  if (atOncePhases.includes(moment.phase)) return true;
  const quietMs = until - (moment.lastType === 'output' ? moment.lastAt : moment.at);
  if (reportedPhases.includes(moment.phase)) return quietMs >= (moment.lastType === 'output' ? 3_000 : 30_000);
  return moment.phase === 'active' && quietMs >= (moment.lastType === 'output' ? 10_000 : 30_000);
}

/** Whether the turn that a moment shows was over at an earlier one: it stays over, however the screen moves. */
function wasOver(history: readonly Moment[], moment: Moment): boolean {
  return history.some((earlier, index) => {
    if (earlier.at > moment.at || earlier.turn !== moment.turn || !reportedPhases.includes(earlier.phase)) return false;
    const isSame = earlier.reportAt === moment.reportAt && earlier.phase === moment.phase;
    const isFollowed = moment.phase === 'waiting' && earlier.phase !== 'waiting';
    return (isSame || isFollowed) && isThere(earlier, 'settled', history[index + 1]?.at ?? Number.POSITIVE_INFINITY);
  });
}

/** What a task was like at some time between two times, each with the end of that time. */
function momentsBetween(history: readonly Moment[], from: number, to: number): { moment: Moment; until: number }[] {
  return history.flatMap((moment, index) => {
    const end = history[index + 1]?.at ?? Number.POSITIVE_INFINITY;
    return moment.at <= to && end >= from ? [{ moment, until: Math.min(end, to) }] : [];
  });
}

async function playScenario(scenario: Scenario): Promise<void> {
  const play = new Play(scenario);
  const { clock, watcher } = play;
  const start = clock.now();
  const checks: Promise<unknown>[] = [];
  const failures: unknown[] = [];
  const events: { at: number; run: () => void }[] = [];
  let at = 0;
  for (const { after, which, step } of scenario.script) {
    at += after;
    events.push({ at, run: () => play.step(which, step) });
  }
  for (const wait of scenario.waits) {
    const check = () => checkWait(play, scenario, wait).catch((error: unknown) => failures.push(error));
    events.push({ at: wait.at, run: () => checks.push(check()) });
  }
  events.sort((a, b) => a.at - b.at);
  for (const event of events) {
    await clock.advance(start + event.at - clock.now());
    event.run();
  }
  await clock.advance(165_000);
  await Promise.all(checks);
  if (failures.length > 0) throw failures[0];
  expect(watcher.load).toEqual({ tasks: 0, streams: 0 });
  expect(play.coder.openStreams).toBe(0);
  watcher.close();
  // Nothing is watched that nobody waits for.
  await clock.advance(1_000);
  expect(clock.pending).toBe(0);
}

async function checkWait(play: Play, scenario: Scenario, wait: Scenario['waits'][number]): Promise<void> {
  const { clock, coder, watcher } = play;
  const ids = wait.which === 'every' ? play.ids : [play.ids[wait.which % play.ids.length] ?? ''];
  const entries = ids.flatMap((id) => {
    const one = coder.world.get(id);
    return one && !one.isGone ? [{ ref: id, task: one.task }] : [];
  });
  if (entries.length === 0) return;
  const began = clock.now();
  const controller = new AbortController();
  const cancelled = new Error('cancelled');
  const { cancelAfter } = wait;
  if (cancelAfter !== undefined) clock.setTimeout(() => controller.abort(cancelled), cancelAfter);
  const options = { until: wait.goal, mode: wait.mode, deadline: began + wait.ms, signal: controller.signal };
  try {
    const result = await waitForTasks(watcher, entries, options);
    expectTrue(play, scenario, wait, result, { began, ended: clock.now() });
  } catch (error) {
    if (error !== cancelled) throw error;
    expect(clock.now()).toBe(began + (cancelAfter ?? Number.NaN));
  }
}

/** Everything the result says was so, and a result that says nothing missed nothing. */
function expectTrue(
  play: Play,
  { trip }: Scenario,
  { goal, ms }: Scenario['waits'][number],
  result: WaitResult,
  { began, ended }: { began: number; ended: number },
): void {
  // What is told was looked at while the wait was on, or, if it had no time to look, shortly before.
  const before = ms === 0 ? 15_000 : 1_000;
  for (const { ref, view } of result.met) {
    const history = play.history.get(ref) ?? [];
    const moments = momentsBetween(history, began - before, ended);
    const isTrue = moments.some(
      ({ moment, until }) => isThere(moment, goal, until + 5) || (goal === 'settled' && wasOver(history, moment)),
    );
    expect(isTrue, `${ref} ${view.phase} is not ${goal}: ${JSON.stringify(moments)}`).toBe(true);
  }
  if (!result.timedOut) {
    expect(result.met.length + result.impossible.length).toBeGreaterThan(0);
    return;
  }
  expect(ended).toBe(began + ms);
  // Streams may be silent for a minute before that shows, then the poll takes over: at most 15 s a round, plus a retry after a failure.
  for (const { ref } of result.pending) {
    const moment = play.history.get(ref)?.at(-1);
    const mode = play.coder.world.get(ref)?.stream;
    if (moment === undefined || play.coder.isDown) continue;
    const quietSince = Math.max(moment.at, play.lastTrouble, began);
    const isWell = mode === 'good' && play.lastTrouble <= began;
    const late = isWell ? 6 * trip + 50 : mode === 'silent' ? 78_000 : 20_000;
    // Nothing tells that a screen moves: it is looked at every few seconds.
    const look = goal === 'settled' && (moment.phase === 'waiting' || moment.phase === 'active') ? 10_000 : 0;
    const forMs = ended - quietSince - late - look;
    if (quietSince < ended && forMs >= 0) {
      expect(isThere(moment, goal, moment.at + forMs), `${ref} has been ${moment.phase} for ${forMs} ms`).toBe(false);
    }
  }
}

test('every wait ends for a true reason, whatever happens meanwhile', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(scenarios, playScenario), { numRuns: 2_000, seed: 20_261_124, endOnFailure: false });
});

/** One task on a stream that works, and changes that come as fast as reads do: the last of them must not be lost. */
const quickChanges: fc.Arbitrary<Scenario> = fc.record({
  trip: fc.integer({ min: 50, max: 400 }),
  streams: fc.constant<StreamMode[]>(['good']),
  script: fc
    .array(
      fc.record({
        after: fc.nat(300),
        which: fc.constant(0),
        step: fc.constantFrom('work', 'break', 'paused', 'pause'),
      }),
      {
        minLength: 2,
        maxLength: 8,
      },
    )
    .map((script) => script.map((one, index) => (index === 0 ? { ...one, after: 3_000 + one.after } : one))),
  waits: fc
    .constantFrom<WaitGoal>('settled', 'paused')
    .map((goal) => [{ at: 0, goal, mode: 'all', which: 'every', ms: 20_000, cancelAfter: undefined }]),
});

test('no change is lost that comes while an older one is being looked at', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(quickChanges, playScenario), { numRuns: 1_000, seed: 20_261_124 });
});
