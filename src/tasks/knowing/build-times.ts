/** Since when a task is in its phase, by the times that Coder itself gives: of the report, the build and the agent. */

import type { Task, Workspace } from '../../coder/wire/schemas.js';
import type { Phase } from './phase.js';

/** Times of a workspace's latest build and its agent, in ms by the deployment's clock. */
export interface BuildTimes {
  readonly number: number;
  readonly createdAt: number | undefined;
  readonly startedAt: number | undefined;
  readonly completedAt: number | undefined;
  /** When the build had ended, and the startup scripts of its agents too, which may take far longer. */
  readonly upAt: number | undefined;
  readonly disconnectedAt: number | undefined;
  /** The start has succeeded, and its workspace has no agent: nothing will ever come of it. */
  readonly hasNoAgent: boolean;
  /** Coder itself ordered the stop that this build is: by schedule, for idleness or dormancy. */
  readonly isStopByCoder: boolean;
}

// The reasons of stop builds that no person or program asked for (coder-api §8.2).
const reasonsOfCoder = ['autostop', 'task_auto_pause', 'dormancy'];

/** The times in a workspace that was read at `now`. */
export function buildTimesOf(workspace: Workspace, now: number): BuildTimes {
  const { build_number, created_at, job, resources, transition, reason } = workspace.latest_build;
  const completedAt = timeOf(job.completed_at);
  const agents = resources.flatMap((resource) => resource.agents);
  let upAt = completedAt;
  let disconnectedAt: number | undefined;
  for (const agent of agents) {
    // Stamped in the workspace, whose clock may run ahead.
    if (upAt !== undefined) upAt = Math.max(upAt, Math.min(now, timeOf(agent.ready_at) ?? upAt));
    // Coder keeps the time of an earlier loss when the agent is back.
    if (agent.status === 'connected') continue;
    const at = timeOf(agent.disconnected_at ?? agent.last_connected_at);
    if (at !== undefined) disconnectedAt = Math.max(disconnectedAt ?? at, at);
  }
  return {
    number: build_number,
    createdAt: timeOf(created_at),
    startedAt: timeOf(job.started_at),
    completedAt,
    upAt,
    disconnectedAt,
    hasNoAgent: transition === 'start' && job.status === 'succeeded' && agents.length === 0,
    isStopByCoder: transition === 'stop' && reasonsOfCoder.includes(reason),
  };
}

/** When the phase began, in ms by the deployment's clock; undefined when the task and its build do not say. */
export function sinceByWire(task: Task, phase: Phase, build: BuildTimes | undefined): number | undefined {
  switch (phase) {
    case 'working':
    case 'waiting':
    case 'done':
    case 'failed':
      return timeOf(task.current_state?.timestamp);
    case 'queued':
      // The first build is made together with the task.
      return build?.createdAt ?? (task.workspace_build_number === 1 ? timeOf(task.created_at) : undefined);
    case 'starting':
      return build?.startedAt ?? build?.createdAt;
    case 'unreachable':
      return build?.disconnectedAt;
    case 'active':
    case 'unhealthy':
      return build?.upAt;
    case 'paused':
    case 'broken':
      return build?.completedAt;
    case 'pausing':
    case 'deleting':
      return build?.createdAt;
    case 'gone':
    case 'canceling':
    case 'unknown':
      return undefined;
  }
}

/** Ms since the epoch; undefined for a time that is missing, unreadable or Go's zero time. */
export function timeOf(text: string | null | undefined): number | undefined {
  const at = text ? Date.parse(text) : Number.NaN;
  return at > 0 ? at : undefined;
}
