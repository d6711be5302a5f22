/** The version of a template that a task is made from, and what is wrong with it. */

import type { CoderClient } from '../../coder/client.js';
import { CoderError, type ErrorCode, InputError, isCoderError } from '../../coder/errors/errors.js';
import type { Template, TemplateVersion } from '../../coder/wire/schemas.js';
import { nameText, nearest } from '../../text/names.js';
import { isUuid } from '../reference.js';

/** Something that would make the server refuse the create, or the agent fail: found before anything is built. */
export interface Finding {
  readonly code: ErrorCode;
  readonly text: string;
}

export interface ChosenVersion {
  readonly versionId: string;
  readonly findings: readonly Finding[];
  readonly notes: readonly string[];
}

/** The version with that name or id, or the active one. Throws an InputError with the nearest names for one that is not there. */
export async function chooseVersion(
  template: Template,
  reference: string | undefined,
  coder: CoderClient,
  signal: AbortSignal,
): Promise<ChosenVersion> {
  if (reference === undefined || reference === template.active_version_id) {
    return { versionId: template.active_version_id, findings: [], notes: [] };
  }
  return toChosen(await known('the template version', findVersion(template, reference, coder, signal)));
}

/**
 * Something that a create is made of, read. What cannot be read leaves nothing to create: another guess would make another
 * name and so a second task, or step over a rule. The CoderError then says what could not be read.
 */
async function known<Thing>(what: string, read: Promise<Thing>): Promise<Thing> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    throw new CoderError(error.code, `nothing was created: ${what} could not be read`, {
      ...error,
      reached: 'no',
      cause: error,
    });
  }
}

/** A version by its id alone, and with it its template: old callers know nothing else. */
export async function chooseByVersionId(
  id: string,
  coder: CoderClient,
  signal: AbortSignal,
): Promise<ChosenVersion & { readonly template: Template }> {
  const version = await known('the template version', found(coder.getTemplateVersion(id, { signal })));
  if (!version?.template_id) throw unknownVersion(id, 'the id of a template version that you may see', []);
  return {
    ...toChosen(version),
    template: await known('the template', coder.getTemplate(version.template_id, { signal })),
  };
}

/** What is read, or nothing where Coder says that it is not there. */
export async function found<Thing>(read: Promise<Thing>): Promise<Thing | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isCoderError(error, 'not_found', 'template_not_found', 'template_deleted')) return undefined;
    throw error;
  }
}

async function findVersion(
  template: Template,
  reference: string,
  coder: CoderClient,
  signal: AbortSignal,
): Promise<TemplateVersion> {
  const expectation = `a version of the template ${nameText(template.name)}`;
  if (isUuid(reference)) {
    const version = await found(coder.getTemplateVersion(reference, { signal }));
    if (version?.template_id === template.id) return version;
    throw unknownVersion(reference, expectation, []);
  }
  const version = await found(coder.getTemplateVersionByName(template.id, reference, { signal }));
  if (version) return version;
  if (reference.toLowerCase() === template.name.toLowerCase())
    throw unknownVersion(reference, `${expectation}; this is the name of the template itself`, []);
  const names = (await coder.listTemplateVersions(template.id, { signal })).map(({ name }) => name);
  throw unknownVersion(reference, expectation, nearest(reference, names));
}

function unknownVersion(received: string, expectation: string, allowed: readonly string[]): InputError {
  return new InputError({
    argument: 'template_version',
    received,
    expectation,
    allowed,
    next: 'or leave it out for the active version',
  });
}

function toChosen(version: TemplateVersion): ChosenVersion {
  return { versionId: version.id, findings: versionFindings(version), notes: [] };
}

function versionFindings({ name, archived, job }: TemplateVersion): Finding[] {
  const version = `the template version ${nameText(name)}`;
  if (archived) return [{ code: 'template_archived', text: `${version} is archived` }];
  if (job.status === 'pending' || job.status === 'running') {
    return [{ code: 'template_importing', text: `${version} is still being imported` }];
  }
  if (job.status === 'failed' || job.status === 'canceled' || job.status === 'canceling') {
    return [{ code: 'template_import_failed', text: `the import of ${version} has ${job.status}` }];
  }
  return [];
}
