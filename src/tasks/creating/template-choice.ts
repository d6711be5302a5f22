/** From what a caller wrote to the template and the version that a task is made from (behaviour §3.1). */

import type { CoderClient } from '../../coder/client.js';
import { CoderError, InputError } from '../../coder/errors/errors.js';
import type { Template } from '../../coder/wire/schemas.js';
import { clipEnd } from '../../text/clip.js';
import { listNames, nameText, nearest } from '../../text/names.js';
import { quotedLine, visibleLine } from '../../text/untrusted.js';
import type { Policy } from '../policy.js';
import { isUuid } from '../reference.js';
import { type ChosenVersion, chooseByVersionId, chooseVersion, type Finding, found } from './template-version.js';
import { readTaskTemplates, templateLabel } from './templates.js';

export interface TemplateWish {
  readonly template?: string | undefined;
  readonly template_version?: string | undefined;
  readonly organization?: string | undefined;
}

export interface ChosenTemplate extends ChosenVersion {
  readonly template: Template;
}

/** Lets a person choose; `undefined` when nobody can be asked or nothing was chosen. */
export interface Chooser {
  choose(
    question: string,
    choices: readonly { readonly value: string; readonly title: string }[],
    signal: AbortSignal,
  ): Promise<string | undefined>;
}

export interface ChoiceContext {
  readonly coder: CoderClient;
  readonly policy: Policy;
  readonly host: Chooser;
  readonly signal: AbortSignal;
}

// Empty, a step in a path, or what no path may carry.
const NO_NAME = /^\.{0,2}$|[\\\p{Cc}\p{Cs}]/u;
const MAX_LISTED = 12;
const MAX_DESCRIPTION_CHARS = 60;

/**
 * The template that is meant, or the only one there is; of several, the one that the person chooses. Errors: InputError
 * with the nearest names, or with all of them and what tells them apart; CoderError where there is none, or it is not allowed.
 */
export async function chooseTemplate(wish: TemplateWish, context: ChoiceContext): Promise<ChosenTemplate> {
  const { coder, policy, signal } = context;
  const { template: name, template_version: version } = wish;
  if (name === undefined && version !== undefined && isUuid(version)) {
    const chosen = await chooseByVersionId(version, coder, signal);
    policy.requireTemplate(chosen.template.organization_name, chosen.template.name);
    return chosen;
  }
  const all = await readTaskTemplates(coder, wish.organization, signal);
  // Templates that the rules exclude are not there for a caller: they are found by their exact name only, to be refused.
  const capable = allowedOf(all, policy);
  if (version !== undefined && name === undefined && matches(capable, version).length > 0)
    throw templateAsVersion(version);
  const template =
    name === undefined ? await theOnly(capable, all.length, context) : await named(name, capable, all, wish, context);
  policy.requireTemplate(template.organization_name, template.name);
  const chosen = { template, ...(await chooseVersion(template, version, coder, signal)) };
  // The list knows the active version alone; about another one only the server knows, and it looks before it builds.
  if (chosen.versionId !== template.active_version_id || capable.some(({ id }) => id === template.id)) return chosen;
  return { ...chosen, findings: [...chosen.findings, notCapable(template, capable)] };
}

async function theOnly(allowed: readonly Template[], count: number, context: ChoiceContext): Promise<Template> {
  const [first] = allowed;
  if (first && allowed.length === 1) return first;
  if (first) return oneOf(allowed, undefined, 'given, since there are several', context);
  throw new CoderError(
    'no_task_template',
    count === 0 ? 'there is no template for tasks' : 'none of the templates for tasks is allowed here',
    { reached: 'yes' },
  );
}

async function named(
  name: string,
  capable: readonly Template[],
  all: readonly Template[],
  wish: TemplateWish,
  context: ChoiceContext,
): Promise<Template> {
  const allowed = matches(capable, name);
  const [first = matches(all, name)[0]] = allowed;
  if (first && allowed.length <= 1) return first;
  if (first) return oneOf(allowed, name, 'given with its organization, since several have this name', context);
  const other = await findElsewhere(name, wish, context);
  if (other) return other;
  throw new InputError({
    argument: 'template',
    received: name,
    expectation: 'the name or id of a template that you may use',
    allowed: nearest(
      name,
      capable.map((template) => templateLabel(template, capable)),
    ),
    next: 'coder_list_task_templates says what each is for',
  });
}

/** By id, `org/name` or name; where nothing has that name, by the display name that people see. */
function matches(templates: readonly Template[], reference: string): Template[] {
  if (isUuid(reference)) return templates.filter(({ id }) => isSame(id, reference));
  const { organization, name } = split(reference);
  const within = templates.filter(
    (template) =>
      organization === undefined ||
      isSame(template.organization_name, organization) ||
      isSame(template.organization_id, organization),
  );
  const byName = within.filter((template) => isSame(template.name, name));
  return byName.length > 0 ? byName : within.filter((template) => isSame(template.display_name, name));
}

function split(reference: string): { organization: string | undefined; name: string } {
  const [first = '', second, ...rest] = reference.trim().split('/');
  if (rest.length > 0 || [first, second].some((part) => part !== undefined && NO_NAME.test(part))) {
    throw new InputError({ argument: 'template', received: reference, expectation: 'a name, org/name, or an id' });
  }
  return second === undefined ? { organization: undefined, name: first } : { organization: first, name: second };
}

/** A template that is there, but not among those whose active version runs tasks. */
async function findElsewhere(
  reference: string,
  wish: TemplateWish,
  { coder, signal }: ChoiceContext,
): Promise<Template | undefined> {
  if (isUuid(reference)) {
    return (await found(coder.getTemplate(reference, { signal }))) ?? (await refuseVersionId(reference, coder, signal));
  }
  const { organization = wish.organization, name } = split(reference);
  const places =
    organization === undefined ? (await coder.listMyOrganizations({ signal })).map(({ id }) => id) : [organization];
  for (const place of places) {
    const template = await found(coder.getTemplateByName(place, name, { signal }));
    if (template) return template;
  }
  return undefined;
}

/** Old callers gave a version where a template was meant. */
function templateAsVersion(received: string): InputError {
  return new InputError({
    argument: 'template_version',
    received,
    expectation: 'a version of a template; this is the name of a template',
    next: 'the same call with template instead',
  });
}

async function refuseVersionId(id: string, coder: CoderClient, signal: AbortSignal): Promise<undefined> {
  const version = await found(coder.getTemplateVersion(id, { signal }));
  if (!version) return undefined;
  throw new InputError({
    argument: 'template',
    received: id,
    expectation: 'a template; this is the id of a template version',
    next: 'the same call with template_version instead',
  });
}

async function oneOf(
  templates: readonly Template[],
  received: string | undefined,
  expectation: string,
  { host, signal }: ChoiceContext,
): Promise<Template> {
  const chosen = await host.choose(
    'From which template shall the task be made?',
    templates.map((template) => ({ value: template.id, title: titleOf(template, templates) })),
    signal,
  );
  const template = templates.find(({ id }) => id === chosen);
  if (template) return template;
  const shown = templates.slice(0, MAX_LISTED).map((each) => titleOf(each, templates));
  const more = templates.length > MAX_LISTED ? `; and ${templates.length - MAX_LISTED} more` : '';
  throw new InputError({
    argument: 'template',
    received,
    expectation: `${expectation}: ${shown.join('; ')}${more}`,
    next: 'the same call with template; coder_list_task_templates says more',
  });
}

/** `tasks-demo ("A scripted coding agent")`: what tells templates apart. */
function titleOf(template: Template, among: readonly Template[]): string {
  const text = clipEnd(visibleLine(template.description || template.display_name), MAX_DESCRIPTION_CHARS);
  return visibleLine(templateLabel(template, among)) + (text === '' ? '' : ` (${quotedLine(text)})`);
}

function notCapable(template: Template, capable: readonly Template[]): Finding {
  if (template.deprecated) {
    const message = clipEnd(visibleLine(template.deprecation_message), MAX_DESCRIPTION_CHARS * 2);
    const words = message === '' ? '' : ` (${quotedLine(message)})`;
    return { code: 'template_deprecated', text: `the template ${nameText(template.name)} is deprecated${words}` };
  }
  const others = listNames(
    capable.map((each) => templateLabel(each, capable)),
    MAX_LISTED,
  );
  return {
    code: 'not_task_template',
    text: `the active version of ${nameText(template.name)} cannot run tasks; templates that can: ${others}`,
  };
}

function allowedOf(templates: readonly Template[], policy: Policy): Template[] {
  return templates.filter(({ organization_name, name }) => policy.allowsTemplate(organization_name, name));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
