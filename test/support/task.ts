/** Wire objects for tests: valid ones, with what a test is about filled in. */

import type { LogEntry, Task, Workspace } from '../../src/coder/wire/schemas.js';
import { taskSchema, workspaceSchema } from '../../src/coder/wire/schemas.js';

export const CREATED_AT = '2026-03-02T08:00:00Z';

/** A task whose agent waits for its owner, but for what is given. */
export function task(given: Partial<Task> = {}): Task {
  return taskSchema.parse({
    id: '2b9f0000-0000-4000-8000-000000000001',
    organization_id: '7c600000-0000-4000-8000-000000000001',
    owner_id: '88260000-0000-4000-8000-000000000001',
    owner_name: 'alice',
    name: 'fix-flaky-3fa1',
    display_name: 'Fix flaky test',
    template_id: 'c6d60000-0000-4000-8000-000000000001',
    template_version_id: '0ba30000-0000-4000-8000-000000000001',
    template_name: 'tasks-demo',
    template_display_name: '',
    template_icon: '',
    workspace_id: 'b1c40000-0000-4000-8000-000000000001',
    workspace_name: 'fix-flaky-3fa1',
    workspace_status: 'running',
    workspace_build_number: 1,
    workspace_agent_id: 'e0aa0000-0000-4000-8000-000000000001',
    workspace_agent_lifecycle: 'ready',
    workspace_agent_health: { healthy: true },
    workspace_app_id: '9d170000-0000-4000-8000-000000000001',
    initial_prompt: 'Fix the flaky test',
    status: 'active',
    current_state: report('idle', '2026-03-02T08:30:00Z'),
    created_at: CREATED_AT,
    updated_at: CREATED_AT,
    ...given,
  });
}

/** What the agent reported, and when. */
export function report(state: string, at: string | number, message = ''): NonNullable<Task['current_state']> {
  return { timestamp: new Date(at).toISOString(), state, message, uri: '' };
}

/** A conversation: texts of the agent and the user in turn, from the welcome screen on, a second apart. */
export function conversation(texts: readonly string[], startMs = Date.parse(CREATED_AT)): LogEntry[] {
  return texts.map((content, id) => ({
    id,
    content,
    type: id % 2 === 0 ? 'output' : 'input',
    time: new Date(startMs + id * 1_000).toISOString(),
  }));
}

export interface WorkspaceFacts {
  readonly id?: string;
  readonly build?: number;
  readonly status?: string;
  readonly createdAt?: number;
  readonly startedAt?: number | undefined;
  readonly completedAt?: number | undefined;
  readonly readyAt?: number | undefined;
  readonly disconnectedAt?: number | undefined;
  readonly transition?: 'start' | 'stop' | 'delete';
  readonly reason?: string;
}

/** A workspace whose latest build has these times; times left out are times that Coder leaves out. */
export function workspace(facts: WorkspaceFacts = {}): Workspace {
  const iso = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString());
  const agent = {
    id: 'e0aa0000-0000-4000-8000-000000000001',
    status: facts.disconnectedAt === undefined ? 'connected' : 'disconnected',
    disconnected_at: iso(facts.disconnectedAt),
    ready_at: iso(facts.readyAt),
  };
  return workspaceSchema.parse({
    id: facts.id ?? 'b1c40000-0000-4000-8000-000000000001',
    latest_build: {
      id: 'f1000000-0000-4000-8000-000000000001',
      build_number: facts.build ?? 1,
      status: facts.status ?? 'running',
      transition: facts.transition ?? 'start',
      reason: facts.reason ?? 'initiator',
      created_at: iso(facts.createdAt ?? Date.parse(CREATED_AT)),
      job: { started_at: iso(facts.startedAt), completed_at: iso(facts.completedAt) },
      resources: [{ agents: [agent] }],
    },
  });
}
