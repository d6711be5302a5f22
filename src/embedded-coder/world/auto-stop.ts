/** The server stops workspaces by itself when their time is over (coder-api §8.2, auto-stop.json). */

import { addBuild, isBuilding } from './builds.js';
import type { Build, Workspace } from './model.js';
import type { World } from './world.js';

/** Waits for the deadline of a start build; it may have moved by then. */
export function stopAtDeadline(world: World, workspace: Workspace, build: Build): void {
  if (build.deadline === undefined) return;
  const look = () => {
    if (workspace.builds.at(-1) !== build || build.deadline === undefined) return;
    const left = build.deadline + world.wait('autoStop') - world.now();
    if (left > 0) world.after(left, look);
    else stop(world, workspace);
  };
  world.after(build.deadline + world.wait('autoStop') - world.now(), look);
}

function stop(world: World, workspace: Workspace): void {
  if (isBuilding(workspace)) return;
  const reason = workspace.taskId === undefined ? 'autostop' : world.features.autoStopReason;
  addBuild(world, workspace, { transition: 'stop', reason, initiatorId: workspace.ownerId });
}

/** An agent that reports that it works moves the deadline, where the template has it so. */
export function bumpDeadline(world: World, workspace: Workspace): void {
  const build = workspace.builds.at(-1);
  const bump = world.template(workspace.templateId)?.activityBumpMs ?? 0;
  if (build?.deadline === undefined || bump === 0) return;
  build.deadline = Math.max(build.deadline, world.now() + bump);
}
