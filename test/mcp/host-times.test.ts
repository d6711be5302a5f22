/** How long calls last, by the client's name. */

import { expect, test } from 'vitest';
import { timesOf } from '../../src/mcp/host-times.js';
import { ManualClock } from '../support/manual-clock.js';
import { createTask } from '../support/tasks.js';
import { startTestServer } from '../support/test-server.js';

test.each([
  ['claude-code', 110, undefined],
  ['Claude-Code/2.1', 110, undefined],
  ['Visual Studio Code - Insiders', 240, undefined],
  ['cursor-vscode', 240, undefined],
  ['claude-ai', 50, undefined],
  ['mcp', 50, 4],
  ['MCP', 50, 4],
  ['mcp-inspector', 50, undefined],
  ['google-adk', 50, 4],
  ['', 50, undefined],
  [undefined, 50, undefined],
])('a client named %j waits %d s at most, %s s by itself', (name, capSeconds, defaultSeconds) => {
  expect(timesOf(name)).toEqual({ capSeconds, defaultSeconds });
});

async function waited(clientName: string, args: object) {
  const clock = new ManualClock();
  await using t = await startTestServer({ clock, clientName });
  await createTask(t, clock, 'slow', 'x slow=6000');
  const { structuredContent } = await t.call('coder_wait_for_task', { tasks: ['slow'], ...args });
  return structuredContent;
}

test.each(['mcp', 'google-adk'])(
  '%s cuts calls at 5 s: a wait that names no time ends before, and says why',
  async (name) => {
    expect(await waited(name, {})).toMatchObject({
      timed_out: true,
      waited_seconds: 4,
      notes: expect.arrayContaining([expect.stringContaining('wait_seconds: 45 waits longer')]),
    });
  },
);

test('who gives a time waits for it, up to the cap', async () => {
  const answer = await waited('mcp', { wait_seconds: 1_000 });
  expect(answer).toMatchObject({ timed_out: true, waited_seconds: 50 });
  expect(JSON.stringify(answer?.notes ?? [])).not.toContain('cut calls at 5 s');
});

test('every other client waits as the tool says', async () => {
  expect(await waited('somebody', {})).toMatchObject({ timed_out: true, waited_seconds: 45 });
});

test('a restart that names no time ends before a host that cuts calls early gives up', async () => {
  const clock = new ManualClock();
  await using t = await startTestServer({ clock, clientName: 'mcp' });
  await createTask(t, clock, 'slow', 'x slow=6000');
  await clock.advance(20_000);
  const begun = clock.now();
  const result = await t.call('coder_update_task_input', { task: 'slow', input: 'another prompt', restart: true });
  expect(result.structuredContent).toHaveProperty('stage');
  expect(clock.now() - begun).toBeLessThan(5_000);
});
