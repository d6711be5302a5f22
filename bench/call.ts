/** What one tool call adds to the request that it makes. */

import { Agent, request } from 'undici';
import { startCoderProcess } from './coder-process.js';
import { inTurns, quantile, type Subject, timed } from './figures.js';
import { scriptPath, startInitialized, startProgram } from './program.js';

const READER = scriptPath(new URL('./bare-reader.mjs', import.meta.url));
const ROUNDS = 1_000;
// The first calls compile what the later ones run.
const WARM_UP = 500;
const PROMPT = 'Fix the flaky test in the billing module';

export const call: Subject = {
  name: 'call',
  about: 'coder_get_task on a working task over stdio, against the same GET by undici alone',
  async measure() {
    await using coder = await startCoderProcess();
    const [task = ''] = await coder.add({ count: 1, prompt: PROMPT, isWorking: true });
    await using program = await startInitialized(undefined, coder.env);
    await using reader = startProgram(READER);
    const url = coder.address(`/tasks/me/${task}`);
    const dispatcher = new Agent({ connections: 1 });
    const get = async () => {
      const { body } = await request(url, { headers: coder.headers, dispatcher });
      await body.json();
    };
    const [ours = [], plain = [], piped = []] = await inTurns({ rounds: ROUNDS, warmUp: WARM_UP }, [
      () => timed(() => program.call('coder_get_task', { task })),
      () => timed(get),
      () => timed(() => reader.request('read', { url, headers: coder.headers })),
    ]);
    await dispatcher.close();
    return [
      {
        what: 'coder_get_task, p50, against undici alone',
        unit: 'ms',
        measured: quantile(ours, 0.5),
        baseline: quantile(plain, 0.5),
        budget: { ratio: 1.5 },
      },
      { what: 'p99', unit: 'ms', measured: quantile(ours, 0.99), baseline: quantile(plain, 0.99) },
      {
        what: 'p50, against undici in a bare program behind a pipe',
        unit: 'ms',
        measured: quantile(ours, 0.5),
        baseline: quantile(piped, 0.5),
      },
    ];
  },
};
