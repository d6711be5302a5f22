/** Facts for a diagnosis, made by hand. */

import { CoderError, type ErrorCode } from '../../src/coder/errors/errors.js';
import { type Task, workspaceSchema } from '../../src/coder/wire/schemas.js';
import type { DiagnosisFacts } from '../../src/tasks/diagnosing/facts.js';
import { phaseOf } from '../../src/tasks/knowing/phase.js';
import { conversation, report, task } from './task.js';

export const NOW = Date.parse('2026-03-02T09:00:00Z');
/** So many minutes before now, as Coder writes it. */
export const ago = (minutes: number) => new Date(NOW - minutes * 60_000).toISOString();

export interface Given {
  readonly task?: Partial<Task>;
  readonly build?: object;
  readonly job?: object;
  readonly agent?: object | null;
  readonly app?: object | null;
  readonly workspace?: ErrorCode;
  readonly conversation?: ErrorCode | 'unread';
  readonly quietMinutes?: number;
}

/** A task that works, but for what is given. */
export function facts(given: Given = {}): DiagnosisFacts {
  const subject = task({ current_state: report('working', ago(1)), ...given.task });
  const app = { id: subject.workspace_app_id, health: 'healthy', url: 'http://localhost:3284', ...given.app };
  const agent = {
    id: subject.workspace_agent_id,
    status: 'connected',
    lifecycle_state: 'ready',
    created_at: ago(30),
    started_at: ago(29),
    ready_at: ago(28),
    apps: given.app === null ? [] : [app],
    ...given.agent,
  };
  const workspace = workspaceSchema.parse({
    id: subject.workspace_id,
    latest_build: {
      id: 'f1000000-0000-4000-8000-000000000001',
      build_number: 1,
      transition: 'start',
      status: 'running',
      created_at: ago(32),
      job: { status: 'succeeded', started_at: ago(31), completed_at: ago(30), ...given.job },
      resources: [{ agents: given.agent === null ? [] : [agent] }],
      ...given.build,
    },
  });
  const failed = (code: ErrorCode) => ({ error: new CoderError(code, code) });
  const changedAt = NOW - (given.quietMinutes ?? 1) * 60_000;
  const read = {
    value: { logs: conversation(['Welcome', 'hello', 'Working'], changedAt - 3_000), snapshot: false, dropped: 0 },
  };
  return {
    view: { task: subject, phase: phaseOf(subject), since: changedAt, inferred: false, stalled: false, changedAt },
    now: NOW,
    workspace: given.workspace ? failed(given.workspace) : { value: workspace },
    conversation: given.conversation === 'unread' ? undefined : given.conversation ? failed(given.conversation) : read,
    buildLog: undefined,
    startupLog: undefined,
  };
}
