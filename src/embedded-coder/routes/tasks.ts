/** Everything below /tasks: who asks, for whose task, and which of the endpoints it is (coder-api §2.1, §3). */

import { canReadWorkspace, canSeeTemplates, hasScope, managesWorkspacesOf, mayNamePeople } from '../http/access.js';
import { type Answer, forbidden, notFound, ok, Refusal, routeNotFound } from '../http/answer.js';
import { type Call, type Caller, parseUuid, uuidFromPath } from '../http/call.js';
import { latestBuild, taskStatus } from '../views/derive.js';
import { taskView } from '../views/task.js';
import { buildView } from '../views/workspace.js';
import { addBuild, isBuilding, isRunning } from '../world/builds.js';
import type { Task, User, Workspace } from '../world/model.js';
import type { World } from '../world/world.js';
import { createTask } from './create-task.js';
import { parseTerms, TermReader } from './list-query.js';
import { patchInput, readLogs, sendInput } from './task-input.js';

type TaskHandler = (
  world: World,
  call: Call,
  caller: Caller,
  task: Task,
  workspace: Workspace,
) => Answer | Promise<Answer>;

type Methods = Readonly<Record<string, TaskHandler>>;

/** Answers what lies below /tasks. The key, the user and the task are checked before method and endpoint are looked at. */
export async function answerTasks(world: World, call: Call, caller: Caller): Promise<Answer> {
  const [, userName, taskName, endpoint, ...rest] = call.segments;
  if (userName === undefined) return call.method === 'GET' ? listTasks(world, call, caller) : notAllowed(['GET']);
  if (!mayNamePeople(caller, world.features)) throw notFound();
  const owner = findUser(world, caller, userName);
  if (taskName === undefined) {
    return call.method === 'POST' ? createTask(world, call, caller, owner) : notAllowed(['POST']);
  }
  const { task, workspace } = findTask(world, caller, owner, taskName);
  const methods = rest.length > 0 ? undefined : methodsOf(world, endpoint);
  if (methods === undefined) throw routeNotFound();
  const handler = methods[call.method];
  return handler === undefined ? notAllowed(Object.keys(methods)) : handler(world, call, caller, task, workspace);
}

export function notAllowed(methods: readonly string[]): Answer {
  return { status: 405, headers: { Allow: methods.join(', ') } };
}

function methodsOf(world: World, endpoint: string | undefined): Methods | undefined {
  const { patchInput: canPatch, pauseResume } = world.features;
  switch (endpoint) {
    case undefined:
      return {
        DELETE: deleteTask,
        GET: getTask,
      };
    case 'input':
      return canPatch ? { PATCH: patchInput } : undefined;
    case 'send':
      return { POST: sendInput };
    case 'logs':
      return { GET: readLogs };
    case 'pause':
      return pauseResume ? { POST: pauseTask } : undefined;
    case 'resume':
      return pauseResume ? { POST: resumeTask } : undefined;
    default:
      return undefined;
  }
}

/** The person in the path. On 2.29 someone unknown was a bad request (coder-api §2.2). */
export function findUser(world: World, caller: Caller, name: string): User {
  if (name === 'me') return caller.user;
  const parsed = parseUuid(name);
  const user = 'uuid' in parsed ? world.userById(parsed.uuid) : world.userByName(name);
  if (user !== undefined) return user;
  throw unknownUser(world, name);
}

export function unknownUser(world: World, name: string): Refusal {
  if (!world.features.unknownUserIs400) return notFound();
  return new Refusal(400, '"user" must be an existing uuid or username.', { detail: `queried user="${name}"` });
}

/** By id, whoever's it is; else by name among the tasks of `owner` (coder-api §2.3). */
function findTask(world: World, caller: Caller, owner: User, name: string) {
  // 2.28 was not recorded: it knew no names, and said so as it does of every other id in a path.
  const parsed = world.features.taskNames ? parseUuid(name) : { uuid: uuidFromPath(name) };
  const byId = 'uuid' in parsed ? readable(world, caller, world.tasks.get(parsed.uuid)) : undefined;
  const found = byId ?? readable(world, caller, findByName(world, owner, name));
  if (found === undefined) throw notFound();
  return found;
}

function findByName(world: World, owner: User, name: string): Task | undefined {
  const wanted = name.toLowerCase();
  for (const task of world.tasks.values()) {
    const isLive = task.deletedAt === undefined && task.ownerId === owner.id;
    if (isLive && task.name.toLowerCase() === wanted) return task;
  }
  return undefined;
}

function readable(world: World, caller: Caller, task: Task | undefined) {
  if (task === undefined || task.deletedAt !== undefined || !hasScope(caller, 'task:read')) return undefined;
  const workspace = world.workspaceOf(task);
  return workspace !== undefined && canReadWorkspace(caller, workspace) ? { task, workspace } : undefined;
}

function listTasks(world: World, call: Call, caller: Caller): Answer {
  const reader = new TermReader(parseTerms(call.query.get('q') ?? '', 'owner', 'task'), 'task');
  const ownerId = reader.owner(world, caller);
  const organizationId = reader.organization(world);
  const status = reader.one('status');
  reader.end();
  const known = ['pending', 'initializing', 'active', 'paused', 'error', 'unknown'];
  if (status !== undefined && !known.includes(status)) {
    throw new Refusal(500, 'Internal error fetching tasks.', {
      detail: `fetch object: pq: invalid input value for enum task_status: "${status}"`,
    });
  }
  const listed: unknown[] = [];
  for (const task of [...world.tasks.values()].reverse().sort((a, b) => b.createdAt - a.createdAt)) {
    const workspace = world.workspaceOf(task);
    if (task.deletedAt !== undefined || workspace === undefined || !mayList(caller, workspace)) continue;
    if (ownerId !== undefined && task.ownerId !== ownerId) continue;
    if (organizationId !== undefined && organizationId !== world.organization.id) continue;
    if (status !== undefined && taskStatus(latestBuild(workspace), world.features) !== status) continue;
    listed.push(taskView(world, task, workspace, isPartial(world, caller, task, workspace)));
  }
  return ok({ tasks: listed, count: listed.length });
}

function mayList(caller: Caller, workspace: Workspace): boolean {
  const isAllowed = managesWorkspacesOf(caller.user, workspace.ownerId) || workspace.sharedWith.has(caller.user.id);
  return isAllowed && hasScope(caller, 'task:read');
}

/** Listed without its workspace: a token that may not read it, a deleted one, or one that a test has hidden. */
function isPartial(world: World, caller: Caller, task: Task, workspace: Workspace): boolean {
  const mayRead = hasScope(caller, 'workspace:read') && hasScope(caller, 'template:read');
  return !mayRead || workspace.deleted || world.hiddenWorkspaces.has(task.workspaceId);
}

const getTask: TaskHandler = (world, _call, caller, task, workspace) => {
  if (!canSeeTemplates(caller)) throw notFound();
  return ok(taskView(world, task, workspace));
};

/** A build needs the template; a token that may not see it fails inside the server (restricted-token.json). */
function checkTemplate(caller: Caller, workspace: Workspace): void {
  if (canSeeTemplates(caller)) return;
  const detail = `get template ${workspace.templateId}: unauthorized: rbac: forbidden`;
  throw new Refusal(500, 'failed to fetch template', { detail });
}

const deleteTask: TaskHandler = (world, _call, caller, task, workspace) => {
  const mayDelete = managesWorkspacesOf(caller.user, task.ownerId) && hasScope(caller, 'workspace:delete');
  if (!mayDelete) throw forbidden('You do not have permission to delete this workspace.');
  checkTemplate(caller, workspace);
  addBuild(world, workspace, { transition: 'delete', reason: 'initiator', initiatorId: caller.user.id });
  task.deletedAt = world.now();
  task.snapshot = undefined;
  return { status: 202 };
};

const pauseTask: TaskHandler = (world, _call, caller, task, workspace) => {
  checkMayBuild(caller, task, workspace, 'stop');
  const wanted = { transition: 'stop', reason: 'task_manual_pause', initiatorId: caller.user.id } as const;
  const build = addBuild(world, workspace, wanted);
  return { status: 202, json: { workspace_build: buildView(world, workspace, build, true) } };
};

const resumeTask: TaskHandler = (world, _call, caller, task, workspace) => {
  if (isRunning(workspace)) {
    throw new Refusal(409, 'Task workspace is already running.', { detail: 'Workspace status is "running".' });
  }
  checkMayBuild(caller, task, workspace, 'start');
  const wanted = { transition: 'start', reason: 'task_resume', initiatorId: caller.user.id } as const;
  const build = addBuild(world, workspace, wanted);
  return { status: 202, json: { workspace_build: buildView(world, workspace, build, true) } };
};

/** get.json: someone it is shared with fails only when the server links the build, hence the 500. */
function checkMayBuild(caller: Caller, task: Task, workspace: Workspace, verb: 'start' | 'stop'): void {
  if (!hasScope(caller, `workspace:${verb}`)) throw forbidden(`You do not have permission to ${verb} this workspace.`);
  checkTemplate(caller, workspace);
  if (isBuilding(workspace) || managesWorkspacesOf(caller.user, task.ownerId)) return;
  throw new Refusal(500, 'upsert task workspace app', { detail: 'unauthorized: rbac: forbidden' });
}
