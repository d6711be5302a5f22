/** POST /tasks/{user}: the checks in the server's order, then a task with its workspace and first build (coder-api §3.2). */

import { canReadTemplate, canReadUser, canUseTemplate, hasScope, managesWorkspacesOf } from '../http/access.js';
import { type Answer, forbidden, notFound, Refusal, type Validation, ZERO_UUID } from '../http/answer.js';
import { type Call, type Caller, readBody } from '../http/call.js';
import { taskView } from '../views/task.js';
import { addBuild, addWorkspace, checkLicence, matchingPreset } from '../world/builds.js';
import type { Preset, Task, Template, User, Version } from '../world/model.js';
import { generateNames, nameFault } from '../world/task-name.js';
import type { World } from '../world/world.js';

// The gap between looking a name up and inserting it, in turns of the event loop: creates that come together meet in it.
const INSERT_TURNS = 6;
const LONGEST_DISPLAY_NAME_BYTES = 64;

export async function createTask(world: World, call: Call, caller: Caller, owner: User): Promise<Answer> {
  const body = readBody(call.body, 'CreateTaskRequest');
  const wanted = {
    versionId: body.uuid('template_version_id'),
    presetId: body.uuid('template_version_preset_id'),
    input: body.string('input'),
    name: body.string('name'),
    displayName: body.string('display_name').trim(),
  };
  const version = findVersion(world, caller, wanted.versionId);
  const names = chooseNames(world, wanted);
  checkOwner(world, caller, owner);
  const template = checkTemplate(world, caller, owner, version);
  checkName(world, owner, names.name);
  await insertWindow(world, call.signal);
  if (isTaskName(world, owner, names.name)) throw collision();
  checkLicence(world);
  const preset = findPreset(world, wanted.presetId);
  checkParameters(version, preset);
  if (!hasScope(caller, 'workspace:start')) throw forbidden('You do not have permission to start this workspace.');
  const task = insertTask(world, caller, { ...names, owner, version, template, preset, prompt: wanted.input });
  const workspace = world.workspaceOf(task);
  if (workspace === undefined) throw notFound();
  return { status: 201, json: taskView(world, task, workspace) };
}

function findVersion(world: World, caller: Caller, id: string): Version {
  const version = world.version(id);
  const template = world.template(version?.templateId);
  if (version === undefined || (template !== undefined && !canReadTemplate(caller, template))) {
    throw new Refusal(400, 'Template version not found or you do not have access to this resource');
  }
  // A version that is still importing, or could not be, is not known to have an AI task.
  if (!version.aiTask || version.import !== 'succeeded') {
    throw new Refusal(400, 'Template does not have a valid "coder_ai_task" resource.');
  }
  return version;
}

function chooseNames(
  world: World,
  wanted: { readonly name: string; readonly displayName: string; readonly input: string },
) {
  const fault = wanted.name === '' ? undefined : nameFault(wanted.name);
  if (fault !== undefined) {
    throw new Refusal(400, 'Unable to create a Task with the provided name.', { detail: fault });
  }
  if (Buffer.byteLength(wanted.displayName) > LONGEST_DISPLAY_NAME_BYTES) {
    throw new Refusal(400, 'Display name must be 64 characters or less.');
  }
  const generated = generateNames(wanted.input, world.ids);
  return {
    name: wanted.name === '' ? generated.name : wanted.name,
    displayName: wanted.displayName === '' ? generated.displayName : wanted.displayName,
  };
}

function checkOwner(world: World, caller: Caller, owner: User): void {
  if (!canReadUser(caller.user, owner) && !world.features.createForOthersIs403) throw notFound();
}

function checkTemplate(world: World, caller: Caller, owner: User, version: Version): Template {
  if (version.archived) {
    throw new Refusal(500, 'Archived template versions cannot be used to make a workspace.', {
      validations: [{ field: 'template_version_id', detail: 'template version archived' }],
    });
  }
  const template = world.template(version.templateId);
  if (template === undefined) {
    throw new Refusal(400, `Template "${ZERO_UUID}" doesn't exist.`, {
      validations: [{ field: 'template_id', detail: 'template not found' }],
    });
  }
  if (template.deleted) throw new Refusal(404, `Template "${template.name}" has been deleted!`);
  const mayCreate = hasScope(caller, 'task:create') && hasScope(caller, 'workspace:create');
  if (!managesWorkspacesOf(caller.user, owner.id) || !mayCreate) {
    throw new Refusal(403, 'Unauthorized to create workspace.', {
      detail:
        'You are unable to create a workspace in this organization. It is possible to have access to the template, but not be able to create a workspace. Please contact an administrator about your permissions if you feel this is an error.',
    });
  }
  if (!canUseTemplate(caller.user, template)) {
    throw new Refusal(403, `Unauthorized access to use the template "${template.name}".`, {
      detail:
        'Although you are able to view the template, you are unable to create a workspace using it. Please contact an administrator about your permissions if you feel this is an error.',
    });
  }
  return template;
}

function checkName(world: World, owner: User, name: string): void {
  const isTaken = [...world.workspaces.values()].some(
    (each) => !each.deleted && each.ownerId === owner.id && each.name.toLowerCase() === name.toLowerCase(),
  );
  if (!isTaken) return;
  throw new Refusal(409, `Workspace "${name}" already exists.`, {
    validations: [{ field: 'name', detail: 'This value is already in use and should be unique.' }],
  });
}

async function insertWindow(world: World, signal: AbortSignal): Promise<void> {
  const ms = world.wait('insert');
  if (ms > 0) await world.sleep(ms, signal);
  else for (let turn = 0; turn < INSERT_TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function isTaskName(world: World, owner: User, name: string): boolean {
  return [...world.tasks.values()].some(
    (each) =>
      each.deletedAt === undefined && each.ownerId === owner.id && each.name.toLowerCase() === name.toLowerCase(),
  );
}

export const collision = () =>
  new Refusal(500, 'Internal error creating task.', {
    detail: 'pq: duplicate key value violates unique constraint "tasks_owner_id_name_unique_idx"',
  });

/** A preset of another version is taken as it is (create-errors.json, row 20). */
function findPreset(world: World, id: string): Preset | undefined {
  if (id === ZERO_UUID) return undefined;
  const preset = world.versions.flatMap((version) => version.presets).find((each) => each.id === id);
  if (preset !== undefined) return preset;
  throw new Refusal(500, 'failed to fetch preset parameter values', {
    detail: 'failed to get preset parameters: sql: no rows in result set',
  });
}

function checkParameters(version: Version, preset: Preset | undefined): void {
  const given = new Map(preset?.parameters.map(({ name, value }) => [name, value]));
  const faults: Validation[] = [];
  for (const parameter of version.parameters) {
    const value = given.get(parameter.name);
    if (value === undefined && parameter.required) {
      faults.push({ field: parameter.name, detail: 'Required parameter not provided; parameter value is null' });
    }
    const wrong = "Invalid parameter value according to 'validation' block; value";
    if (value !== undefined && parameter.max !== undefined && Number(value) > parameter.max) {
      faults.push({ field: parameter.name, detail: `${wrong} ${value} is more than the maximum ${parameter.max}` });
    }
    if (value !== undefined && parameter.min !== undefined && Number(value) < parameter.min) {
      faults.push({ field: parameter.name, detail: `${wrong} ${value} is less than the minimum ${parameter.min}` });
    }
  }
  if (faults.length > 0) throw new Refusal(400, 'Unable to validate parameters', { validations: faults });
}

interface NewTask {
  readonly name: string;
  readonly displayName: string;
  readonly prompt: string;
  readonly owner: User;
  readonly version: Version;
  readonly template: Template;
  readonly preset: Preset | undefined;
}

function insertTask(world: World, caller: Caller, wanted: NewTask): Task {
  const presetId = wanted.preset?.id ?? matchingPreset(wanted.version);
  const taskId = world.ids.uuid();
  const workspace = addWorkspace(world, {
    name: wanted.name,
    ownerId: wanted.owner.id,
    templateId: wanted.template.id,
    taskId,
  });
  const task: Task = {
    id: taskId,
    name: wanted.name,
    displayName: wanted.displayName,
    ownerId: wanted.owner.id,
    versionId: wanted.version.id,
    workspaceId: workspace.id,
    prompt: wanted.prompt,
    createdAt: world.now(),
    deletedAt: undefined,
    snapshot: undefined,
  };
  world.tasks.set(task.id, task);
  addBuild(world, workspace, {
    transition: 'start',
    reason: 'initiator',
    initiatorId: caller.user.id,
    versionId: wanted.version.id,
    ...(presetId === undefined ? {} : { presetId }),
  });
  return task;
}
