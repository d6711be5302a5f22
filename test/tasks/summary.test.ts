/** Question or result: what every answer says of a task whose turn is over, with and without the history of its reports. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { addBuild } from '../../src/embedded-coder/world/builds.js';
import { ManualClock } from '../support/manual-clock.js';
import { startTestServer, type TestServer, textOf } from '../support/test-server.js';
import { recordedScreen } from './screen/recorded-screens.js';

const profiles = ['2.29', '2.31.1', '2.35'] as const;

interface Expected {
  readonly phase: string;
  readonly outcome?: string;
  /** The first call that is offered. */
  readonly next: string;
}

const asks: Expected = { phase: 'waiting', next: 'coder_send_task_input' };
const done: Expected = { phase: 'waiting', outcome: 'done', next: 'coder_pause_task' };
const failed: Expected = { phase: 'waiting', outcome: 'failed', next: 'coder_send_task_input' };

/** Reports of the agent and the screen watcher in their order; what they mean on servers that keep final states, and on 2.29. */
const cases: readonly (readonly [string, readonly string[], { readonly kept: Expected; readonly before: Expected }])[] =
  [
    ['a question', ['working', 'idle'], { kept: asks, before: asks }],
    ['a result', ['working', 'complete', 'idle'], { kept: done, before: asks }],
    ['a failure', ['working', 'failure', 'idle'], { kept: failed, before: asks }],
    ['a result of an earlier turn', ['working', 'complete', 'idle', 'working', 'idle'], { kept: asks, before: asks }],
    ['a result after a failure', ['failure', 'idle', 'working', 'complete', 'idle'], { kept: done, before: asks }],
    [
      'a result that still stands',
      ['working', 'complete'],
      {
        kept: { phase: 'done', outcome: 'done', next: 'coder_pause_task' },
        before: { phase: 'working', next: 'coder_wait_for_task' },
      },
    ],
  ];

async function startWith(profile: (typeof profiles)[number], reports: readonly string[]) {
  const clock = new ManualClock();
  const server = await startTestServer({ clock, profile });
  const { world } = server.deployment;
  world.addTask({ name: 'subject', prompt: 'hello' });
  for (const state of reports) {
    await clock.advance(1_000);
    world.report('subject', state, state === 'idle' ? 'Finished: the tests' : 'the tests');
  }
  await clock.advance(1_000);
  return { server, clock };
}

/** The answer of each tool that tells of a task, and of the resource. */
async function answersOf(server: TestServer) {
  const call = async (tool: string, args: Record<string, unknown>) => {
    const result = await server.call(tool, args);
    const structured = Object(result.structuredContent);
    const task = structured.tasks?.[0] ?? structured;
    return {
      phase: task.phase,
      outcome: task.outcome,
      next: structured.next?.[0]?.tool,
      line: textOf(result).split('\n')[0],
    };
  };
  return {
    get: await call('coder_get_task', { task: 'subject' }),
    logs: await call('coder_get_task_logs', { task: 'subject' }),
    wait: await call('coder_wait_for_task', { tasks: ['subject'], wait_seconds: 0 }),
    list: await call('coder_list_tasks', {}),
  };
}

const table = profiles.flatMap((profile) =>
  cases.map(([what, reports, expected]) => [profile, what, reports, expected] as const),
);

test.each(table)('on %s, %s is told as such by every answer', async (profile, _what, reports, expected) => {
  const { server } = await startWith(profile, reports);
  await using _ = server;
  const { phase, outcome, next } = profile === '2.29' ? expected.before : expected.kept;
  const { get, logs, list } = await answersOf(server);
  for (const [tool, answer] of Object.entries({ get, logs, list })) {
    expect([tool, answer.phase, answer.outcome]).toEqual([tool, phase, outcome]);
  }
  expect(get.next).toBe(next);
  const reported = outcome === undefined || outcome === phase ? '' : `, reported ${outcome}`;
  expect(get.line).toMatch(new RegExp(`^${phase}${reported}: alice/subject, `));
  expect(logs.line).toMatch(new RegExp(`^${phase}${reported}: alice/subject, `));
});

test.each(table)(
  'on %s, nothing is claimed of %s where the history cannot be read',
  async (profile, _what, reports, expected) => {
    const { server } = await startWith(profile, reports);
    await using _ = server;
    server.deployment.faults.always(/^GET \/api\/v2\/workspaces/, fault.json(500, { message: 'no' }));
    const { phase, outcome } = profile === '2.29' ? expected.before : expected.kept;
    for (const [tool, answer] of Object.entries(await answersOf(server))) {
      if (tool === 'wait' && answer.phase === undefined) continue;
      expect([tool, answer.phase, answer.outcome]).toEqual([tool, phase, phase === 'waiting' ? undefined : outcome]);
    }
  },
);

test.each(profiles)('on %s, a wait that settles says how the turn ended', async (profile) => {
  const { server, clock } = await startWith(profile, ['working', 'complete', 'idle']);
  await using _ = server;
  await clock.advance(60_000);
  const result = await server.call('coder_wait_for_task', { tasks: ['subject'] });
  const { tasks, next } = Object(result.structuredContent);
  expect(tasks[0].outcome).toBe(profile === '2.29' ? undefined : 'done');
  expect(next[0].tool).toBe(profile === '2.29' ? 'coder_send_task_input' : 'coder_pause_task');
  expect(textOf(result)).toMatch(profile === '2.29' ? /^waiting: / : /^waiting, reported done: /);
});

test('a question mark at the end of the last words is a guess, and said to be one', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  server.deployment.world.addTask({ name: 'subject', prompt: '@question' });
  const result = await server.call('coder_get_task', { task: 'subject' });
  expect(result.structuredContent).toMatchObject({ phase: 'waiting', asks: 'guess' });
  expect(textOf(result)).toMatch(/^waiting, asks \(a guess\): alice\/subject, your turn for /);
});

test('a task that Coder stopped in mid-work needs you, says why, and what its agent said last', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const { world } = server.deployment;
  const { ownerId } = world.addTask({ name: 'cut', as: 'working', prompt: 'hello slow=600' });
  world.addTask({ name: 'rests', as: 'paused' });
  await clock.advance(2_000);
  addBuild(world, world.workspace('cut'), { transition: 'stop', reason: 'task_auto_pause', initiatorId: ownerId });
  await clock.advance(20_000);
  const cut = await server.call('coder_get_task', { task: 'cut' });
  expect(cut.structuredContent).toMatchObject({
    phase: 'paused',
    turn: 'you',
    cause: expect.stringContaining('by itself'),
  });
  const rests = await server.call('coder_get_task', { task: 'rests' });
  expect(rests.structuredContent).toMatchObject({
    phase: 'paused',
    turn: 'nobody',
    next: [{ tool: 'coder_get_task_logs' }, { tool: 'coder_send_task_input' }, { tool: 'coder_resume_task' }],
  });
  expect(rests.structuredContent).not.toHaveProperty('cause');
  const list = await server.call('coder_list_tasks');
  expect(Object(list.structuredContent).tasks).toMatchObject([
    { task: 'alice/cut', turn: 'you', cause: 'cut off by coder' },
    { task: 'alice/rests', turn: 'nobody' },
  ]);
});

test('an open selection list is told before anything is sent into it, and send is not the first call', async () => {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const { world, faults } = server.deployment;
  world.addTask({ name: 'asks', prompt: 'hello' });
  await clock.advance(60_000);
  const content = recordedScreen('cli-agent', 'list on the screen, settled: logs');
  const entry = { id: 0, type: 'output', content, time: new Date(clock.now() - 30_000).toISOString() };
  faults.always('getTaskLogs', fault.json(200, { logs: [entry], snapshot: false }));
  for (const [tool, args] of [
    ['coder_get_task', { task: 'asks' }],
    ['coder_wait_for_task', { tasks: ['asks'] }],
  ] as const) {
    const result = await server.call(tool, args);
    const text = textOf(result);
    expect(text).toMatch(/\na selection list is open on its screen: what is sent may take its highlighted entry; /);
    const structured = Object(result.structuredContent);
    expect((structured.tasks?.[0] ?? structured).selection_open).toBe(true);
  }
  const { next } = Object((await server.call('coder_get_task', { task: 'asks' })).structuredContent);
  expect(next[0].tool).toBe('coder_get_task_logs');
});
