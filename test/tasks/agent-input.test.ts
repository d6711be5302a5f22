/** What is said to an agent is cleaned, in create, update and send alike. */

import { expect, test } from 'vitest';
import { cleanInput, readInput } from '../../src/tasks/agent-input.js';
import { startSteering } from '../support/steering.js';

const COLOURED = 'CI failed:\n\u001b[31m FAIL \u001b[39m src/a.test.ts\r\nsecond line\u0003';
const CLEAN = 'CI failed:\n FAIL  src/a.test.ts\nsecond line';

test('a message is told how much was taken out', () => {
  expect(readInput(COLOURED)).toEqual({
    text: CLEAN,
    notes: [expect.stringMatching(/^3 control sequences or characters/)],
  });
  expect(readInput(' plain \n')).toEqual({ text: 'plain', notes: [] });
  expect(cleanInput(' plain \n').text).toBe(' plain \n');
});

test.each(['\u0003', '\u001b', '\u001b[201~\u0003 ', '\u009b31m'])(
  '%j is refused: nothing is left to type',
  (input) => {
    expect(() => readInput(input)).toThrow(/cannot interrupt an agent/);
  },
);

test.each(['', ' \n\t', 'a\0b', '\0'])('%j is refused', (input) => {
  expect(() => readInput(input)).toThrow(/more than blanks, and without NUL/);
});

test('the agent gets clean text from send, update and create, and the answers say so', async () => {
  await using t = await startSteering();
  const sent = await t.call('coder_send_task_input', { input: COLOURED, reply: true });
  expect(sent).toMatchObject({
    delivered: 'yes',
    notes: expect.arrayContaining([expect.stringContaining('taken out')]),
  });
  expect(t.said().at(-1)).toBe(CLEAN);
  await t.call('coder_pause_task', { wait_seconds: 50 });
  const updated = await t.call('coder_update_task_input', { input: COLOURED });
  expect(updated.text).toContain('3 control sequences or characters were taken out of the input');
  expect(t.world.task('subject').prompt).toBe(CLEAN);
  const created = await t.clock.runUntil(
    t.server.client.callTool({
      name: 'coder_create_task',
      arguments: { input: COLOURED, template: 'tasks-demo', name: 'other' },
    }),
  );
  expect(JSON.stringify(created.content)).toContain('taken out of the input');
  expect(t.world.task('other').prompt).toBe(CLEAN);
});
