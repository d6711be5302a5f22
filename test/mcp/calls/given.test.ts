/** Arguments in the forms that hosts and models write: taken where it is clear what is meant, told where it is not. */

import { expect, test } from 'vitest';
import { z } from 'zod';
import { asMeant } from '../../../src/mcp/calls/given.js';
import { startTestServer, textOf } from '../../support/test-server.js';

const input = z.strictObject({
  input: z.string().optional(),
  confirm: z.string().optional(),
  task: z.string().optional(),
  name: z.string().optional(),
  before: z.string().optional(),
  limit: z.int().min(1).default(20),
  seconds: z.number().default(0),
  reply: z.boolean().default(false),
  phase: z.array(z.enum(['waiting', 'done'])).optional(),
  needed: z.string(),
});

const meant = (given: object) => asMeant(input, { ...given }).args;

// Row 3: scalars as text.
test.each([
  [{ limit: '5' }, { limit: 5 }],
  [{ limit: ' 5 ' }, { limit: 5 }],
  [{ limit: '-1' }, { limit: -1 }],
  [{ seconds: '2.5' }, { seconds: 2.5 }],
  [{ reply: 'true' }, { reply: true }],
  [{ reply: 'False' }, { reply: false }],
  [{ before: 12 }, { before: '12' }],
  [{ phase: 'waiting' }, { phase: ['waiting'] }],
  [{ phase: '["waiting","done"]' }, { phase: ['waiting', 'done'] }],
  [{ phase: 'waiting, done' }, { phase: ['waiting', 'done'] }],
  [{ phase: 'waiting\ndone\n' }, { phase: ['waiting', 'done'] }],
])('%j is taken as %j', (given, taken) => {
  expect(meant(given)).toEqual(taken);
});

test.each([
  { limit: 'five' },
  { limit: '5 tasks' },
  { limit: '0x5' },
  { limit: '1e3' },
  { seconds: 'Infinity' },
  { reply: 'maybe' },
  { reply: 'yes' },
  { reply: '1' },
  { reply: 1 },
  { name: 5 },
  { task: 42 },
  { before: 1.5 },
  { phase: '[waiting' },
])('%j is not guessed at', (given) => {
  const [[, value] = []] = Object.entries(meant(given));
  const [[key = '', wrong] = []] = Object.entries(given);
  expect(value).toEqual(key === 'phase' ? [wrong] : wrong);
  expect(input.safeParse({ needed: 'x', ...meant(given) }).success).toBe(false);
});

// Row 4: placeholders for what is left out.
test.each([{ name: '' }, { name: '  ' }, { name: null }, { phase: [] }, { limit: null }, { limit: '' }, { reply: '' }])(
  '%j is left out',
  (given) => {
    expect(meant(given)).toEqual({});
  },
);

test.each([{ input: '' }, { task: '' }, { confirm: '' }, { needed: '' }, { needed: null }])('%j is not', (given) => {
  expect(meant(given)).toEqual(given);
});

// Row 13: what hosts add.
test.each([
  ['task_progress', '- [x] step', 'Cline'],
  ['toolCallId', 'call_1', 'n8n'],
  ['sessionId', 'abc', 'n8n'],
  ['action', 'sendMessage', 'n8n'],
  ['wait_for_previous', true, 'Gemini CLI'],
])('%s is taken away with a note that names the host', (name, value, host) => {
  const { args, notes } = asMeant(input, { needed: 'x', [name]: value });
  expect(args).toEqual({ needed: 'x' });
  expect(notes).toEqual([expect.stringContaining(host)]);
});

test.each([
  ['taskprogress', 'x'],
  ['action', 'delete'],
  ['constructor', 'x'],
  ['explanation', 'x'],
])('%s: %s is an argument that somebody wrote, and stays to be refused', (name, value) => {
  expect(asMeant(input, { [name]: value })).toEqual({ args: { [name]: value }, notes: [] });
});

test('a tool’s own argument is never taken for one that a host adds', () => {
  const own = z.strictObject({ sessionId: z.string() });
  expect(asMeant(own, { sessionId: 'x' })).toEqual({ args: { sessionId: 'x' }, notes: [] });
});

test('the answer carries the note of what was taken away', async () => {
  await using t = await startTestServer();
  const result = await t.call('coder_list_tasks', { task_progress: '- [ ] list', limit: '5', owner: '' });
  expect(result.isError).toBeFalsy();
  expect(textOf(result)).toContain('note: task_progress was left aside: Cline adds it');
  expect(result.structuredContent).toHaveProperty('notes', [expect.stringContaining('Cline')]);
});

// Row 22 of the truth's table.
test.each([1_000, 9_000, 200_000])('%d brackets in an argument are refused by its name', async (depth) => {
  await using t = await startTestServer();
  for (const name of ['limit', 'owner', 'nope']) {
    const text = await t.text('coder_list_tasks', { [name]: JSON.parse('['.repeat(depth) + ']'.repeat(depth)) });
    expect(text).toContain(`error: argument ${name}: got "a value nested more than 20 levels deep"`);
  }
});

test('each call leaves one line in the log: which tool, which task, how it ended, how long it took', async () => {
  await using t = await startTestServer({ config: { logLevel: 'debug' } });
  await t.call('coder_list_tasks');
  await t.call('coder_get_task', { task: 'nobody' });
  await t.call('coder_wait_for_task', { tasks: ['a', 'b'], nope: 1 });
  const lines = t.logLines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === 'tool call');
  expect(lines).toMatchObject([
    { tool: 'coder_list_tasks', outcome: 'ok', ms: expect.any(Number) },
    { tool: 'coder_get_task', task: 'nobody', outcome: expect.stringMatching(/not_found|cannot_open/) },
    { tool: 'coder_wait_for_task', task: 'a, b', outcome: 'invalid_argument' },
  ]);
});
