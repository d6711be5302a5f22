/** What it costs to be told of many tasks that have long been idle, by a process that has never seen them. */

import { setTimeout as sleep } from 'node:timers/promises';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { z } from 'zod';
import { type CoderProcess, startCoderProcess } from './coder-process.js';
import type { Figure, Subject } from './figures.js';
import { startInitialized } from './program.js';

const PROMPT = 'Fix the flaky test in the billing module';
// Longer than any rule of quiet looks back.
const IDLE_MS = 5_000;
const AT_WORK_SECONDS = 20;

const answer = z.object({
  content: z.array(z.object({ text: z.string() })),
  structuredContent: z.looseObject({
    pending: z.array(z.string()),
    next: z.array(z.object({ tool: z.string(), arguments: z.record(z.string(), z.unknown()) })),
  }),
});

interface Course {
  readonly ms: number;
  readonly waits: number;
  readonly requests: number;
  readonly tokens: number;
}

/** Waits until no task is pending any more. */
async function untilAllTold(coder: CoderProcess, tasks: readonly string[]): Promise<Course> {
  await using program = await startInitialized(undefined, coder.env);
  const before = (await coder.load()).requests;
  const start = performance.now();
  let tokens = 0;
  let waits = 0;
  for (let args: Record<string, unknown> | undefined = { tasks }; args !== undefined; ) {
    const { content, structuredContent } = answer.parse(await program.call('coder_wait_for_task', args));
    waits += 1;
    tokens += content.reduce((sum, { text }) => sum + countTokens(text), 0);
    const goesOn = structuredContent.next.find(({ tool }) => tool === 'coder_wait_for_task');
    args = structuredContent.pending.length > 0 ? goesOn?.arguments : undefined;
  }
  const ms = performance.now() - start;
  return { ms, waits, requests: (await coder.load()).requests - before, tokens };
}

async function idleTasks(
  count: number,
  { answerMs = 0, conversationMs = 0, most }: { answerMs?: number; conversationMs?: number; most?: number },
): Promise<Figure[]> {
  await using coder = await startCoderProcess();
  const tasks = await coder.add({ count, prompt: PROMPT, isWorking: false });
  await sleep(IDLE_MS);
  await coder.delay(answerMs, conversationMs);
  const { ms, waits, requests, tokens } = await untilAllTold(coder, tasks);
  const what = `${count} idle tasks${answerMs > 0 ? `, ${answerMs} ms an answer, ${conversationMs} more a conversation` : ''}`;
  return [
    { what: `${what}: until all are told`, unit: 'ms', measured: ms, ...(most !== undefined && { budget: { most } }) },
    { what: `${what}: waits`, unit: 'waits', measured: waits, ...(most !== undefined && { budget: { most: 1 } }) },
    // The floor: one list, then one stream and one look each.
    {
      what: `${what}: requests`,
      unit: 'requests',
      measured: requests,
      baseline: 1 + 2 * count,
      ...(most !== undefined && answerMs === 0 && { budget: { most: 2.5 * count } }),
    },
    { what: `${what}: tokens a task`, unit: 'tokens', measured: tokens / count },
  ];
}

async function atWork(): Promise<Figure[]> {
  await using coder = await startCoderProcess();
  const tasks = await coder.add({ count: 12, prompt: `${PROMPT} slow=3000`, isWorking: true });
  await using program = await startInitialized(undefined, coder.env);
  const before = (await coder.load()).requests;
  await program.call('coder_wait_for_task', { tasks, wait_seconds: AT_WORK_SECONDS });
  const measured = (await coder.load()).requests - before;
  // A poll of each every 5 s.
  const baseline = (12 * AT_WORK_SECONDS) / 5;
  return [{ what: '12 at work, one wait of 20 s', unit: 'requests', measured, baseline, budget: { most: 15 } }];
}

export const fanOut: Subject = {
  name: 'fan-out',
  about: 'coder_wait_for_task on many idle tasks in a fresh process, against one list, one stream and one look each',
  measure: async () => [
    ...(await idleTasks(12, { most: 4_000 })),
    ...(await idleTasks(12, { answerMs: 1_000, conversationMs: 2_500, most: 8_000 })),
    ...(await idleTasks(50, {})),
    ...(await atWork()),
  ],
};
