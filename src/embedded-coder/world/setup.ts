/** Putting tasks into a world that is set up rather than lived through: there at once, without a build having run. */

import { addBuild, addWorkspace, matchingPreset, newBuild } from './builds.js';
import type { Build, Task, Template, User, Version, Workspace } from './model.js';
import { generateNames } from './task-name.js';
import { templateNamed } from './templates.js';
import { promptFor, readyAgent } from './workspace-agent.js';
import type { World } from './world.js';

export interface NewTask {
  /**
   * `idle` (the default): active, the agent has answered its prompt; `working`: active, it has just begun on it;
   * `queued`: its first build has just been asked for.
   */
  readonly as?: 'idle' | 'working' | 'paused' | 'broken' | 'queued';
  /** `alice` by default. */
  readonly owner?: string;
  /** `tasks-demo` by default. */
  readonly template?: string;
  readonly prompt?: string;
  readonly name?: string;
  readonly displayName?: string;
  /** The deployment's time by default. */
  readonly createdAt?: number;
}

export function addTask(world: World, wanted: NewTask = {}): Task {
  const place = findPlace(world, wanted);
  const prompt = wanted.prompt ?? 'Tidy up the README';
  const generated = generateNames(prompt, world.ids);
  const name = wanted.name ?? generated.name;
  const id = world.ids.uuid();
  const workspace = addWorkspace(world, { name, ownerId: place.owner.id, templateId: place.template.id, taskId: id });
  const task: Task = {
    id,
    name,
    displayName: wanted.displayName ?? generated.displayName,
    ownerId: place.owner.id,
    versionId: place.version.id,
    workspaceId: workspace.id,
    prompt,
    createdAt: wanted.createdAt ?? world.now(),
    deletedAt: undefined,
    snapshot: undefined,
  };
  world.tasks.set(id, task);
  const start = {
    transition: 'start',
    reason: 'initiator',
    initiatorId: place.owner.id,
    versionId: place.version.id,
  } as const;
  const presetId = matchingPreset(place.version);
  const wantedBuild = presetId === undefined ? start : { ...start, presetId };
  if (wanted.as === 'queued') addBuild(world, workspace, wantedBuild);
  else finish(world, task, workspace, newBuild(world, workspace, wantedBuild), wanted.as ?? 'idle');
  return task;
}

function findPlace(
  world: World,
  wanted: NewTask,
): { readonly owner: User; readonly template: Template; readonly version: Version } {
  const owner = world.userByName(wanted.owner ?? 'alice');
  const template = templateNamed(world, wanted.template ?? 'tasks-demo');
  const version = world.version(template?.activeVersionId ?? '');
  if (owner === undefined || template === undefined || version === undefined) {
    throw new Error(`the embedded deployment has no user or template for ${JSON.stringify(wanted)}`);
  }
  return { owner, template, version };
}

/** The build is over, and what came of it stands. */
function finish(
  world: World,
  task: Task,
  workspace: Workspace,
  begun: Build,
  as: 'idle' | 'working' | 'paused' | 'broken',
): void {
  const build = complete(world, begun);
  workspace.builds.push(build);
  if (as === 'broken') {
    build.status = 'failed';
    build.failure = { error: 'terraform apply: exit status 1' };
    return;
  }
  const agent = readyAgent(world, workspace, build);
  if (agent === undefined) return;
  const prompt = promptFor(world, workspace);
  if (as === 'working') agent.agentApi.startAtWork(prompt);
  else agent.agentApi.startIdle(prompt);
  if (as !== 'paused') return;
  task.snapshot = { logs: agent.agentApi.entries.slice(-10), at: world.now() };
  agent.agentApi.stop();
  const stop = { transition: 'stop', reason: 'task_manual_pause', initiatorId: task.ownerId } as const;
  workspace.builds.push(complete(world, newBuild(world, workspace, stop)));
}

// The reports of the turn that took no time are that young at most.
const FIRST_REPORTS_MS = 10;

function complete(world: World, build: Build): Build {
  const now = world.now();
  // A report of the very moment in which a build was asked for counts as one from before it.
  return {
    ...build,
    createdAt: build.createdAt - FIRST_REPORTS_MS,
    status: 'succeeded',
    startedAt: now,
    completedAt: now,
  };
}

/** A workspace that belongs to no task, its start build on its way. */
export function addPlainWorkspace(world: World, username: string, name: string): Workspace {
  const { owner, template, version } = findPlace(world, { owner: username, template: 'plain-workspace' });
  const workspace = addWorkspace(world, { name, ownerId: owner.id, templateId: template.id });
  const start = { transition: 'start', reason: 'initiator', initiatorId: owner.id, versionId: version.id } as const;
  addBuild(world, workspace, start);
  return workspace;
}
