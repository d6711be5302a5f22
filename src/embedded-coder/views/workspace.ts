/** A workspace with its latest build and resources: what they look like on the wire (coder-api §7). */

import { toGoTime, ZERO_UUID } from '../http/answer.js';
import type { Build, Workspace } from '../world/model.js';
import type { World } from '../world/world.js';
import { agentView, statusView } from './agent.js';
import { agentHealth, latestBuild, workspaceStatus } from './derive.js';

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
    ...(workspace.ttlMs > 0 ? { ttl_ms: workspace.ttlMs } : {}),
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
    deadline: build.deadline === undefined ? null : toGoTime(build.deadline),
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
  const version = world.version(build.versionId);
  const isLatest = build === workspace.builds.at(-1);
  const agent = isLatest || world.features.oldAgentLogs ? build.agent : undefined;
  const agents = agent === undefined ? [] : [agentView(world, workspace, agent, workspaceResource)];
  const main = {
    ...resource(workspaceResource, 'terraform_data', version?.resourceName ?? ''),
    ...(agents.length > 0 ? { agents } : {}),
  };
  if (version?.agentKind === 'loose') return [resource(taskResource, 'coder_ai_task', 'task')];
  return hasAiTask(world, build) ? [main, resource(taskResource, 'coder_ai_task', 'task')] : [main];
}
