/** Messages under random losses, delays, cancels and repeats: none is told twice, and yes means that it was told. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fault } from '../../../../src/embedded-coder/index.js';
import { type Steering, startSteering } from '../../../support/steering.js';

const SEND = 'coder_send_task_input';
const MOST_CALLS = 6;

const page = { status: 504, text: '<html>Gateway Timeout</html>', contentType: 'text/html' };
const mishaps = {
  none: undefined,
  'answer lost': fault.lostAnswer(),
  'request lost': fault.resetBefore(),
  'answered by a proxy': { kind: 'answer', answer: page, perform: true },
  late: fault.latency(20_000),
  'refused as busy': fault.json(409, { message: 'Task app is not ready to accept input.' }),
  'refused as starting': fault.json(409, { message: 'Task is initializing.' }),
  'rate limited': fault.rateLimited(1),
} as const;

type Mishap = keyof typeof mishaps;

const step = fc.record({
  mishap: fc.constantFrom<Mishap>(
    'none',
    'answer lost',
    'request lost',
    'answered by a proxy',
    'late',
    'refused as busy',
    'refused as starting',
    'rate limited',
  ),
  /** Which reads of the conversation and of the task fail, counted from the beginning of the step; -1: none. */
  logsFailAt: fc.integer({ min: -1, max: 4 }),
  taskFailsAt: fc.integer({ min: -1, max: 4 }),
  reply: fc.boolean(),
  /** After how many ms the first call is cancelled; 0: not at all. */
  cancelAfterMs: fc.constantFrom(0, 0, 500, 1_500, 4_000),
  slow: fc.constantFrom('', ', slow=1', ', slow=15'),
});

/** Calls until the message is delivered, as a caller would who wants it to be. */
async function insist(t: Steering, input: string, reply: boolean): Promise<void> {
  for (let calls = 0; calls < MOST_CALLS; calls++) {
    const { delivered } = await t.call(SEND, { input, reply });
    if (delivered === 'yes') return;
  }
  throw new Error(`not delivered in ${MOST_CALLS} calls`);
}

/** Whether the call had heard yes before it was cancelled. */
async function hearsYesWithin(ms: number, t: Steering, args: Record<string, unknown>): Promise<boolean> {
  const canceller = new AbortController();
  const call = t.begin(SEND, args, canceller.signal).then(
    ({ delivered }) => delivered === 'yes',
    () => false,
  );
  await t.clock.advance(ms);
  canceller.abort('enough');
  return call;
}

test('each message is told exactly once by the time its caller hears yes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 4 }), async (steps) => {
      await using t = await startSteering();
      for (const [index, { mishap, logsFailAt, taskFailsAt, reply, cancelAfterMs, slow }] of steps.entries()) {
        const input = `message ${index}${slow}`;
        const what = mishaps[mishap];
        if (what) t.faults.next('sendTaskInput', what);
        if (logsFailAt >= 0)
          t.faults.next('getTaskLogs', fault.badGateway('Invalid task app response.', ''), { skip: logsFailAt });
        if (taskFailsAt >= 0) t.faults.next('getTask', fault.lostAnswer(), { skip: taskFailsAt });
        const isDone = cancelAfterMs > 0 && (await hearsYesWithin(cancelAfterMs, t, { input, reply }));
        if (!isDone) await insist(t, input, reply);
        t.faults.clear();
        expect(t.said().filter((words) => words === input)).toHaveLength(1);
      }
    }),
    { numRuns: 60, seed: 20_260_302 },
  );
}, 60_000);
