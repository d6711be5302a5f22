/** The agent in a workspace, its app, scripts and reports: what they look like on the wire (coder-api §7). */

import { toGoTime } from '../http/answer.js';
import { duration } from '../time/pace.js';
import type { Agent, App, AppStatus, Workspace } from '../world/model.js';
import { UNHEALTHY_THRESHOLD } from '../world/workspace-agent.js';
import type { World } from '../world/world.js';
import { agentHealth } from './derive.js';

// watch-sse.json: the relay's latency is there one second after the agent has connected, not yet after 0.2 s.
const LATENCY_MEASURED_MS = 1_000;

export function agentView(world: World, workspace: Workspace, agent: Agent, resourceId: string): unknown {
  const isStarted = agent.startedAt !== undefined;
  const isConnected = agent.connection === 'connected';
  const isMeasured = isConnected && world.now() - (agent.firstConnectedAt ?? world.now()) >= LATENCY_MEASURED_MS;
  const at = (name: string, ms: number | undefined) => (ms === undefined ? {} : { [name]: toGoTime(ms) });
  return {
    id: agent.id,
    parent_id: null,
    created_at: toGoTime(agent.createdAt),
    updated_at: toGoTime(agent.updatedAt),
    ...at('first_connected_at', agent.firstConnectedAt),
    ...at('last_connected_at', agent.lastConnectedAt),
    ...at('disconnected_at', agent.disconnectedAt),
    ...at('started_at', agent.startedAt),
    ...at('ready_at', agent.readyAt),
    status: agent.connection,
    lifecycle_state: agent.lifecycle,
    name: 'main',
    resource_id: resourceId,
    architecture: 'amd64',
    environment_variables: null,
    operating_system: 'linux',
    logs_length: agent.logsLength,
    logs_overflowed: false,
    ...directoryFields(agent, isStarted),
    version: isStarted ? world.features.version : '',
    api_version: isStarted ? world.features.agentApiVersion : '',
    apps: [appView(world, workspace, agent)],
    ...(isMeasured ? { latency: { 'Coder Embedded Relay': { preferred: true, latency_ms: 1.2 } } } : {}),
    connection_timeout_seconds: agent.connectionTimeoutSeconds,
    troubleshooting_url: 'https://coder.com/docs/admin/templates/troubleshooting',
    subsystems: [],
    health: agentHealth(agent, world.features),
    display_apps: ['vscode', 'ssh_helper', 'port_forwarding_helper', 'web_terminal'],
    log_sources: [
      logSourceView(agent, agent.startLogSourceId, agent.scripts.start.name),
      logSourceView(agent, agent.stopLogSourceId, agent.scripts.stop.name),
    ],
    scripts: scriptViews(world, agent),
    startup_script_behavior: agent.scripts.blocksLogin ? 'blocking' : 'non-blocking',
  };
}

function directoryFields({ directory }: Agent, isStarted: boolean): object {
  if (directory === undefined) return {};
  return { directory, ...(isStarted ? { expanded_directory: directory } : {}) };
}

function logSourceView(agent: Agent, id: string, name: string): unknown {
  return { workspace_agent_id: agent.id, id, created_at: toGoTime(agent.createdAt), display_name: name, icon: '' };
}

function scriptViews(world: World, agent: Agent): unknown[] {
  const { scripts } = agent;
  const script = { log_path: '', cron: '' };
  const outcome = world.features.scriptOutcomes ? agent.scriptOutcome : undefined;
  return [
    {
      id: agent.stopScriptId,
      log_source_id: agent.stopLogSourceId,
      ...script,
      script: scripts.stop.command,
      run_on_start: false,
      run_on_stop: true,
      start_blocks_login: false,
      timeout: 0,
      display_name: scripts.stop.name,
    },
    {
      id: agent.startScriptId,
      log_source_id: agent.startLogSourceId,
      ...script,
      script: scripts.start.command,
      run_on_start: true,
      run_on_stop: false,
      start_blocks_login: scripts.blocksLogin,
      timeout: scripts.hasTimeout ? duration(world.pace, 'scriptTimeout') * 1_000_000 : 0,
      display_name: scripts.start.name,
      ...(outcome === undefined ? {} : { exit_code: outcome.exitCode, status: outcome.status }),
    },
  ];
}

function appView(world: World, workspace: Workspace, agent: Agent): unknown {
  const { app } = agent;
  const statuses = workspace.statuses.filter((status) => status.agentId === agent.id);
  if (world.features.statusesNewestFirst) statuses.reverse();
  else statuses.sort((one, other) => (one.id < other.id ? -1 : 1));
  return {
    id: app.id,
    ...(app.kind === 'no-url' ? { command: 'demo-agent attach' } : { url: appUrl(app) }),
    external: false,
    slug: app.names.slug,
    display_name: app.names.displayName,
    subdomain: false,
    sharing_level: 'owner',
    healthcheck: healthcheckView(app),
    health: app.health,
    hidden: false,
    open_in: 'slim-window',
    statuses: statuses.map((status) => statusView(workspace, status)),
  };
}

export function appUrl(app: App): string {
  return `${app.kind === 'https' ? 'https' : 'http'}://localhost:${app.port}${app.names.path}`;
}

function healthcheckView(app: App): unknown {
  if (app.health === 'disabled') return { url: '', interval: 0, threshold: 0 };
  // The template of the unhealthy app lets its check ask a port where nobody answers.
  if (app.kind === 'unhealthy')
    return { url: 'http://localhost:9/status', interval: 1, threshold: UNHEALTHY_THRESHOLD };
  return { url: `http://localhost:${app.port}/status`, ...app.healthcheck };
}

export function statusView(workspace: Workspace, status: AppStatus): unknown {
  return {
    id: status.id,
    created_at: toGoTime(status.at),
    workspace_id: workspace.id,
    agent_id: status.agentId,
    app_id: status.appId,
    state: status.state,
    message: status.message,
    uri: status.uri,
    icon: '',
    needs_user_attention: false,
  };
}

/** The agent of that id, if the server still knows it: before 2.32 also one of an earlier build. */
export function findAgent(world: World, id: string) {
  for (const workspace of world.workspaces.values()) {
    const builds = world.features.oldAgentLogs ? workspace.builds : workspace.builds.slice(-1);
    const build = builds.find((each) => each.agent?.id === id);
    if (build?.agent !== undefined) return { workspace, build, agent: build.agent };
  }
  return undefined;
}
