/** The templates that can run tasks, and what one needs to know to choose among them (behaviour §3.2). */

import type { CoderClient } from '../../coder/client.js';
import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import { type Template, ZERO_ID } from '../../coder/wire/schemas.js';
import { clipEnd } from '../../text/clip.js';
import { nearest } from '../../text/names.js';
import { visible, visibleLine } from '../../text/untrusted.js';
import { hasWords } from '../../text/words.js';
import type { Policy } from '../policy.js';
import { badValues, fittingPresets, withoutValue } from './template-parameters.js';
import { loginUrl, missingLogins, readable, readTerms, type TemplateTerms } from './template-terms.js';

/** One template as an answer shows it; everything from outside is safe to show. */
interface TemplateSummary {
  /** What create takes: the name, or org/name where several have it. */
  readonly template: string;
  readonly organization: string;
  /** Name of the active version. */
  readonly version?: string;
  readonly version_id: string;
  readonly presets: readonly { readonly name: string; readonly default?: boolean; readonly problem?: string }[];
  /** Parameters without a default that no preset sets: nothing can be created until an administrator mends it. */
  readonly uncovered_parameters?: readonly string[];
  /** Without one of these presets a create fails, since parameters would have no value. */
  readonly needs_preset?: readonly string[];
  readonly missing_logins?: readonly { readonly name: string; readonly url: string }[];
  /** What could not be read. */
  readonly unread?: readonly string[];
  readonly untrusted?: { readonly title?: string; readonly description?: string };
}

export interface TemplateFilter {
  readonly organization?: string | undefined;
  /** Words in the name, the display name or the description; all must be there. */
  readonly search?: string | undefined;
}

export interface TemplateList {
  readonly templates: readonly TemplateSummary[];
  readonly notes: readonly string[];
}

const MAX_DESCRIPTION_CHARS = 300;
const MAX_AT_ONCE = 6;
const MAX_TEMPLATES = 50;

/**
 * The templates that can run tasks, most used first, with what would stop a create. A template whose details cannot be
 * read is shown all the same. Errors: those of the template list, as `readTaskTemplates` gives them.
 */
export async function describeTemplates(
  { coder, policy }: { readonly coder: CoderClient; readonly policy: Policy },
  filter: TemplateFilter,
  signal: AbortSignal,
): Promise<TemplateList> {
  const [all] = await Promise.all([readTaskTemplates(coder, filter.organization, signal), requireTasks(coder, signal)]);
  const allowed = all.filter(({ organization_name, name }) => policy.allowsTemplate(organization_name, name));
  const matching = allowed.filter(({ name, display_name, description }) =>
    hasWords(`${name} ${display_name} ${description}`, filter.search ?? ''),
  );
  const shown = matching.slice(0, MAX_TEMPLATES);
  const templates = await mapAtMost(MAX_AT_ONCE, shown, (template) => describe(template, allowed, coder, signal));
  return { templates, notes: [...omissions(all.length - allowed.length, matching.length - shown.length)] };
}

/**
 * Templates whose active version runs tasks, as the server orders them. Errors: CoderError `organization_not_found` with
 * the nearest names; `tasks_unavailable` where the server does not know the question.
 */
export async function readTaskTemplates(
  coder: CoderClient,
  organization: string | undefined,
  signal: AbortSignal,
): Promise<Template[]> {
  try {
    const templates = await coder.listTaskTemplates({ organization }, { signal });
    if (templates.length === 0 && organization !== undefined) await requireOrganization(coder, organization, signal);
    return templates;
  } catch (error) {
    if (!isCoderError(error, 'invalid_query')) throw error;
    if (organization !== undefined) await requireOrganization(coder, organization, signal);
    // Where Tasks were removed, `has-ai-task` is no filter any more.
    throw new CoderError('tasks_unavailable', 'this deployment knows no templates for tasks', {
      ...error,
      cause: error,
    });
  }
}

/** Where Tasks are switched off the templates are still there: only the routes of the tasks tell (coder-api §1). */
async function requireTasks(coder: CoderClient, signal: AbortSignal): Promise<void> {
  try {
    await coder.getTask({ user: 'me', task: ZERO_ID }, { signal });
  } catch (error) {
    if (!(error instanceof CoderError) || error.code === 'tasks_unavailable') throw error;
  }
}

/** `name`, or `org/name` where the name alone is not enough. */
export function templateLabel(template: Template, among: readonly Template[]): string {
  const isUnique = among.every(
    ({ id, name }) => id === template.id || name.toLowerCase() !== template.name.toLowerCase(),
  );
  return isUnique ? template.name : `${template.organization_name}/${template.name}`;
}

async function requireOrganization(coder: CoderClient, organization: string, signal: AbortSignal): Promise<void> {
  const mine = await coder.listMyOrganizations({ signal });
  const wanted = organization.toLowerCase();
  if (mine.some(({ id, name }) => id === wanted || name.toLowerCase() === wanted)) return;
  throw new CoderError('organization_not_found', `no organization ${organization} among yours`, {
    reached: 'yes',
    alternatives: nearest(
      organization,
      mine.map(({ name }) => name),
    ),
  });
}

async function describe(
  template: Template,
  among: readonly Template[],
  coder: CoderClient,
  signal: AbortSignal,
): Promise<TemplateSummary> {
  const [version, terms] = await Promise.all([
    readable(coder.getTemplateVersion(template.active_version_id, { signal })),
    readTerms(coder, template.active_version_id, signal),
  ]);
  const description = clipEnd(template.description.trim(), MAX_DESCRIPTION_CHARS);
  const title = visibleLine(template.display_name);
  const unread = version ? terms.unread : ['version', ...terms.unread];
  return {
    template: visibleLine(templateLabel(template, among)),
    organization: visibleLine(template.organization_name),
    ...(version && { version: visibleLine(version.name) }),
    version_id: template.active_version_id,
    ...obstacles(terms, coder.url),
    ...(unread.length > 0 && { unread }),
    ...((title || description) && {
      untrusted: { ...(title && { title }), ...(description && { description: visible(description) }) },
    }),
  };
}

/** The presets, and what stands in the way of a create with or without them. */
function obstacles({ presets = [], parameters = [], logins = [] }: TemplateTerms, origin?: string) {
  const needed = withoutValue(parameters, undefined);
  const uncovered = needed.filter(({ name }) =>
    presets.every(({ Parameters }) => !Parameters.some(({ Name }) => Name === name)),
  );
  const fitting = fittingPresets(parameters, presets);
  const missing = missingLogins(logins);
  return {
    presets: presets.map((preset) => {
      const [bad] = badValues(parameters, preset);
      return {
        name: visibleLine(preset.Name),
        ...(preset.Default && { default: true }),
        ...(bad && { problem: visibleLine(`${bad.parameter} is ${bad.problem}`) }),
      };
    }),
    ...(uncovered.length > 0 && { uncovered_parameters: uncovered.map(({ name }) => visibleLine(name)) }),
    ...(needed.length > 0 && fitting.length > 0 && { needs_preset: fitting.map(({ Name }) => visibleLine(Name)) }),
    ...(missing.length > 0 && {
      missing_logins: missing.map((login) => ({
        name: visibleLine(login.display_name || login.id),
        url: loginUrl(login, origin),
      })),
    }),
  };
}

function* omissions(forbidden: number, further: number): Iterable<string> {
  if (forbidden > 0) yield `${forbidden} more that the configuration of this server does not allow`;
  if (further > 0) yield `${further} more match; narrow them with search or organization`;
}

/** Like `Promise.all` over the items, with at most so many under way. */
async function mapAtMost<Item, Result>(
  most: number,
  items: readonly Item[],
  map: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) results[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return results;
}
