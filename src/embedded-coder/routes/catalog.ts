/** Templates and their versions, presets, parameters and external logins (coder-api §7). */

import { canReadTemplate } from '../http/access.js';
import { type Answer, notFound, ok, Refusal } from '../http/answer.js';
import { type Call, type Caller, parseUuid, readBody, uuidFromPath } from '../http/call.js';
import { externalLoginView, parameterView, presetView, templateView, versionView } from '../views/catalog.js';
import type { Template, Version } from '../world/model.js';
import type { World } from '../world/world.js';
import { parseTerms, TermReader } from './list-query.js';

export function listTemplates(world: World, call: Call, caller: Caller): Answer {
  const reader = new TermReader(parseTerms(call.query.get('q') ?? '', 'name', 'template'), 'template');
  const aiTask = reader.flag('has-ai-task');
  const organizationId = reader.organization(world);
  const [exactName, name, displayName] = [reader.one('exact_name'), reader.one('name'), reader.one('display_name')];
  const isDeleted = reader.flag('deleted') ?? false;
  reader.flag('deprecated');
  reader.end();
  const found = world.templates.filter(
    (each) =>
      each.deleted === isDeleted &&
      canReadTemplate(caller, each) &&
      (organizationId === undefined || organizationId === world.organization.id) &&
      (aiTask === undefined || isTaskCapable(world, each) === aiTask) &&
      (exactName === undefined || each.name.toLowerCase() === exactName) &&
      (name === undefined || each.name.toLowerCase().includes(name)) &&
      (displayName === undefined || each.displayName.toLowerCase().includes(displayName)),
  );
  found.sort((a, b) => b.activeUsers - a.activeUsers || (a.name < b.name ? -1 : 1));
  return ok(found.map((each) => templateView(world, each)));
}

function isTaskCapable(world: World, template: Template): boolean {
  const version = world.version(template.activeVersionId);
  return version?.import === 'succeeded' && version.aiTask;
}

export function getTemplate(world: World, call: Call, caller: Caller): Answer {
  return ok(templateView(world, findTemplate(world, call, caller)));
}

export function getTemplateByName(world: World, call: Call, caller: Caller): Answer {
  return ok(templateView(world, findTemplateByName(world, call, caller)));
}

export function listVersions(world: World, call: Call, caller: Caller): Answer {
  const template = findTemplate(world, call, caller);
  return ok(versionsOf(world, template).map((version) => versionView(world, version)));
}

export function getVersionByName(world: World, call: Call, caller: Caller): Answer {
  return ok(versionView(world, findNamedVersion(world, findTemplate(world, call, caller), call.segments[3] ?? '')));
}

export function getVersionByNames(world: World, call: Call, caller: Caller): Answer {
  return ok(
    versionView(world, findNamedVersion(world, findTemplateByName(world, call, caller), call.segments[5] ?? '')),
  );
}

export function getVersion(world: World, call: Call, caller: Caller): Answer {
  return ok(versionView(world, findVersion(world, call, caller)));
}

/** `null`, not an empty list, where there are none (coder-api §7). */
export function listPresets(world: World, call: Call, caller: Caller): Answer {
  const { presets } = findVersion(world, call, caller);
  return ok(presets.length === 0 ? null : presets.map(presetView));
}

export function listParameters(world: World, call: Call, caller: Caller): Answer {
  const version = findVersion(world, call, caller);
  if (version.import === 'running') throw new Refusal(425, 'Template version job has not finished');
  return ok(version.parameters.map(parameterView));
}

export function listExternalLogins(world: World, call: Call, caller: Caller, url: string): Answer {
  const { externalLogins } = findVersion(world, call, caller);
  return ok(externalLogins.map((login) => externalLoginView(login, caller.user, url)));
}

export function archiveVersion(world: World, call: Call, caller: Caller): Answer {
  const version = findVersion(world, call, caller);
  version.archived = true;
  return ok(`template version "${version.id}" archived`);
}

/** The edition without a licence takes a deprecation message and forgets it (coder-api §3.2 row 12). */
export function updateTemplate(world: World, call: Call, caller: Caller): Answer {
  const template = findTemplate(world, call, caller);
  const body = readBody(call.body, 'UpdateTemplateMeta');
  if (body.given.name !== undefined) template.name = body.string('name');
  if (body.given.description !== undefined) template.description = body.string('description');
  if (typeof body.given.allow_user_cancel_workspace_jobs === 'boolean') {
    template.allowCancel = body.given.allow_user_cancel_workspace_jobs;
  }
  // 2.29 takes what is left out for zero; later versions leave it as it was (create-errors.json).
  const bump = body.given.activity_bump_ms ?? (world.features.templateSaysDeleted ? template.activityBumpMs : 0);
  if (typeof bump === 'number') template.activityBumpMs = bump;
  template.updatedAt = world.now();
  return ok(templateView(world, template));
}

function findTemplate(world: World, call: Call, caller: Caller): Template {
  const template = world.template(uuidFromPath(call.segments[1] ?? ''));
  if (template === undefined || template.deleted || !canReadTemplate(caller, template)) throw notFound();
  return template;
}

function findTemplateByName(world: World, call: Call, caller: Caller): Template {
  checkOrganization(world, call.segments[1] ?? '');
  const name = (call.segments[3] ?? '').toLowerCase();
  const template = world.templates.find((each) => each.name.toLowerCase() === name && !each.deleted);
  if (template === undefined || !canReadTemplate(caller, template)) throw notFound();
  return template;
}

/** By id, by name, or the word for the default one. */
export function checkOrganization(world: World, name: string): void {
  const { organization } = world;
  const parsed = parseUuid(name);
  const isMeant = 'uuid' in parsed ? parsed.uuid === organization.id : [organization.name, 'default'].includes(name);
  if (!isMeant) throw notFound();
}

function findVersion(world: World, call: Call, caller: Caller): Version {
  const version = world.version(uuidFromPath(call.segments[1] ?? ''));
  const template = world.template(version?.templateId);
  if (version === undefined || (template !== undefined && !canReadTemplate(caller, template))) throw notFound();
  return version;
}

function findNamedVersion(world: World, template: Template, name: string): Version {
  const version = versionsOf(world, template).find((each) => each.name.toLowerCase() === name.toLowerCase());
  if (version === undefined) throw new Refusal(404, `No template version found by name "${name}".`);
  return version;
}

function versionsOf(world: World, template: Template): Version[] {
  return world.versions.filter((version) => version.templateId === template.id && !version.archived);
}
