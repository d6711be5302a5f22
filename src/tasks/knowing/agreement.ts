/** A task as its workspace shows it: what a stream tells then need not be read again. */

import type { Task, Workspace } from '../../coder/wire/schemas.js';
import { timeOf } from './build-times.js';

/**
 * The task as the workspace shows it, which was told after the task was read: the same object where nothing has changed, or
 * one with the newer report. Undefined where only Coder can tell: for any task that is neither active nor paused, and when
 * its build, its agent or its app has changed (coder-api §6.2, §8.1).
 */
export function taskShownBy(workspace: Workspace, task: Task): Task | undefined {
  const { build_number, status } = workspace.latest_build;
  if (build_number !== task.workspace_build_number || status !== task.workspace_status) return undefined;
  if (task.status === 'paused') return status === 'stopped' ? task : undefined;
  return task.status === 'active' && isSameAgent(workspace, task) ? withReport(workspace, task) : undefined;
}

function isSameAgent(workspace: Workspace, task: Task): boolean {
  const agents = workspace.latest_build.resources.flatMap((resource) => resource.agents);
  const agent = agents.find(({ id }) => id === task.workspace_agent_id);
  if (agent === undefined || agent.lifecycle_state !== task.workspace_agent_lifecycle) return false;
  const [before, now] = [task.workspace_agent_health, agent.health];
  if (before?.healthy !== now?.healthy || (before?.reason ?? '') !== (now?.reason ?? '')) return false;
  const app = agent.apps.find(({ id }) => id === task.workspace_app_id);
  return app !== undefined && (app.health === 'healthy' || app.health === 'disabled');
}

/** Coder shows the latest report of the workspace, of whichever app, if it is newer than the start. */
function withReport(workspace: Workspace, task: Task): Task | undefined {
  const report = workspace.latest_app_status;
  const at = timeOf(report?.created_at);
  const shownAt = timeOf(task.current_state?.timestamp);
  if (at === shownAt) return task;
  const startedAt = timeOf(workspace.latest_build.created_at);
  if (!report || at === undefined || startedAt === undefined || at < startedAt || at < (shownAt ?? 0)) return undefined;
  const { created_at, state, message, uri } = report;
  return { ...task, current_state: { timestamp: created_at, state, message, uri } };
}
