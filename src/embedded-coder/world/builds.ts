/** Making workspaces and their builds. */

import { Refusal } from '../http/answer.js';
import { latestBuild } from '../views/derive.js';
import type { Build, Transition, Version, Workspace } from './model.js';
import type { World } from './world.js';

interface NewWorkspace {
  readonly name: string;
  readonly ownerId: string;
  readonly templateId: string;
  readonly taskId?: string;
}

export function addWorkspace(world: World, wanted: NewWorkspace): Workspace {
  const workspace: Workspace = {
    id: world.ids.uuid(),
    name: wanted.name,
    ownerId: wanted.ownerId,
    templateId: wanted.templateId,
    createdAt: world.now(),
    updatedAt: world.now(),
    builds: [],
    statuses: [],
    taskId: wanted.taskId,
    sharedWith: new Map(),
    deleted: false,
    ttlMs: world.template(wanted.templateId)?.ttlMs ?? 0,
    appId: undefined,
    disk: new Map(),
    spent: new Set(),
  };
  world.workspaces.set(workspace.id, workspace);
  return workspace;
}

interface NewBuild {
  readonly transition: Transition;
  readonly reason: string;
  readonly initiatorId: string;
  /** Defaults to those of the build before. */
  readonly versionId?: string;
  readonly presetId?: string;
}

// watch-sse.json: watchers hear of a new build that long after its request; an idle provisioner has taken it by then.
const NOTICE_MS = 60;

export function isBuilding(workspace: Workspace): boolean {
  return ['pending', 'running', 'canceling'].includes(workspace.builds.at(-1)?.status ?? '');
}

/** Queues a build; 409 while another one is under way. */
export function addBuild(world: World, workspace: Workspace, wanted: NewBuild): Build {
  if (isBuilding(workspace)) {
    const message = 'A workspace build is already active.';
    throw new Refusal(409, message, { detail: message });
  }
  if (wanted.transition === 'start' && workspace.taskId !== undefined) checkLicence(world);
  const build = newBuild(world, workspace, wanted);
  workspace.builds.push(build);
  world.provisioners.enqueue({ workspace, build });
  world.after(NOTICE_MS, () => world.changed(workspace));
  return build;
}

/** No recording shows this: the recorded edition builds tasks without any licence (coder-api §3.2 row 17). */
export function checkLicence(world: World): void {
  if (world.licensed) return;
  const message =
    'Build is not permitted: Your license is not entitled to managed agents. Please contact sales to continue using managed agents.';
  throw new Refusal(403, message, { detail: message });
}

export function newBuild(world: World, workspace: Workspace, wanted: NewBuild): Build {
  const before = workspace.builds.at(-1);
  const { ids } = world;
  return {
    id: ids.uuid(),
    jobId: ids.uuid(),
    number: (before?.number ?? 0) + 1,
    transition: wanted.transition,
    reason: wanted.reason,
    initiatorId: wanted.initiatorId,
    versionId: wanted.versionId ?? before?.versionId ?? '',
    presetId: wanted.presetId ?? before?.presetId,
    createdAt: world.now(),
    updatedAt: world.now(),
    startedAt: undefined,
    completedAt: undefined,
    canceledAt: undefined,
    status: 'pending',
    deadline: undefined,
    failure: undefined,
    logs: [],
    resourceIds: [ids.uuid(), ids.uuid()],
    agent: undefined,
  };
}

/** The preset whose values are those that the parameters have anyway; the server writes it into the build. */
export function matchingPreset(version: Version): string | undefined {
  const values = new Map(version.parameters.map(({ name, defaultValue }) => [name, defaultValue]));
  return version.presets.find(({ parameters }) => parameters.every(({ name, value }) => values.get(name) === value))
    ?.id;
}

/** True while the workspace runs: its latest build is a start that has succeeded. */
export function isRunning(workspace: Workspace): boolean {
  const build = latestBuild(workspace);
  return build.transition === 'start' && build.status === 'succeeded';
}
