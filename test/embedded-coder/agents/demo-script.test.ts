/** What the scripted agent makes of a message. */

import { expect, test } from 'vitest';
import { plan } from '../../../src/embedded-coder/agents/demo-script.js';

const FIRST = { step: 1, openQuestion: undefined };

test('an ordinary sentence is never taken for a steering word', () => {
  for (const text of ['Complete the migration', 'Tests fail on main', 'Answer a long question', 'Keep quiet logs']) {
    const { outcome, answer, report } = plan(text, 1_000, FIRST);
    expect(outcome).toBeUndefined();
    expect(answer[0]).toBe(`Done with step 1: ${text}`);
    expect(report).toBe(`Working on: ${text}`);
  }
});

test('steering words count beside slow=N, or with an @', () => {
  expect(plan('slow=2 complete', 1_000, FIRST)).toMatchObject({
    workMs: 2_000,
    outcome: { state: 'complete', message: 'Finished: slow=2 complete', uri: 'https://example.com/demo/pull/1' },
  });
  expect(plan('please @fail', 1_000, FIRST)).toMatchObject({ workMs: 1_000, outcome: { state: 'failed', uri: '' } });
  expect(plan('hello @quiet', 1_000, FIRST).report).toBeUndefined();
  expect(plan('slow=1 question', 1_000, FIRST)).toMatchObject({ asks: true });
  expect(plan('slow=1 long answer', 1_000, FIRST).answer).toHaveLength(120);
});

test('a job with something to decide ends in one question, and the answer in a pull request', () => {
  const prompt = 'Fix the flaky test in billing and open a pull request';
  const asked = plan(prompt, 1_000, FIRST);
  expect(asked).toMatchObject({ asks: true, outcome: undefined });
  expect(asked.answer.join('\n')).toContain('How should I fix it?');
  const done = plan('the first', 1_000, { step: 2, openQuestion: prompt });
  expect(done).toMatchObject({ asks: false, outcome: { state: 'complete' } });
  expect(done.outcome?.uri).toMatch(/^https:\/\/github\.com\/acme\/billing\/pull\/\d{3}$/);
  expect(done.answer.join('\n')).toContain(`Pull request: ${done.outcome?.uri}`);
});

test('a job that leaves nothing open goes straight to its pull request', () => {
  expect(plan('Bump the licence year and open a PR', 1_000, FIRST)).toMatchObject({
    asks: false,
    outcome: { state: 'complete', message: expect.stringMatching(/^Opened pull request #\d+$/) },
  });
});

test.each([
  ['https://github.com/acme/web-shop', 'https://github.com/acme/web-shop/pull/'],
  ['https://git.example.com/platform/inventory.git', 'https://git.example.com/platform/inventory/pull/'],
  ['https://gitlab.example.com/platform/inventory', 'https://gitlab.example.com/platform/inventory/-/merge_requests/'],
  ['acme/shop', 'https://github.com/acme/shop/pull/'],
])('a pull request stands in the repository that the prompt names: %s', (named, start) => {
  const { outcome } = plan(`Bump the licence year in ${named} and open a pull request`, 1_000, FIRST);
  expect(outcome?.uri.startsWith(start), outcome?.uri).toBe(true);
});
