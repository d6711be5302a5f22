/** A task, a log entry: what they look like on the wire (coder-api §6, §3.7). */

import type { LogEntry } from '../agents/agent-api.js';
import { toGoTime, ZERO_TIME, ZERO_UUID } from '../http/answer.js';
import type { Task, Workspace } from '../world/model.js';
import type { World } from '../world/world.js';
import { agentHealth, currentState, latestBuild, linkedAgent, taskStatus, workspaceStatus } from './derive.js';

/** `isPartial`: the workspace may not be read or is gone, as happens in lists; its values are zero then. */
export function taskView(world: World, task: Task, workspace: Workspace, isPartial = false): unknown {
  const build = latestBuild(workspace);
  const agent = linkedAgent(build);
  const template = isPartial ? undefined : world.template(workspace.templateId);
  const state = isPartial ? undefined : currentState(workspace, world.features);
  return {
    id: task.id,
    organization_id: world.organization.id,
    owner_id: task.ownerId,
    owner_name: world.userById(task.ownerId)?.username ?? '',
    name: task.name,
    display_name: task.displayName,
    template_id: template?.id ?? ZERO_UUID,
    template_version_id: task.versionId,
    template_name: template?.name ?? '',
    template_display_name: template?.displayName ?? '',
    template_icon: template?.icon ?? '',
    workspace_id: task.workspaceId,
    workspace_name: isPartial ? '' : workspace.name,
    ...(isPartial ? {} : { workspace_status: workspaceStatus(build) }),
    workspace_build_number: build.number,
    workspace_agent_id: agent?.id ?? null,
    workspace_agent_lifecycle: agent?.lifecycle ?? null,
    workspace_agent_health: agent === undefined || isPartial ? null : agentHealth(agent, world.features),
    workspace_app_id: agent?.app.id ?? null,
    initial_prompt: task.prompt,
    status: taskStatus(build, world.features),
    current_state:
      state === undefined
        ? null
        : { timestamp: toGoTime(state.at), state: state.state, message: state.message, uri: state.uri },
    created_at: toGoTime(task.createdAt),
    updated_at: isPartial ? ZERO_TIME : toGoTime(workspace.updatedAt),
  };
}

export function logView(entry: LogEntry): unknown {
  return { id: entry.id, content: entry.content, type: entry.type, time: toGoTime(entry.at) };
}
