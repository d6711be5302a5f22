/** Workspaces: reading them, building, their end, sharing (coder-api §7). */

import { canReadWorkspace, canSeeTemplates, hasScope, managesWorkspacesOf } from '../http/access.js';
import { type Answer, forbidden, notFound, ok, Refusal, toGoJson } from '../http/answer.js';
import { type Call, type Caller, isRecord, readBody, readNumber, toSeconds, uuidFromPath } from '../http/call.js';
import { latestBuild } from '../views/derive.js';
import { buildView, workspaceView } from '../views/workspace.js';
import { addBuild, addWorkspace, isRunning } from '../world/builds.js';
import type { Transition, Workspace } from '../world/model.js';
import type { World } from '../world/world.js';
import { parseTerms, TermReader } from './list-query.js';
import { findUser } from './tasks.js';

const LEAST_EXTENSION_MS = 1_800_000;
const LEAST_TTL_MS = 60_000;
const TRANSITIONS: readonly Transition[] = ['start', 'stop', 'delete'];
const REASONS = ['dashboard', 'cli', 'ssh_connection', 'vscode_connection', 'jetbrains_connection'];

export function getWorkspace(world: World, call: Call, caller: Caller): Answer {
  const workspace = findWorkspace(world, caller, call.segments[1] ?? '');
  // A workspace is shown with its template (scopes.json).
  if (!canSeeTemplates(caller)) throw forbidden('Forbidden.');
  const wantsDeleted = ['include_deleted', 'deleted'].some((name) => call.query.get(name) === 'true');
  if (!workspace.deleted || wantsDeleted) return ok(workspaceView(world, workspace));
  const hint = `you can view this workspace by specifying '?${world.features.deletedHint}=true' and trying again.`;
  throw new Refusal(410, `Workspace "${workspace.id}" was deleted, ${hint}`);
}

export function watchWorkspace(world: World, call: Call, caller: Caller): Answer {
  return { status: 200, stream: findWorkspace(world, caller, call.segments[1] ?? '') };
}

/** There are no WebSockets here, so everybody gets the answer of those who forget the upgrade (watch-sse.json). */
export function refuseWebSocket(world: World, call: Call, caller: Caller): Answer {
  findWorkspace(world, caller, call.segments[1] ?? '');
  const reason = 'WebSocket protocol violation: Connection header "" does not contain Upgrade';
  const detail = `cannot establish connection: failed to accept WebSocket connection: ${reason}`;
  const error = toGoJson({ message: 'Internal error setting up server-sent events.', detail });
  return {
    status: 426,
    text: `${reason}\n${error}`,
    contentType: 'text/plain; charset=utf-8',
    headers: { Connection: 'Upgrade', Upgrade: 'websocket' },
  };
}

function findWorkspace(world: World, caller: Caller, id: string): Workspace {
  const workspace = world.workspaces.get(uuidFromPath(id));
  if (workspace === undefined || !canReadWorkspace(caller, workspace)) throw notFound();
  return workspace;
}

export function getWorkspaceByName(world: World, call: Call, caller: Caller): Answer {
  const owner = findUser(world, caller, call.segments[1] ?? '');
  const name = (call.segments[3] ?? '').toLowerCase();
  const workspace = [...world.workspaces.values()].find(
    (each) => each.ownerId === owner.id && each.name.toLowerCase() === name && !each.deleted,
  );
  if (workspace === undefined || !canReadWorkspace(caller, workspace)) throw notFound();
  return ok(workspaceView(world, workspace));
}

/** The keys that clients of tasks use; the real language knows many more. */
export function listWorkspaces(world: World, call: Call, caller: Caller): Answer {
  const reader = new TermReader(parseTerms(call.query.get('q') ?? '', 'name', 'workspace'), 'workspace');
  const ownerId = reader.owner(world, caller);
  const organizationId = reader.organization(world);
  const name = reader.one('name');
  const aiTask = reader.flag('has-ai-task');
  reader.end();
  const found = [...world.workspaces.values()].filter(
    (each) =>
      !each.deleted &&
      canReadWorkspace(caller, each) &&
      (ownerId === undefined || each.ownerId === ownerId) &&
      (organizationId === undefined || organizationId === world.organization.id) &&
      (name === undefined || each.name.toLowerCase().includes(name)) &&
      (aiTask === undefined || (each.taskId !== undefined) === aiTask),
  );
  const shown = canSeeTemplates(caller) ? page(call, found.sort(inOrderOf(world))) : [];
  return ok({ workspaces: shown.map((each) => workspaceView(world, each)), count: found.length });
}

/** Those that run come first, then by owner and by name. */
function inOrderOf(world: World) {
  const key = (workspace: Workspace) => {
    const owner = world.userById(workspace.ownerId)?.username ?? '';
    return `${isRunning(workspace) ? 0 : 1} ${owner} ${workspace.name}`.toLowerCase();
  };
  return (one: Workspace, other: Workspace) => (key(one) < key(other) ? -1 : 1);
}

function page<T>(call: Call, list: readonly T[]): readonly T[] {
  const offset = readNumber(call, 'offset') ?? 0;
  const limit = readNumber(call, 'limit') ?? 0;
  return list.slice(offset, limit > 0 ? offset + limit : undefined);
}

export function listBuilds(world: World, call: Call, caller: Caller): Answer {
  const workspace = findWorkspace(world, caller, call.segments[1] ?? '');
  return ok(workspace.builds.toReversed().map((build) => buildView(world, workspace, build)));
}

export function createBuild(world: World, call: Call, caller: Caller): Answer {
  const workspace = findWorkspace(world, caller, call.segments[1] ?? '');
  const body = readBody(call.body, 'CreateWorkspaceBuildRequest');
  const transition = TRANSITIONS.find((each) => each === body.string('transition'));
  if (transition === undefined) throw notOneOf('transition', body.string('transition'));
  const reason = body.string('reason');
  const known = world.features.pauseResume ? [...REASONS, 'task_manual_pause'] : REASONS;
  if (reason !== '' && !known.includes(reason)) throw notOneOf('reason', reason);
  const isAllowed = managesWorkspacesOf(caller.user, workspace.ownerId) && hasScope(caller, `workspace:${transition}`);
  if (!isAllowed) throw forbidden(`You do not have permission to ${transition} this workspace.`);
  const build = addBuild(world, workspace, {
    transition,
    reason: reason === '' ? 'initiator' : reason,
    initiatorId: caller.user.id,
  });
  return { status: 201, json: buildView(world, workspace, build, true) };
}

function notOneOf(field: string, value: string): Refusal {
  const detail = `Validation failed for tag "oneof" with value: "${value}"`;
  return new Refusal(400, 'Validation failed.', { validations: [{ field, detail }] });
}

/** auto-stop.json has what is refused, and an extension that is granted. */
export function extendWorkspace(world: World, call: Call, caller: Caller): Answer {
  const workspace = findWorkspace(world, caller, call.segments[1] ?? '');
  const deadline = Date.parse(readBody(call.body, 'PutExtendWorkspaceRequest').string('deadline'));
  if (deadline - world.now() < LEAST_EXTENSION_MS) {
    throw new Refusal(400, 'Cannot extend workspace: new deadline must be at least 30 minutes in the future');
  }
  const build = latestBuild(workspace);
  build.deadline = deadline;
  build.updatedAt = world.now();
  return ok({ message: `Deadline updated to ${toSeconds(deadline)}.` });
}

export function setTtl(world: World, call: Call, caller: Caller): Answer {
  const workspace = findWorkspace(world, caller, call.segments[1] ?? '');
  const ttl = readBody(call.body, 'UpdateWorkspaceTTLRequest').given.ttl_ms;
  if (typeof ttl === 'number' && ttl < LEAST_TTL_MS) {
    throw new Refusal(400, 'Error updating workspace time until shutdown.', {
      validations: [{ field: 'ttl_ms', detail: 'time until shutdown must be at least one minute' }],
    });
  }
  workspace.ttlMs = typeof ttl === 'number' ? ttl : 0;
  return { status: 204 };
}

/** Sharing a task's workspace was an experiment on 2.29, impossible on 2.31, and works on 2.35 (coder-api §1.1). */
export function shareWorkspace(world: World, call: Call, caller: Caller): Answer {
  const workspace = findWorkspace(world, caller, call.segments[1] ?? '');
  if (world.features.sharing === 'experiment') {
    const message = "Workspace Sharing functionality requires enabling the 'workspace-sharing' experiment.";
    throw new Refusal(403, message);
  }
  if (!managesWorkspacesOf(caller.user, workspace.ownerId)) throw notFound();
  if (world.features.sharing === 'not-for-tasks' && workspace.taskId !== undefined) {
    throw new Refusal(400, 'Task workspaces cannot be shared.');
  }
  const roles = readBody(call.body, 'UpdateWorkspaceACL').given.user_roles;
  for (const [userId, role] of Object.entries(isRecord(roles) ? roles : {})) {
    if (typeof role === 'string' && role !== '') workspace.sharedWith.set(userId, role);
    else workspace.sharedWith.delete(userId);
  }
  return { status: 204 };
}

/** POST /users/{user}/workspaces: a workspace without a task. Not recorded, and without the checks of the real one. */
export function createWorkspace(world: World, call: Call, caller: Caller): Answer {
  const body = readBody(call.body, 'CreateWorkspaceRequest');
  const owner = findUser(world, caller, call.segments[1] ?? '');
  const template = world.template(body.uuid('template_id'));
  const version = world.version(template?.activeVersionId ?? body.uuid('template_version_id'));
  if (version?.templateId === undefined) throw notFound();
  if (version.import === 'running') {
    const message = 'The provided template version is running. Wait for it to complete importing!';
    throw new Refusal(406, message, { detail: message });
  }
  const workspace = addWorkspace(world, {
    name: body.string('name'),
    ownerId: owner.id,
    templateId: version.templateId,
  });
  addBuild(world, workspace, {
    transition: 'start',
    reason: 'initiator',
    initiatorId: caller.user.id,
    versionId: version.id,
  });
  return { status: 201, json: workspaceView(world, workspace) };
}
