/** Which step comes next on the way to a replaced prompt, for every state a task can be in. */

import { expect, test } from 'vitest';
import { nextStep } from '../../../src/tasks/steering/update-input.js';
import { report, task } from '../../support/task.js';

const states = {
  working: { current_state: report('working', '2026-03-02T08:30:00Z') },
  waiting: {},
  starting: { status: 'initializing', workspace_status: 'starting' },
  queued: { status: 'pending', workspace_status: 'pending' },
  unhealthy: { status: 'error' },
  unreachable: { workspace_agent_health: { healthy: false, reason: 'agent has lost connection' } },
  broken: { status: 'error', workspace_status: 'failed' },
  canceling: { status: 'error', workspace_status: 'canceling' },
  pausing: { status: 'unknown', workspace_status: 'stopping' },
  paused: { status: 'paused', workspace_status: 'stopped' },
  deleting: { status: 'unknown', workspace_status: 'deleting' },
} as const;

test.each([
  // state, another prompt stands: without and with restart; this prompt stands: with restart
  ['working', 'refuse', 'pause', 'nothing'],
  ['waiting', 'refuse', 'pause', 'nothing'],
  ['starting', 'refuse', 'pause', 'nothing'],
  ['queued', 'refuse', 'pause', 'nothing'],
  ['unhealthy', 'refuse', 'pause', 'nothing'],
  ['unreachable', 'refuse', 'pause', 'nothing'],
  ['broken', 'refuse', 'pause', 'resume'],
  ['canceling', 'refuse', 'pause', 'resume'],
  ['pausing', 'pause', 'pause', 'pause'],
  ['paused', 'replace', 'replace', 'resume'],
  ['deleting', 'refuse', 'refuse', 'refuse'],
] as const)('%s: %s, with restart %s; when the prompt stands, with restart %s', (state, plain, restart, stands) => {
  const other = task({ ...states[state], initial_prompt: 'another' });
  const same = task({ ...states[state], initial_prompt: '  the prompt\n' });
  expect(nextStep(other, { input: 'the prompt', restart: false })).toBe(plain);
  expect(nextStep(other, { input: 'the prompt', restart: true })).toBe(restart);
  expect(nextStep(same, { input: 'the prompt', restart: true })).toBe(stands);
  const still = state === 'deleting' ? 'refuse' : 'nothing';
  expect(nextStep(same, { input: 'the prompt', restart: false })).toBe(still);
});
