/** How soon after a change in Coder `coder_wait_for_task` answers. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type CoderProcess, startCoderProcess } from './coder-process.js';
import { type Figure, quantile } from './figures.js';
import { type McpProgram, startInitialized } from './program.js';

const ROUNDS = 100;
const POLL_INTERVAL_MS = 5_000;
const POLLERS = 100;

export async function latency(): Promise<Figure[]> {
  await using coder = await startCoderProcess();
  const tasks = await coder.add({ count: POLLERS, prompt: 'Fix the flaky test in billing', isWorking: true });
  await using program = await startInitialized(undefined, coder.env);
  const waited: number[] = [];
  for (const task of tasks.slice(0, ROUNDS)) waited.push(await untilAnswered(coder, program, task));
  for (const task of tasks) await coder.report(task, 'working', 'Running the tests again');
  const polled = await Promise.all(tasks.map((task) => untilPolled(coder, task)));
  return [
    {
      what: 'change → answer of wait, p50',
      unit: 'ms',
      measured: quantile(waited, 0.5),
      baseline: quantile(polled, 0.5),
      budget: { most: 250 },
    },
    {
      what: 'change → answer of wait, p99',
      unit: 'ms',
      measured: quantile(waited, 0.99),
      baseline: quantile(polled, 0.99),
    },
  ];
}

async function untilAnswered(coder: CoderProcess, program: McpProgram, task: string): Promise<number> {
  const answer = program.call('coder_wait_for_task', { tasks: [task], wait_seconds: 40 });
  while ((await coder.load()).watches === 0) await sleep(5);
  // The wait has come to rest, and the change comes at no special time.
  await sleep(50 + 50 * Math.random());
  const start = performance.now();
  await coder.report(task, 'complete', 'Opened pull request #7');
  const { structuredContent } = await answer;
  const took = performance.now() - start;
  if (structuredContent?.timed_out === true) throw new Error(`the wait for ${task} missed its change`);
  while ((await coder.load()).watches > 0) await sleep(5);
  return took;
}

/** What a caller without a wait does: look, and look again. */
async function untilPolled(coder: CoderProcess, task: string): Promise<number> {
  let changedAt = Number.POSITIVE_INFINITY;
  const change = async () => {
    await sleep(POLL_INTERVAL_MS * Math.random());
    changedAt = performance.now();
    await coder.report(task, 'complete', 'Opened pull request #7');
  };
  const changed = change();
  for (;;) {
    const answer = await fetch(coder.address(`/tasks/me/${task}`), { headers: coder.headers });
    if ((await answer.text()).includes('"state":"complete"')) break;
    await sleep(POLL_INTERVAL_MS);
  }
  await changed;
  return performance.now() - changedAt;
}
