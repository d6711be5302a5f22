/** The phase of a task: each row of the contract's table, and every recorded task. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Phase, phaseOf, phases, turnOf } from '../../../src/tasks/knowing/phase.js';

interface Facts {
  readonly status: string;
  readonly workspace_status?: string;
  readonly workspace_agent_health?: { readonly healthy: boolean; readonly reason?: string };
  readonly current_state?: { readonly state: string };
}

const active = { status: 'active', workspace_status: 'running' };
const state = (name: string) => ({ ...active, current_state: { state: name } });

const rows: readonly (readonly [Facts, Phase])[] = [
  [{ status: 'paused', workspace_status: 'deleted' }, 'deleting'],
  [{ status: 'unknown', workspace_status: 'deleting' }, 'deleting'],
  [
    { ...state('working'), workspace_agent_health: { healthy: false, reason: 'agent has lost connection' } },
    'unreachable',
  ],
  [{ ...active, workspace_agent_health: { healthy: false } }, 'unreachable'],
  [
    {
      ...state('idle'),
      workspace_agent_health: { healthy: false, reason: 'agent startup script exited with an error' },
    },
    'waiting',
  ],
  [state('working'), 'working'],
  [state('idle'), 'waiting'],
  [state('complete'), 'done'],
  [state('failed'), 'failed'],
  [state('failure'), 'failed'],
  [state('dreaming'), 'active'],
  [active, 'active'],
  [{ status: 'active' }, 'active'],
  [{ status: 'pending', workspace_status: 'pending' }, 'queued'],
  [{ status: 'initializing', workspace_status: 'pending' }, 'queued'],
  [{ status: 'initializing', workspace_status: 'starting' }, 'starting'],
  [{ status: 'initializing', workspace_status: 'running' }, 'starting'],
  [{ status: 'error', workspace_status: 'canceling' }, 'canceling'],
  [{ status: 'error', workspace_status: 'failed' }, 'broken'],
  [{ status: 'error', workspace_status: 'canceled' }, 'broken'],
  [{ status: 'error', workspace_status: 'running' }, 'unhealthy'],
  [{ status: 'unknown', workspace_status: 'stopping' }, 'pausing'],
  [{ status: 'unknown', workspace_status: 'pending' }, 'pausing'],
  [{ status: 'paused', workspace_status: 'stopped' }, 'paused'],
  [{ status: 'unknown', workspace_status: 'running' }, 'unknown'],
  [{ status: 'error' }, 'unknown'],
  [{ status: 'sleeping', workspace_status: 'running' }, 'unknown'],
];

test.each(rows)('%j is %s', (facts, phase) => {
  expect(phaseOf(facts)).toBe(phase);
});

test('every phase but gone comes from some task, and each has a turn', () => {
  const reached = new Set(rows.map(([, phase]) => phase));
  expect(phases.filter((phase) => !reached.has(phase))).toEqual(['gone']);
  expect(phases.filter((phase) => turnOf(phase) === 'nobody')).toEqual(['gone', 'paused']);
});

test('what is the turn of the caller is the turn of the owner where the task is somebody else', () => {
  const others = { isOthers: true };
  for (const phase of phases) {
    expect(turnOf(phase, others)).toBe(turnOf(phase) === 'you' ? 'owner' : turnOf(phase));
  }
});

test('a paused task is the turn of nobody, unless Coder stopped it in the middle of its work', () => {
  expect(turnOf('paused')).toBe('nobody');
  expect(turnOf('paused', { wasCutOff: true })).toBe('you');
  expect(turnOf('paused', { wasCutOff: true, isOthers: true })).toBe('owner');
});

describe.each(['v2.29.10', 'v2.35-dev'])('recorded tasks of %s', (version) => {
  test('have a phase that is not unknown, but for those whose workspace was deleted by hand', () => {
    const folder = join('test/recordings', version);
    const strange: string[] = [];
    for (const file of readdirSync(folder).filter((name) => name !== 'forced.json')) {
      for (const { situation, response } of JSON.parse(readFileSync(join(folder, file), 'utf8')).exchanges ?? []) {
        const task = parsed(response.body);
        if (response.status === 200 && task?.workspace_id && 'initial_prompt' in task && phaseOf(task) === 'unknown') {
          strange.push(`${file}: ${situation}`);
        }
      }
    }
    expect(strange).toEqual([]);
  });
});

function parsed(body: string | null) {
  try {
    return JSON.parse(body ?? '');
  } catch {
    return undefined;
  }
}
