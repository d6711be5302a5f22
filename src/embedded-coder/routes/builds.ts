/** Builds and agents of workspaces, and their logs (coder-api §7). */

import { canReadWorkspace, managesWorkspacesOf } from '../http/access.js';
import { type Answer, notFound, ok, Refusal, toGoTime } from '../http/answer.js';
import { type Call, type Caller, parseUuid, readNumber, toSeconds, uuidFromPath } from '../http/call.js';
import { agentView, findAgent } from '../views/agent.js';
import { buildView } from '../views/workspace.js';
import type { Agent, Build } from '../world/model.js';
import type { World } from '../world/world.js';

function findBuild(world: World, call: Call, caller: Caller) {
  const id = uuidFromPath(call.segments[1] ?? '');
  for (const workspace of world.workspaces.values()) {
    const build = workspace.builds.find((each) => each.id === id);
    if (build !== undefined && canReadWorkspace(caller, workspace)) return { workspace, build };
  }
  throw notFound();
}

export function getBuild(world: World, call: Call, caller: Caller): Answer {
  const { workspace, build } = findBuild(world, call, caller);
  return ok(buildView(world, workspace, build));
}

export function getBuildLogs(world: World, call: Call, caller: Caller): Answer {
  const { build } = findBuild(world, call, caller);
  const lines = sliceLogs(call, build.logs);
  if (call.query.get('format') === 'text' && world.features.logsAsText) return asText(lines.map(buildLogText));
  return ok(
    lines.map((line) => ({
      id: line.id,
      created_at: toGoTime(line.at),
      log_source: line.source,
      log_level: line.level,
      stage: line.stage,
      output: line.output,
    })),
  );
}

function buildLogText(line: Build['logs'][number]): string {
  return `${toSeconds(line.at)} [${line.level}] [provisioner|${line.stage}] ${line.output}`;
}

/** build-cancel.json. */
export function cancelBuild(world: World, call: Call, caller: Caller): Answer {
  const { workspace, build } = findBuild(world, call, caller);
  if (!managesWorkspacesOf(caller.user, workspace.ownerId)) throw notFound();
  const template = world.template(workspace.templateId);
  if (template?.allowCancel === false && caller.user.siteRole !== 'owner') {
    throw new Refusal(403, 'User is not allowed to cancel workspace builds. Owner role is required.');
  }
  const expected = call.query.get('expect_status');
  if (expected !== undefined && expected !== 'running' && expected !== 'pending') {
    throw new Refusal(400, `Invalid expect_status "${expected}". Only 'running' or 'pending' are allowed.`);
  }
  if (expected !== undefined && build.status !== expected) {
    throw new Refusal(412, 'Job is not in the expected state.');
  }
  if (build.completedAt !== undefined) throw new Refusal(400, 'Job has already completed!');
  if (build.canceledAt !== undefined) throw new Refusal(400, 'Job has already been marked as canceled!');
  world.provisioners.cancel({ workspace, build });
  return ok({ message: 'Job has been marked as canceled...' });
}

function findReadableAgent(world: World, call: Call, caller: Caller) {
  const parsed = parseUuid(call.segments[1] ?? '');
  const found = 'uuid' in parsed ? findAgent(world, parsed.uuid) : undefined;
  if (found !== undefined && canReadWorkspace(caller, found.workspace)) return found;
  throw new Refusal(404, "Agent doesn't exist with that id, or you do not have access to it.");
}

export function getAgent(world: World, call: Call, caller: Caller): Answer {
  const { workspace, build, agent } = findReadableAgent(world, call, caller);
  return ok(agentView(world, workspace, agent, build.resourceIds[0]));
}

export function getAgentLogs(world: World, call: Call, caller: Caller): Answer {
  const { agent } = findReadableAgent(world, call, caller);
  const lines = sliceLogs(call, agent.logs);
  if (call.query.get('format') === 'text' && world.features.logsAsText) return asText(lines.map(agentLogText));
  return ok(
    lines.map((line) => ({
      id: line.id,
      created_at: toGoTime(line.at),
      output: line.output,
      level: line.level,
      source_id: line.sourceId,
    })),
  );
}

function agentLogText(line: Agent['logs'][number]): string {
  return `${toSeconds(line.at)} [${line.level}] [agent.main|AgentAPI] ${line.output}`;
}

const asText = (lines: readonly string[]): Answer => ({
  status: 200,
  text: lines.map((line) => `${line}\n`).join(''),
  contentType: 'text/plain; charset=utf-8',
});

/** workspace.json: `after` counts, `before` is ignored. */
function sliceLogs<T extends { readonly id: number }>(call: Call, lines: readonly T[]): T[] {
  const after = readNumber(call, 'after') ?? Number.NEGATIVE_INFINITY;
  return lines.filter((line) => line.id > after);
}
