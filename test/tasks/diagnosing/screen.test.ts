/** What the conversation of an agent says about why it does not go on: screens as real agents show them. */

import { expect, test } from 'vitest';
import type { LogEntry } from '../../../src/coder/wire/schemas.js';
import { judgeTask } from '../../../src/tasks/diagnosing/judge.js';
import { ago, facts, type Given } from '../../support/diagnosis-facts.js';
import { report } from '../../support/task.js';

const output = (content: string, minutes = 25, id = 0): LogEntry => ({
  id,
  type: 'output',
  content,
  time: ago(minutes),
});
const input = (content: string, minutes = 26): LogEntry => ({ id: 0, type: 'input', content, time: ago(minutes) });

function judged(given: Given, logs: readonly LogEntry[]) {
  return judgeTask({
    ...facts({ quietMinutes: 25, ...given }),
    conversation: { value: { logs: [...logs], snapshot: false, dropped: 0 } },
  });
}

const stuck = { current_state: report('working', ago(25)) };

test('a report that has stood on working for 15 min beside a quiet conversation is stale', () => {
  expect(judged({ task: stuck }, [input('hello'), output('All done. Anything else?', 25, 1)])).toEqual({
    verdict: 'report_stale',
    cause: 'its report has said "working" for 25 min, but its conversation has not moved for 25 min',
  });
});

test.each([
  [
    'the screen says that its agent works',
    [input('hello'), output('● Running tests\n\n✻ Pondering… (12m 3s · esc to interrupt)', 25, 1)],
    stuck,
  ],
  ['the conversation has moved since', [input('hello'), output('● Running tests', 5, 1)], stuck],
  [
    'the report is young',
    [input('hello'), output('● Running tests', 25, 1)],
    { current_state: report('working', ago(14)) },
  ],
])('it is not when %s', (_when, logs, task) => {
  expect(judged({ task }, logs).verdict).toBe('busy');
});

const list =
  '● Which database?\n\n❯ 1. Postgres\n     Keep what we have\n  2. SQLite\n\nEnter to select · ↑/↓ to navigate · Esc to cancel';

test.each([
  ['a list to choose from', list, /^a list to choose from is open/],
  [
    'a first-run page',
    "Welcome! Let's get started.\n\nPress any key to continue",
    /^the screen of the agent shows a page/,
  ],
  [
    'a question of trust',
    'Do you trust the files in this folder?\n\n/home/coder\n\nEnter to confirm · Esc to cancel',
    /^the screen of the agent shows a page/,
  ],
  ['a login', 'Select login method:\n\nPaste code here if prompted >', /^the screen of the agent shows a page/],
])('%s on the screen blocks it, whatever the report says', (_what, screen, cause) => {
  for (const state of ['idle', 'working'] as const) {
    const given = { task: { current_state: report(state, ago(25)) } };
    expect(judged(given, [input('hello'), output(screen, 25, 1)])).toEqual({
      verdict: 'screen_blocked',
      cause: expect.stringMatching(cause),
    });
  }
});

const silent = { current_state: null } as const;
const welcome = output('Welcome to Agent 1.0\n\n> ');

test('a first prompt that does not stand in the conversation was never given to the agent', () => {
  expect(judged({ task: silent }, [welcome])).toEqual({
    verdict: 'prompt_missing',
    cause: 'its initial prompt does not stand in the conversation: the agent was not told it',
  });
});

test.each([
  ['the prompt stands on the screen, wrapped', silent, [output('> Fix the\n  flaky test\n\n● On it.')], {}],
  ['it was sent as an input', silent, [input('Fix the flaky test'), output('On it.', 25, 1)], {}],
  ['the task was resumed: its session may begin below the prompt', silent, [welcome], { build: { build_number: 3 } }],
  [
    'the agent has reported something of its own',
    { current_state: report('idle', ago(20), 'Which one?') },
    [welcome],
    {},
  ],
  ['the workspace is up for a few seconds only', silent, [welcome], { agent: { ready_at: ago(0.1) } }],
  ['the screen says that it works', silent, [output('✻ Thinking… (3s · esc to interrupt)')], {}],
])('it is not missing when %s', (_when, task, logs, given) => {
  expect(judged({ task, ...given }, logs).verdict).not.toBe('prompt_missing');
});
