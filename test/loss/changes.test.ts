/**
 * Changes under loss: answers and requests are lost, hang or are garbled, reads fail, hosts repeat their calls, restart the
 * server or run two. Nothing is done twice, and nothing untrue is said. Each run follows from its number:
 * `LOSS_RUNS=2000 LOSS_FROM=0 npx vitest run test/loss`.
 */

import { expect, test } from 'vitest';
import { type EmbeddedCoder, fault } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { startTestServer, type TestServer, textOf } from '../support/test-server.js';

const RUNS = Number(process.env.LOSS_RUNS ?? 25);
const FROM = Number(process.env.LOSS_FROM ?? 0);
// A new deployment now and then keeps the list short.
const RUNS_PER_DEPLOYMENT = 40;

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const INTERNAL = { message: 'Internal error.' };

/** What may befall a request that changes something: it is lost before or after the work, or its answer is garbled. */
const onChanges = [
  fault.lostAnswer(),
  fault.resetBefore(),
  fault.truncatedJson(),
  fault.json(500, INTERNAL),
  fault.json(502, { message: 'bad gateway' }),
  { ...fault.json(504, { message: 'upstream request timeout' }), perform: true },
  { ...fault.json(500, INTERNAL), perform: true },
  { ...fault.proxyPage(502), perform: true },
  fault.proxyPage(503),
  fault.hang(),
  { kind: 'hang', perform: true },
  fault.rateLimited(1),
] as const;

const onReads = [
  fault.resetBefore(),
  fault.truncatedJson(),
  fault.json(500, INTERNAL),
  fault.proxyPage(502),
  fault.rateLimited(1),
  fault.forbidden(),
  fault.hang(),
] as const;

const changed = { create: 'createTask', delete: 'deleteTask', update: 'updateTaskInput' } as const;
const reads = [
  'listTasks',
  'getTask',
  'getWorkspace',
  'listTemplates',
  'listPresets',
  'listParameters',
  'listExternalLogins',
  'getUser',
  /^GET .*\/workspace\//,
] as const;

interface Run {
  readonly seed: number;
  readonly random: () => number;
  readonly clock: ManualClock;
  readonly deployment: EmbeddedCoder;
  /** A server without memory of the calls before: a restart, or another host. */
  another(): Promise<TestServer>;
}

function disturb({ deployment, random }: Run, change: keyof typeof changed): void {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)];
  for (let left = Math.floor(random() * 3); left > 0; left--) {
    const what = pick(onChanges);
    if (what) deployment.faults.next(changed[change], what, { skip: Math.floor(random() * 2) });
  }
  for (let left = Math.floor(random() * 4); left > 0; left--) {
    const [what, on] = [pick(onReads), pick(reads)];
    if (what && on)
      deployment.faults.next(on, what, { skip: Math.floor(random() * 3), times: 1 + Math.floor(random() * 2) });
  }
}

/** Makes the same call until it succeeds: on one server, on two side by side, or on a new one each time. */
async function callUntilDone(run: Run, change: keyof typeof changed, tool: string, args: Record<string, unknown>) {
  const { random, clock } = run;
  const mode = ['one server', 'two servers', 'restarts'][Math.floor(random() * 3)];
  const servers = [await run.another(), await run.another()];
  const texts: string[] = [];
  const before = clock.now();
  disturb(run, change);
  try {
    for (let attempt = 0; attempt < 6; attempt++) {
      if (attempt === 4) run.deployment.faults.clear();
      if (mode === 'restarts' && attempt > 0) {
        await servers[0]?.[Symbol.asyncDispose]();
        servers[0] = await run.another();
      }
      const calls = mode === 'two servers' ? servers : servers.slice(0, 1);
      const started = clock.now();
      const results = await Promise.all(calls.map((server) => server.call(tool, args)));
      // No call outlasts its host.
      if (clock.now() - started > 50_000) throw new Error(`a call of ${(clock.now() - started) / 1_000} s`);
      texts.push(...results.map(textOf));
      if (results.every(({ isError }) => !isError)) break;
    }
    return { texts, seconds: (clock.now() - before) / 1_000, mode };
  } finally {
    run.deployment.faults.clear();
    for (const server of servers) await server[Symbol.asyncDispose]();
  }
}

async function eachRun(salt: number, judge: (run: Run) => Promise<readonly string[]>): Promise<void> {
  const faults: string[] = [];
  for (let first = FROM; first < FROM + RUNS; first += RUNS_PER_DEPLOYMENT) {
    const clock = new ManualClock();
    await using root = await startTestServer({ clock });
    const { deployment } = root;
    for (let seed = first; seed < Math.min(first + RUNS_PER_DEPLOYMENT, FROM + RUNS); seed++) {
      const another = () => startTestServer({ clock, deployment });
      const run = { seed, random: randomOf(seed * 3 + salt), clock, deployment, another };
      faults.push(...(await judge(run)).map((words) => `run ${seed}: ${words}`));
      await clock.advance(70_000);
    }
  }
  expect(faults).toEqual([]);
}

const withPrompt = ({ deployment }: Run, prompt: string) =>
  [...deployment.world.tasks.values()].filter(({ prompt: own }) => own === prompt);

test(`creates under loss: never twice, never false (${RUNS} runs from ${FROM})`, { timeout: 0 }, async () => {
  await eachRun(1, async (run) => {
    const input = `Job ${run.seed}: tidy module ${Math.floor(run.random() * 1e9)}`;
    const args = { input, template: 'tasks-demo', ...(run.random() < 0.3 && { name: `job-${run.seed}` }) };
    const { texts, mode } = await callUntilDone(run, 'create', 'coder_create_task', args);
    const made = withPrompt(run, input).length;
    const told = texts.filter((text) => text.startsWith('created;')).length;
    return [
      ...(made > 1 ? [`${made} tasks (${mode})`] : []),
      ...(made === 0 && told > 0 ? [`told as created, and none is there (${mode})`] : []),
      ...(made === 0 ? [`not created after six calls (${mode}): ${texts.at(-1)}`] : []),
      // With one call at a time, only one can have created it.
      ...(mode !== 'two servers' && told > 1 ? [`told as created ${told} times (${mode})`] : []),
    ];
  });
});

test(`deletes under loss: never told without being done (${RUNS} runs from ${FROM})`, { timeout: 0 }, async () => {
  await eachRun(2, async (run) => {
    const { seed, deployment, clock } = run;
    const name = `old-${seed}`;
    const maker = await run.another();
    await maker.call('coder_create_task', { input: `Old job ${seed}`, template: 'tasks-demo', name });
    await clock.advance(20_000);
    await maker[Symbol.asyncDispose]();
    const kept = deployment.world.tasks.size;
    const { texts, mode } = await callUntilDone(run, 'delete', 'coder_delete_task', { tasks: [name], confirm: name });
    const isThere = [...deployment.world.tasks.values()].some(
      (task) => task.name === name && task.deletedAt === undefined,
    );
    const told = texts.some((text) => /^(?:deleting|gone):/.test(text));
    return [
      ...(isThere && told ? [`told as deleted, and it is there (${mode}): ${texts.join(' | ')}`] : []),
      ...(isThere ? [`not deleted after six calls (${mode}): ${texts.at(-1)}`] : []),
      ...(deployment.world.tasks.size < kept - 1 ? ['more than one task is gone'] : []),
    ];
  });
});
