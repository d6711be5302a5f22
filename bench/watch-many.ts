/** What very many watched tasks cost while nothing happens. */

import { setTimeout as sleep } from 'node:timers/promises';
import { type CoderProcess, OWNER, startCoderProcess } from './coder-process.js';
import type { Figure } from './figures.js';
import { cpuSecondsOf, rssOf } from './process-figures.js';
import { scriptPath, startInitialized, startProgram } from './program.js';

const READER = scriptPath(new URL('./bare-reader.mjs', import.meta.url));
const TASKS = 500;
const PROMPT = 'Fix the flaky test in the billing module. '.repeat(10);
const POLL_INTERVAL_MS = 5_000;
// Until the first looks at everything are over and the poll has slowed down to its resting pace.
const SETTLING_MS = 30_000;
const OURS_MS = 45_000;
const BASELINE_MS = 15_000;

interface Load {
  readonly requestsAMinute: number;
  readonly rss: number;
  readonly cpuPercent: number;
}

export async function manyWatched(): Promise<Figure[]> {
  await using coder = await startCoderProcess();
  const tasks = await coder.add({ count: TASKS, prompt: PROMPT, isWorking: false });
  const ours = await watching(coder, tasks);
  const naive = await polling(coder, tasks);
  return [
    {
      what: 'requests a minute, 500 subscribed',
      unit: 'requests',
      measured: ours.requestsAMinute,
      baseline: naive.requestsAMinute,
      budget: { most: 10 },
    },
    { what: 'RSS, 500 subscribed', unit: 'MB', measured: ours.rss, baseline: naive.rss, budget: { most: 200 } },
    {
      what: 'CPU, 500 subscribed',
      unit: '% of a core',
      measured: ours.cpuPercent,
      baseline: naive.cpuPercent,
      budget: { most: 3 },
    },
  ];
}

async function watching(coder: CoderProcess, tasks: readonly string[]): Promise<Load> {
  await using program = await startInitialized(undefined, coder.env);
  await Promise.all(
    tasks.map((task) => program.request('resources/subscribe', { uri: `coder://tasks/${OWNER}/${task}` })),
  );
  await sleep(SETTLING_MS);
  return await loadOf(program.pid, coder, OURS_MS);
}

async function polling(coder: CoderProcess, tasks: readonly string[]): Promise<Load> {
  await using reader = startProgram(READER);
  const urls = tasks.map((task) => coder.address(`/tasks/me/${task}`));
  await reader.request('poll', { urls, headers: coder.headers, intervalMs: POLL_INTERVAL_MS });
  // From the second interval on everything is polled.
  await sleep(2 * POLL_INTERVAL_MS);
  return await loadOf(reader.pid, coder, BASELINE_MS);
}

async function loadOf(pid: number, coder: CoderProcess, ms: number): Promise<Load> {
  const requestsBefore = (await coder.load()).requests;
  const cpuBefore = cpuSecondsOf(pid);
  const start = performance.now();
  await sleep(ms);
  const seconds = (performance.now() - start) / 1_000;
  return {
    requestsAMinute: (((await coder.load()).requests - requestsBefore) / seconds) * 60,
    rss: rssOf(pid),
    cpuPercent: ((cpuSecondsOf(pid) - cpuBefore) / seconds) * 100,
  };
}
