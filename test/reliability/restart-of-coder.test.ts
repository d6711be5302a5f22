/** Coder restarts for some seconds: calls that have time to wait sit it out, the others say what it is. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { startSteering } from '../support/steering.js';

const DOWN_MS = 6_000;

/** The call of a tool that begins while Coder is down, for `downMs`. */
async function during(tool: string, args: Record<string, unknown>, downMs: number) {
  await using t = await startSteering();
  t.faults.always('anything', fault.resetBefore());
  t.clock.setTimeout(() => t.faults.clear(), downMs);
  return await t.call(tool, args);
}

test.each([
  ['coder_send_task_input', { input: 'Go on.', wait_seconds: 45 }, { delivered: 'yes' }],
  ['coder_pause_task', { wait_seconds: 45 }, { changed: true, phase: 'paused' }],
  ['coder_update_task_input', { input: 'Another prompt.', restart: true, wait_seconds: 45 }, { stage: 'resumed' }],
] as const)('%s with time to wait works once Coder is back', async (tool, args, result) => {
  expect(await during(tool, args, DOWN_MS)).toMatchObject({ ...result, isError: false });
});

test.each([
  ['coder_get_task', {}],
  ['coder_pause_task', {}],
  ['coder_send_task_input', { input: 'Go on.', wait_seconds: 3 }],
] as const)('%s %j without it says that Coder stopped answering, and is to be made again', async (tool, args) => {
  const { text, isError } = await during(tool, args, 60_000);
  expect(isError).toBe(true);
  expect(text).toMatch(/Coder stopped answering \d+ s ago/);
  expect(text).toContain('next: make the same call again');
  expect(text).toContain('retry: yes, after 5 s');
  expect(text).not.toContain('CODER_URL');
});
