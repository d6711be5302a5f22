/** coder_send_task_input: say something to the agent of a task, once it can be told. */

import { z } from 'zod';
import { readInput } from '../tasks/agent-input.js';
import { sendInput } from '../tasks/steering/sending/send.js';
import { deadlineOf } from '../tasks/steering/steering.js';
import { defineTool } from './define.js';
import { briefTask, logEntry } from './outputs.js';
import { inputParam, taskParam, waitSecondsParam } from './params.js';
import { factLines, headline } from './wording.js';

const deliveries = {
  yes: 'delivered',
  no: 'not delivered, the time was up',
  unknown: 'delivery unknown',
} as const;

export const sendTaskInput = defineTool({
  name: 'coder_send_task_input',
  title: 'Send task input',
  description:
    'Say something to the agent of a task: answer its question, correct or steer it, give the next step. Waits ' +
    'while the agent is busy, since it cannot be interrupted; a paused task is resumed first, after which its ' +
    'agent may redo its initial prompt. Ends in delivered yes, no or unknown; after unknown read the logs before ' +
    'you send again. reply: true waits for the answer. To replace the initial prompt use coder_update_task_input.',
  effect: 'write',
  // The same words again are another message, once the first is known to be delivered.
  idempotent: false,
  endpoint: 'sendTaskInput',
  input: z.strictObject({
    task: taskParam,
    input: inputParam.describe('what to tell the agent'),
    wait_seconds: waitSecondsParam(45, 'for the agent to take it, and for the reply'),
    reply: z.boolean().default(false).describe("wait for the agent's reply, default false"),
  }),
  output: briefTask.extend({
    delivered: z.enum(['yes', 'no', 'unknown']),
    timed_out: z.boolean().optional(),
    cursor: z.string().optional(),
    untrusted: briefTask.shape.untrusted
      .unwrap()
      .extend({
        entries: z.array(logEntry).optional(),
      })
      .optional(),
  }),
  async run({ task: reference, input, wait_seconds, reply }, context) {
    const startedAt = context.clock.now();
    const { text, notes } = readInput(input);
    const task = await context.tasks.find(reference, context.signal, deadlineOf(wait_seconds, context));
    const wish = { input: text, waitSeconds: wait_seconds, startedAt, reply };
    const { cursor, ...sending } = await sendInput(task, wish, context);
    // Whoever asked for the reply reads on from here; to others it would be one more number.
    const place = reply && cursor !== undefined ? { cursor } : {};
    return { ...sending, ...place, ...(notes.length > 0 && { notes: [...notes, ...(sending.notes ?? [])] }) };
  },
  text: ({ delivered, timed_out, cursor, untrusted, ...task }, words) => [
    `${deliveries[delivered]}; ${headline(task, words)}`,
    ...factLines(task),
    delivered === 'yes' &&
      timed_out &&
      (task.turn === 'you'
        ? 'the time was up before the reply was read'
        : 'no reply yet, the agent goes on: that is normal'),
    untrusted?.entries &&
      `reply: ${untrusted.entries.length === 1 ? '1 entry' : `${untrusted.entries.length} entries`}`,
    cursor && `cursor: ${cursor}`,
  ],
});
