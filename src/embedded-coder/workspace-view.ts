/** A workspace with its latest build, resources, agent and app: what they look like on the wire (facts §7). */

import { agentHealth, latestBuild, workspaceStatus } from './derive.js';
import { toGoTime, ZERO_UUID } from './http-answer.js';
import type { Agent, App, AppStatus, Build, Workspace } from './model.js';
import { duration } from './pace.js';
import { HEALTH_THRESHOLD, UNHEALTHY_THRESHOLD } from './workspace-agent.js';
import type { World } from './world.js';

// watch-sse.json: the relay's latency is there one second after the agent has connected, not yet after 0.2 s.
const LATENCY_MEASURED_MS = 1_000;

export function workspaceView(world: World, workspace: Workspace): unknown {
  const build = latestBuild(workspace);
  const template = world.template(workspace.templateId);
  const owner = world.userById(workspace.ownerId);
  const lastStatus = workspace.statuses.at(-1);
  const failing =
    build.agent !== undefined && !agentHealth(build.agent, world.features).healthy ? [build.agent.id] : [];
  return {
    id: workspace.id,
    created_at: toGoTime(workspace.createdAt),
    updated_at: toGoTime(workspace.updatedAt),
    owner_id: workspace.ownerId,
    owner_name: owner?.username ?? '',
    owner_avatar_url: '',
    organization_id: world.organization.id,
    organization_name: world.organization.name,
    template_id: workspace.templateId,
    template_name: template?.name ?? '',
    template_display_name: template?.displayName ?? '',
    template_icon: template?.icon ?? '',
    template_allow_user_cancel_workspace_jobs: template?.allowCancel ?? false,
    template_active_version_id: template?.activeVersionId ?? ZERO_UUID,
    template_require_active_version: false,
    template_use_classic_parameter_flow: false,
    latest_build: buildView(world, workspace, build),
    latest_app_status: lastStatus === undefined ? null : statusView(workspace, lastStatus),
    outdated: template !== undefined && template.activeVersionId !== build.versionId,
    name: workspace.name,
    last_used_at: toGoTime(workspace.createdAt),
    deleting_at: null,
    dormant_at: null,
    health: { healthy: failing.length === 0, failing_agents: failing },
    automatic_updates: 'never',
    allow_renames: false,
    favorite: false,
    next_start_at: null,
    is_prebuild: false,
    task_id: workspace.taskId ?? null,
  };
}

/** `isFresh`: in the answer to the request that made the build, which knows less and more about its queue. */
export function buildView(world: World, workspace: Workspace, build: Build, isFresh = false): unknown {
  const isDone = build.status === 'succeeded';
  return {
    id: build.id,
    created_at: toGoTime(build.createdAt),
    updated_at: toGoTime(build.updatedAt),
    workspace_id: workspace.id,
    workspace_name: workspace.name,
    workspace_owner_id: workspace.ownerId,
    workspace_owner_name: world.userById(workspace.ownerId)?.username ?? '',
    template_version_id: build.versionId,
    template_version_name: isFresh ? '' : (world.version(build.versionId)?.name ?? ''),
    build_number: build.number,
    transition: build.transition,
    initiator_id: build.initiatorId,
    initiator_name: world.userById(build.initiatorId)?.username ?? '',
    job: jobView(world, build, isFresh),
    reason: build.reason,
    resources: resourcesView(world, workspace, build),
    deadline: null,
    max_deadline: null,
    status: workspaceStatus(build),
    daily_cost: 0,
    matched_provisioners: matchedProvisioners(world, build),
    template_version_preset_id: build.presetId ?? null,
    ...(isDone
      ? { has_ai_task: build.transition !== 'delete' && hasAiTask(world, build), has_external_agent: false }
      : {}),
  };
}

function jobView(world: World, build: Build, isFresh: boolean): unknown {
  const queue = isFresh ? undefined : world.provisioners.position(build);
  const common = importedJobFields(world, build.initiatorId, world.version(build.versionId)?.fileId ?? ZERO_UUID);
  return {
    id: build.jobId,
    created_at: toGoTime(build.createdAt),
    ...(build.startedAt === undefined ? {} : { started_at: toGoTime(build.startedAt) }),
    ...(build.completedAt === undefined ? {} : { completed_at: toGoTime(build.completedAt) }),
    ...(build.canceledAt === undefined ? {} : { canceled_at: toGoTime(build.canceledAt) }),
    ...(build.failure === undefined ? {} : { error: build.failure.error }),
    ...(build.failure?.errorCode === undefined ? {} : { error_code: build.failure.errorCode }),
    status: build.status,
    ...(build.startedAt === undefined ? {} : { worker_id: world.deploymentId }),
    ...common,
    queue_position: queue?.position ?? 0,
    queue_size: queue?.size ?? 0,
    input: { workspace_build_id: build.id },
    type: 'workspace_build',
  };
}

/** What the jobs of builds and of template imports have in common. */
export function importedJobFields(world: World, initiatorId: string, fileId: string) {
  return {
    file_id: fileId,
    tags: { owner: '', scope: 'organization' },
    organization_id: world.organization.id,
    initiator_id: initiatorId,
    metadata: {
      template_version_name: '',
      template_id: ZERO_UUID,
      template_name: '',
      template_display_name: '',
      template_icon: '',
    },
    logs_overflowed: false,
  };
}

function matchedProvisioners(world: World, build: Build): unknown {
  if (build.status !== 'pending') return { count: 0, available: 0, most_recently_seen: null };
  const { count, available } = world.provisioners;
  return { count, available, most_recently_seen: toGoTime(world.now()) };
}

function hasAiTask(world: World, build: Build): boolean {
  return world.version(build.versionId)?.aiTask ?? false;
}

function resourcesView(world: World, workspace: Workspace, build: Build): unknown[] {
  if (build.transition !== 'start' || build.status !== 'succeeded') return [];
  const [workspaceResource, taskResource] = build.resourceIds;
  const resource = (id: string, type: string, name: string) => ({
    id,
    created_at: toGoTime(build.completedAt ?? build.createdAt),
    job_id: build.jobId,
    workspace_transition: 'start',
    type,
    name,
    hide: false,
    icon: '',
    daily_cost: 0,
  });
  const agents = build.agent === undefined ? [] : [agentView(world, workspace, build.agent, workspaceResource)];
  const main = {
    ...resource(workspaceResource, 'terraform_data', 'workspace'),
    ...(agents.length > 0 ? { agents } : {}),
  };
  return hasAiTask(world, build) ? [main, resource(taskResource, 'coder_ai_task', 'task')] : [main];
}

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
    directory: '/home/coder',
    ...(isStarted ? { expanded_directory: '/home/coder' } : {}),
    version: isStarted ? world.features.version : '',
    api_version: isStarted ? world.features.agentApiVersion : '',
    apps: [appView(world, workspace, agent)],
    ...(isMeasured ? { latency: { 'Coder Embedded Relay': { preferred: true, latency_ms: 1.2 } } } : {}),
    connection_timeout_seconds: 120,
    troubleshooting_url: 'https://coder.com/docs/admin/templates/troubleshooting',
    subsystems: [],
    health: agentHealth(agent, world.features),
    display_apps: ['vscode', 'ssh_helper', 'port_forwarding_helper', 'web_terminal'],
    log_sources: [
      logSourceView(agent, agent.startLogSourceId, 'AgentAPI'),
      logSourceView(agent, agent.stopLogSourceId, 'AgentAPI shutdown'),
    ],
    scripts: scriptViews(world, agent),
    startup_script_behavior: 'blocking',
  };
}

function logSourceView(agent: Agent, id: string, name: string): unknown {
  return { workspace_agent_id: agent.id, id, created_at: toGoTime(agent.createdAt), display_name: name, icon: '' };
}

function scriptViews(world: World, agent: Agent): unknown[] {
  const script = { log_path: '', cron: '' };
  const outcome = world.features.newAgentView ? agent.scriptOutcome : undefined;
  return [
    {
      id: agent.stopScriptId,
      log_source_id: agent.stopLogSourceId,
      ...script,
      script: 'ws-agentapi stop',
      run_on_start: false,
      run_on_stop: true,
      start_blocks_login: false,
      timeout: 0,
      display_name: 'AgentAPI shutdown',
    },
    {
      id: agent.startScriptId,
      log_source_id: agent.startLogSourceId,
      ...script,
      script: 'ws-agentapi start',
      run_on_start: true,
      run_on_stop: false,
      start_blocks_login: true,
      timeout: duration(world.pace, 'scriptTimeout') * 1_000_000,
      display_name: 'AgentAPI',
      ...(outcome === undefined ? {} : { exit_code: outcome.exitCode, status: outcome.status }),
    },
  ];
}

function appView(world: World, workspace: Workspace, agent: Agent): unknown {
  const { app } = agent;
  const statuses = workspace.statuses.filter((status) => status.appId === app.id);
  if (world.features.newAgentView) statuses.reverse();
  return {
    id: app.id,
    ...(app.kind === 'no-url' ? { command: 'demo-agent attach' } : { url: appUrl(app) }),
    external: false,
    slug: 'agent',
    display_name: 'Demo agent',
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
  return `${app.kind === 'https' ? 'https' : 'http'}://localhost:${app.port}`;
}

function healthcheckView(app: App): unknown {
  if (app.health === 'disabled') return { url: '', interval: 0, threshold: 0 };
  // The template of the unhealthy app lets its check ask a port where nobody answers.
  if (app.kind === 'unhealthy')
    return { url: 'http://localhost:9/status', interval: 1, threshold: UNHEALTHY_THRESHOLD };
  return { url: `http://localhost:${app.port}/status`, interval: 1, threshold: HEALTH_THRESHOLD };
}

function statusView(workspace: Workspace, status: AppStatus): unknown {
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
