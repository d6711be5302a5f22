/** What the deployment says about a task, worked out from builds, agent, app and reports (coder-api §8.1, §6.2). */

import type { Agent, AppStatus, Build, Workspace } from '../world/model.js';
import type { Features } from '../world/profiles.js';

export type TaskStatus = 'pending' | 'initializing' | 'active' | 'paused' | 'error' | 'unknown';

export interface CurrentState {
  readonly at: number;
  readonly state: string;
  readonly message: string;
  readonly uri: string;
}

/** The agent a task is linked to: none before its start build has succeeded, and none for an app that does not exist. */
export function linkedAgent(build: Build): Agent | undefined {
  return build.agent === undefined || build.agent.app.kind === 'unlinked' ? undefined : build.agent;
}

export function taskStatus(build: Build, features: Features): TaskStatus {
  const { status, transition } = build;
  if (status === 'failed' || status === 'canceling' || status === 'canceled') return 'error';
  if (transition !== 'start') return status === 'succeeded' ? 'paused' : 'unknown';
  if (status === 'pending') return features.pendingStatus ? 'pending' : 'initializing';
  return agentStatus(linkedAgent(build), features);
}

function agentStatus(agent: Agent | undefined, features: Features): TaskStatus {
  if (agent === undefined || agent.lifecycle === 'created' || agent.lifecycle === 'starting') return 'initializing';
  if (!features.readyLifecycles.includes(agent.lifecycle)) {
    return agent.lifecycle.startsWith('start') ? 'initializing' : 'unknown';
  }
  if (agent.app.health === 'initializing') return 'initializing';
  return agent.app.health === 'unhealthy' ? 'error' : 'active';
}

export function workspaceStatus(build: Build): string {
  const underway = { start: 'starting', stop: 'stopping', delete: 'deleting' } as const;
  const done = { start: 'running', stop: 'stopped', delete: 'deleted' } as const;
  switch (build.status) {
    case 'running':
      return underway[build.transition];
    case 'succeeded':
      return done[build.transition];
    case 'pending':
    case 'canceling':
    case 'canceled':
    case 'failed':
      return build.status;
  }
}

export function latestBuild(workspace: Workspace): Build {
  const build = workspace.builds.at(-1);
  if (build === undefined) throw new Error(`workspace ${workspace.name} has no build`);
  return build;
}

/** The last report, if it still counts; else, while the task initializes, where its start stands. */
export function currentState(workspace: Workspace, features: Features): CurrentState | undefined {
  const build = latestBuild(workspace);
  const report = workspace.statuses.at(-1);
  if (report !== undefined && countsFor(build, report)) {
    return { ...report, state: report.state === 'failure' ? features.failedState : report.state };
  }
  const isInitializing = taskStatus(build, features) === 'initializing';
  if (!isInitializing || !features.startMessages) return undefined;
  return { at: build.createdAt, state: 'working', message: startMessage(build), uri: '' };
}

function countsFor(build: Build, report: AppStatus): boolean {
  return build.transition !== 'start' || report.at > build.createdAt;
}

function startMessage(build: Build): string {
  if (build.status === 'pending') return 'Workspace is pending';
  if (build.status === 'running') return 'Workspace is starting';
  switch (linkedAgent(build)?.lifecycle) {
    case undefined:
      return 'Initializing workspace';
    case 'created':
      return 'Agent is connecting';
    case 'starting':
      return 'Agent is starting';
    case 'ready':
      return 'App is initializing';
    default:
      return 'Initializing workspace agent';
  }
}

export interface Health {
  readonly healthy: boolean;
  readonly reason?: string;
}

export function agentHealth(agent: Agent, features: Features): Health {
  if (agent.lifecycle === 'off') return { healthy: false, reason: 'agent is not running' };
  if (agent.connection === 'disconnected') return { healthy: false, reason: 'agent has lost connection' };
  if (agent.connection === 'timeout') return { healthy: false, reason: 'agent is taking too long to connect' };
  if (agent.connection === 'connecting' && features.connectingIsUnhealthy) {
    return { healthy: false, reason: 'agent has not yet connected' };
  }
  if (agent.lifecycle === 'start_error') {
    return { healthy: false, reason: 'agent startup script exited with an error' };
  }
  if (agent.lifecycle.startsWith('shut')) {
    return { healthy: false, reason: 'agent is shutting down' };
  }
  return { healthy: true };
}
