/**
 * `npm run soak -- --minutes N`: 200 tasks, ten hosts of both protocol eras, faults and restarts of the deployment;
 * what the process holds when all is quiet again, against what it held before. Exits with 1 when something was left over.
 */

import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startEmbeddedCoder } from '../src/embedded-coder/index.js';
import { Answers } from '../src/mcp/eras/answers.js';
import { Router } from '../src/mcp/eras/router.js';
import { selectListings } from '../src/mcp/eras/selected.js';
import { allListings } from '../src/mcp/listings.js';
import { recordFigures } from '../test/reliability/figures.js';
import { FaultProxy, type WireFaultName, wireFaults } from '../test/support/fault-proxy.js';
import { envelope, INITIALIZE } from '../test/support/raw-host.js';
import { startTestServer } from '../test/support/test-server.js';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } });
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const TASKS = 200;
const HOSTS = 10;
// Streams and looks outlive a wait by 30 s (behaviour §7); after that nothing is watched.
const QUIET_MS = 40_000;
const MAX_HEAP_GROWTH_MB = 16;
const faultNames = Object.keys(wireFaults).filter((name): name is WireFaultName => name in wireFaults);
// Minutes of a gigabyte each would measure the machine.
const TOO_HEAVY: readonly string[] = ['50 MB', 'a gzip bomb', 'endless chunks', 'hang', 'hang after', 'trickle'];
const chosenFaults = faultNames.filter((name) => !TOO_HEAVY.includes(name));

interface SoakHost {
  readonly era: 'legacy' | 'modern';
  ask(method: string, params: Record<string, unknown>): Promise<Record<string, unknown>>;
  close(): Promise<void>;
}

/** A repeatable sequence of numbers from 0 to 1. */
function randomFrom(start: number): () => number {
  let state = start >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const random = randomFrom(seed);
const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
let warnings = 0;
process.on('warning', () => {
  warnings += 1;
});

const deployment = await startEmbeddedCoder({
  pace: { queue: 20, startBuild: 50, agentConnect: 10, startScripts: 20 },
});
const proxy = await FaultProxy.start(deployment.url);
const hosts = await Promise.all(
  Array.from({ length: HOSTS }, (_, index) => openHost(index % 2 === 0 ? 'legacy' : 'modern')),
);
const asked = { requests: 0, errors: 0, restarts: 0, faults: 0 };
const names = Array.from({ length: TASKS }, (_, index) => `soak-${index}`);
for (const name of names) {
  await hosts[0]?.ask('tools/call', {
    name: 'coder_create_task',
    arguments: { input: `job of ${name}`, template: 'tasks-demo', name },
  });
}

await load(Math.min(30_000, Number(values.minutes) * 20_000));
const before = await rest();
await load(Number(values.minutes) * 60_000);
const after = await rest();
await Promise.all(hosts.map((host) => host.close()));
await proxy[Symbol.asyncDispose]();
await deployment.close();

console.log(
  `seed ${seed}: ${asked.requests} requests by ${HOSTS} hosts, ${asked.faults} faults, ${asked.restarts} restarts`,
);
for (const [what, was] of Object.entries(before)) {
  console.log(`${what}: ${was} before, ${Object.entries(after).find(([key]) => key === what)?.[1]} after`);
}
const left = [
  after.sockets > before.sockets + 2 && 'sockets',
  after.timers > before.timers + 5 && 'timers',
  after.streams > 0 && 'streams',
  after.heapMb > before.heapMb + MAX_HEAP_GROWTH_MB && 'heap',
  warnings > 0 && `${warnings} warnings of the process`,
].filter((one) => one !== false);
recordFigures('soak', {
  'minutes of load': Number(values.minutes),
  requests: asked.requests,
  faults: asked.faults,
  restarts: asked.restarts,
  'left over': left.length,
});
console.log(left.length === 0 ? 'nothing was left over' : `left over: ${left.join(', ')}`);
process.exit(left.length === 0 ? 0 : 1);

/** All hosts call at random for that long, while the way to the deployment breaks again and again. */
async function load(ms: number): Promise<void> {
  const end = Date.now() + ms;
  await Promise.all([...hosts.map((host) => useHost(host, end)), breakThings(end)]);
  proxy.clear();
}

async function useHost(host: SoakHost, end: number): Promise<void> {
  while (Date.now() < end) {
    const [method, params] = randomCall();
    asked.requests += 1;
    const answer = await host.ask(method, params);
    if ('error' in answer) asked.errors += 1;
    await sleep(random() * 50);
  }
}

function randomCall(): readonly [string, Record<string, unknown>] {
  const task = pick(names) ?? '';
  const tool = (name: string, args: Record<string, unknown>) => ['tools/call', { name, arguments: args }] as const;
  const calls = [
    tool('coder_list_tasks', { limit: 20 }),
    tool('coder_get_task', { task }),
    tool('coder_get_task_logs', { task }),
    tool('coder_wait_for_task', { tasks: [task, pick(names) ?? task], wait_seconds: 2 }),
    tool('coder_send_task_input', { task, input: `say ${Math.floor(random() * 1e9)}`, wait_seconds: 1 }),
    tool('coder_pause_task', { task }),
    tool('coder_resume_task', { task }),
    tool('coder_diagnose', { task }),
    tool('no_such_tool', {}),
    ['tools/list', {}],
    ['resources/list', {}],
    ['resources/read', { uri: `coder://tasks/alice/${task}` }],
    ['prompts/list', {}],
    [
      'completion/complete',
      { ref: { type: 'ref/prompt', name: 'rescue_task' }, argument: { name: 'task', value: 's' } },
    ],
  ] as const;
  return pick(calls) ?? ['tools/list', {}];
}

/** A fault now and then, and a deployment that is away for a second. */
async function breakThings(end: number): Promise<void> {
  while (Date.now() < end) {
    await sleep(300);
    const fault = pick(chosenFaults);
    if (random() < 0.05) {
      asked.restarts += 1;
      await proxy.refuse();
      await sleep(1_000);
      await proxy.listen();
    } else if (fault) {
      asked.faults += 1;
      proxy.inject(/./, wireFaults[fault], { skip: Math.floor(random() * 20) });
    }
  }
}

/** What the process holds when nobody has asked for a while. */
async function rest(): Promise<Readonly<Record<'sockets' | 'timers' | 'streams' | 'heapMb', number>>> {
  await sleep(QUIET_MS);
  globalThis.gc?.();
  const held = process.getActiveResourcesInfo();
  const count = (kind: string) => held.filter((one) => one === kind).length;
  return {
    sockets: count('TCPSocketWrap'),
    timers: count('Timeout'),
    streams: deployment.watches,
    heapMb: Math.round(process.memoryUsage().heapUsed / 1_048_576),
  };
}

/** A host of one era, with a server of its own behind the program's own router. */
async function openHost(era: SoakHost['era']): Promise<SoakHost> {
  const server = await startTestServer({ deployment, proxy });
  const [input, output] = [new PassThrough(), new PassThrough()];
  const pending = new Map<number, (message: Record<string, unknown>) => void>();
  const router = new Router({
    input,
    output,
    answers: new Answers('0.0.0-soak', () => selectListings(allListings(), { readOnly: false, noDelete: false })),
    open: async (use) => server.createServer(use),
    scrub: (line) => line,
    warn: () => undefined,
  });
  router.start();
  let rest = '';
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const message = JSON.parse(line);
      pending.get(message.id)?.(message);
      pending.delete(message.id);
    }
  });
  let lastId = 0;
  const write = (message: object) => void input.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const ask: SoakHost['ask'] = (method, params) => {
    const id = ++lastId;
    const answer = new Promise<Record<string, unknown>>((resolve) => pending.set(id, resolve));
    write({ id, method, params: era === 'modern' ? { ...params, _meta: envelope() } : params });
    return answer;
  };
  if (era === 'legacy') {
    await ask('initialize', INITIALIZE);
    write({ method: 'notifications/initialized' });
  }
  return {
    era,
    ask,
    async close() {
      input.end();
      router.close();
      await server[Symbol.asyncDispose]();
    },
  };
}
