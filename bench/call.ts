/** What one tool call adds to the request that it makes. */

import { Agent, request } from 'undici';
import { startCoderProcess } from './coder-process.js';
import { alternately, quantile, type Subject, timed } from './figures.js';
import { startInitialized } from './program.js';

const ROUNDS = 1_500;
const PROMPT = 'Fix the flaky test in the billing module';

export const call: Subject = {
  name: 'call',
  about: 'coder_get_task on a working task over stdio, against the same GET by undici alone',
  async measure() {
    await using coder = await startCoderProcess();
    const [task = ''] = await coder.add({ count: 1, prompt: PROMPT, isWorking: true });
    await using program = await startInitialized(undefined, coder.env);
    const dispatcher = new Agent({ connections: 1 });
    const get = async () => {
      const { body } = await request(coder.address(`/tasks/me/${task}`), { headers: coder.headers, dispatcher });
      await body.json();
    };
    const { ours, plain } = await alternately(
      ROUNDS,
      () => timed(() => program.call('coder_get_task', { task })),
      () => timed(get),
    );
    await dispatcher.close();
    // The first calls compile what the later ones run.
    const warm = ours.slice(ROUNDS / 3);
    const bare = plain.slice(ROUNDS / 3);
    return [
      {
        what: 'coder_get_task, p50',
        unit: 'ms',
        measured: quantile(warm, 0.5),
        baseline: quantile(bare, 0.5),
        budget: { ratio: 1.5 },
      },
      { what: 'coder_get_task, p99', unit: 'ms', measured: quantile(warm, 0.99), baseline: quantile(bare, 0.99) },
    ];
  },
};
