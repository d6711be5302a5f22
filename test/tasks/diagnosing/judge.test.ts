/** Verdicts from facts alone: the states that a deployment cannot easily be brought into, and reads that failed. */

import { describe, expect, test } from 'vitest';
import { judgeTask } from '../../../src/tasks/diagnosing/judge.js';
import { verdicts } from '../../../src/tasks/diagnosing/verdicts.js';
import { phases } from '../../../src/tasks/knowing/phase.js';
import { ago, facts, type Given, NOW } from '../../support/diagnosis-facts.js';
import { conversation, report } from '../../support/task.js';

const starting = { status: 'initializing', current_state: null } as const;
const unhealthy = { status: 'error' } as const;
const lost = (reason: string) => ({ workspace_agent_health: { healthy: false, reason } });

interface Row extends Given {
  readonly title: string;
  readonly verdict: (typeof verdicts)[number];
  readonly cause: string;
}

const rows: readonly Row[] = [
  {
    title: 'no provisioner with the tags of the template at all',
    task: { status: 'pending', workspace_status: 'pending' },
    job: { status: 'pending', queue_position: 1, queue_size: 1 },
    build: { matched_provisioners: { count: 0, available: 0 } },
    verdict: 'no_provisioner',
    cause: 'its build has been queued for 32 min: no provisioner matches the tags of its template',
  },
  {
    title: 'a queue of which nothing is known but that it is one',
    task: { status: 'initializing', workspace_status: 'pending' },
    workspace: 'server_error',
    verdict: 'queue_busy',
    cause: 'its build has been queued for 1 min',
  },
  {
    title: 'a build that was canceled before it began',
    task: { status: 'error', workspace_status: 'canceled' },
    job: { status: 'canceled', completed_at: ago(2) },
    verdict: 'canceled',
    cause: 'the start build was canceled 2 min ago',
  },
  {
    title: 'a stop that failed is told as one',
    task: { status: 'error', workspace_status: 'failed' },
    job: { status: 'failed', error: 'terraform apply: exit status 1', completed_at: ago(2) },
    build: { transition: 'stop' },
    verdict: 'build_failed',
    cause: 'the stop build failed 2 min ago in terraform apply',
  },
  {
    title: 'a template with a variable that nobody has set',
    task: { status: 'error', workspace_status: 'failed' },
    job: { status: 'failed', error: 'x', error_code: 'REQUIRED_TEMPLATE_VARIABLES', completed_at: ago(2) },
    verdict: 'build_failed',
    cause: 'the start build failed 2 min ago: a variable of the template has no value',
  },
  {
    title: 'a failed build of which nothing can be read',
    task: { status: 'error', workspace_status: 'failed' },
    workspace: 'forbidden',
    verdict: 'build_failed',
    cause: 'the last build of its workspace did not succeed',
  },
  {
    title: 'a build that runs for very long',
    task: { ...starting, workspace_status: 'starting' },
    job: { status: 'running', started_at: ago(12), completed_at: null },
    verdict: 'busy',
    cause: 'its start build has been running for 12 min, longer than it normally takes',
  },
  {
    title: 'a script that runs for long',
    task: { ...starting, workspace_agent_lifecycle: 'starting' },
    agent: { lifecycle_state: 'starting', started_at: ago(7) },
    verdict: 'script_slow',
    cause: 'its startup script has been running for 7 min',
  },
  {
    title: 'a script that has just begun',
    task: { ...starting, workspace_agent_lifecycle: 'starting' },
    agent: { lifecycle_state: 'starting', started_at: ago(1) },
    verdict: 'busy',
    cause: 'its startup script has been running for 1 min',
  },
  {
    title: 'an agent that is late, though Coder has not given it up',
    task: { ...starting, workspace_agent_lifecycle: 'created' },
    agent: { status: 'connecting', lifecycle_state: 'created', created_at: ago(4), connection_timeout_seconds: 120 },
    verdict: 'agent_never_connected',
    cause: 'its workspace agent has been awaited for 4 min',
  },
  {
    title: 'an app that has not passed a check since its agent was ready',
    task: starting,
    app: { health: 'initializing' },
    agent: { ready_at: ago(5) },
    verdict: 'app_unhealthy',
    cause: 'its app has not passed a health check in 5 min',
  },
  {
    title: 'an unhealthy task whose agent is gone lacks the agent first',
    task: { ...unhealthy, ...lost('agent has lost connection') },
    agent: { status: 'disconnected', disconnected_at: ago(3) },
    verdict: 'agent_lost',
    cause: 'its workspace agent has been disconnected for 3 min',
  },
  {
    title: 'an unhealthy task whose workspace cannot be read is judged by its own fields',
    task: { ...unhealthy, workspace_agent_lifecycle: 'start_error' },
    workspace: 'server_error',
    verdict: 'script_failed',
    cause: 'its startup script ended with an error',
  },
  {
    title: 'an agent that shut down in a running workspace',
    task: { status: 'unknown', workspace_status: 'running', workspace_agent_lifecycle: 'off' },
    agent: { lifecycle_state: 'off' },
    verdict: 'agent_lost',
    cause: 'its workspace agent shut down although the workspace was not stopped',
  },
  {
    title: 'an agent that came back between two reads',
    task: lost('agent has lost connection'),
    agent: { health: { healthy: true } },
    verdict: 'healthy',
    cause: 'its workspace agent has connected again',
  },
  {
    title: 'an agent that is lost, by the task alone',
    task: lost('agent has lost connection'),
    workspace: 'timeout',
    verdict: 'agent_lost',
    cause: 'its workspace agent has lost its connection',
  },
  {
    title: 'an agent that never came, by the task alone',
    task: lost('agent is taking too long to connect'),
    workspace: 'timeout',
    verdict: 'agent_never_connected',
    cause: 'its workspace agent has not connected for 1 min',
  },
  {
    title: 'an agent that says it works, but shows nothing for long',
    task: { current_state: report('working', ago(40)) },
    quietMinutes: 22,
    verdict: 'report_stale',
    cause: 'its report has said "working" for 40 min, but its conversation has not moved for 22 min',
  },
  {
    title: 'an agent that reported that it is done',
    task: { current_state: report('complete', ago(1)) },
    verdict: 'waiting',
    cause: 'the agent reported 1 min ago that it is done',
  },
  {
    title: 'an agent that gave up, as old servers spell it',
    task: { current_state: report('failure', ago(1)) },
    verdict: 'waiting',
    cause: 'the agent reported that it could not do it; its last message says why',
  },
  {
    title: 'an agent that never reports',
    task: { current_state: null },
    verdict: 'healthy',
    cause: 'it runs, and its agent has reported nothing; last sign 1 min ago',
  },
  {
    title: 'a conversation that Coder fails over inside, because the app is of no agent',
    conversation: 'server_error',
    app: null,
    verdict: 'app_misconfigured',
    cause: 'the app of the task belongs to no workspace agent of it',
  },
  {
    title: 'a conversation that is in a form Coder does not know',
    conversation: 'app_bad_answer',
    verdict: 'app_misconfigured',
    cause: 'the agent program answers in a form that Coder does not know',
  },
  {
    title: 'a rate limit in the way of the conversation changes no verdict',
    conversation: 'rate_limited',
    verdict: 'busy',
    cause: 'the agent is at work; its last sign was 1 min ago',
  },
  {
    title: 'an app that has just begun to fail its checks',
    app: { health: 'unhealthy' },
    verdict: 'app_unhealthy',
    cause: 'the health check of its app has begun to fail',
  },
  {
    title: 'a task whose status nobody knows',
    task: { status: 'hibernating', workspace_status: 'frozen' },
    verdict: 'unclear',
    cause: 'neither its status nor its workspace fits a state that is known',
  },
  {
    title: 'an unknown state behind a closed workspace',
    task: { status: 'unknown', workspace_status: 'running' },
    workspace: 'not_found',
    verdict: 'no_permission',
    cause: 'its workspace is closed to this token',
  },
  {
    title: 'a workspace whose row is deleted under its task',
    task: { status: 'paused', workspace_status: 'deleted' },
    verdict: 'workspace_deleted',
    cause: 'its workspace was deleted under it',
  },
  {
    title: 'a delete build that failed, with what a person types',
    task: { status: 'error', workspace_status: 'failed' },
    job: { status: 'failed', error: 'terraform destroy: exit status 1', completed_at: ago(3) },
    build: { transition: 'delete', workspace_owner_name: 'alice', workspace_name: 'fix-flaky-3fa1' },
    verdict: 'delete_failed',
    cause: 'the delete build of alice/fix-flaky-3fa1 failed 3 min ago',
  },
  {
    title: 'a pause by the clock',
    task: { status: 'paused', workspace_status: 'stopped' },
    build: { transition: 'stop', status: 'stopped', reason: 'task_auto_pause' },
    job: { completed_at: ago(9) },
    verdict: 'paused',
    cause: 'Coder stopped it by itself: it was idle too long or its time was up; it has been paused for 9 min',
  },
];

describe('the verdict on', () => {
  test.each(rows)('$title', ({ verdict, cause, ...given }) => {
    expect(judgeTask(facts(given))).toEqual({ verdict, cause });
  });
});

test('an entry of the conversation is a sign of life, whatever the report says', () => {
  const silent = facts({ task: { current_state: report('working', ago(40)) }, quietMinutes: 30 });
  const logs = conversation(['Welcome', 'hello', 'Still at it'], NOW - 62_000);
  const judged = judgeTask({ ...silent, conversation: { value: { logs, snapshot: false, dropped: 0 } } });
  expect(judged).toEqual({ verdict: 'busy', cause: 'the agent is at work; its last sign was 1 min ago' });
});

test('a task that is gone is not deleted while its workspace still is there', () => {
  const gone = (job: object) => {
    const given = facts({ build: { transition: 'delete' }, job });
    return judgeTask({ ...given, view: { ...given.view, phase: 'gone' } }).verdict;
  };
  expect(gone({ status: 'failed' })).toBe('delete_failed');
  expect(gone({ status: 'canceled' })).toBe('delete_failed');
  expect(gone({ status: 'running', started_at: ago(1), completed_at: null })).toBe('busy');
});

describe('a build that runs', () => {
  const running = { status: 'running', started_at: ago(40), completed_at: null };
  const line = (minutes: number) => ({
    id: 1,
    created_at: ago(minutes),
    log_source: '',
    log_level: '',
    stage: '',
    output: 'x',
  });
  const judged = (phase: 'starting' | 'pausing' | 'deleting', lines: ReturnType<typeof line>[] | undefined) => {
    const given = facts({ job: running, build: { transition: phase === 'starting' ? 'start' : 'stop' } });
    const buildLog = lines && { value: lines };
    return judgeTask({ ...given, buildLog, view: { ...given.view, phase } });
  };

  test('and writes nothing for 10 min is stalled', () => {
    expect(judged('starting', [])).toEqual({
      verdict: 'build_stalled',
      cause: 'its start build has been running for 40 min and has written no line',
    });
    expect(judged('starting', [line(39), line(11)])).toEqual({
      verdict: 'build_stalled',
      cause: 'its start build has been running for 40 min and has written nothing for 11 min',
    });
    expect(judged('pausing', []).verdict).toBe('build_stalled');
    expect(judged('deleting', []).verdict).toBe('build_stalled');
  });

  test('and writes is slow, and where its log cannot be read nothing is claimed', () => {
    const slow = {
      verdict: 'busy',
      cause: 'its start build has been running for 40 min, longer than it normally takes',
    };
    expect(judged('starting', [line(2)])).toEqual(slow);
    expect(judged('starting', undefined)).toEqual(slow);
  });
});

test('every phase has a verdict, with and without a workspace to read', () => {
  for (const phase of phases) {
    for (const workspace of [undefined, 'server_error'] as const) {
      const given = facts(workspace ? { workspace } : {});
      const { verdict, cause } = judgeTask({ ...given, view: { ...given.view, phase } });
      expect(verdicts).toContain(verdict);
      expect(cause).not.toMatch(/undefined|NaN/);
    }
  }
});
