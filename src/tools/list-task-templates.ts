/** coder_list_task_templates: which templates can run tasks, and what would stop a create. */

import { z } from 'zod';
import { describeTemplates } from '../tasks/creating/templates.js';
import { nameText } from '../text/names.js';
import { defineTool } from './define.js';
import { next, notes } from './outputs.js';
import { organizationParam } from './params.js';

const templateItem = z.object({
  template: z.string(),
  organization: z.string(),
  version: z.string().optional(),
  version_id: z.string().optional(),
  presets: z.array(z.object({ name: z.string(), default: z.boolean().optional(), problem: z.string().optional() })),
  needs_preset: z.array(z.string()).optional(),
  uncovered_parameters: z.array(z.string()).optional(),
  missing_logins: z.array(z.object({ name: z.string(), url: z.string() })).optional(),
  unread: z.array(z.string()).optional(),
  untrusted: z.object({ title: z.string().optional(), description: z.string().optional() }).optional(),
});

export const listTaskTemplates = defineTool({
  name: 'coder_list_task_templates',
  title: 'List task templates',
  description:
    'List the templates and presets that tasks can be created from: what each is for, and what would stop a ' +
    'create (parameters that no preset sets, missing logins). Only to choose: coder_create_task takes a ' +
    "template's name, needs none when there is just one, and names them when it fails.",
  effect: 'read',
  input: z.strictObject({
    organization: organizationParam.optional().describe('name or id'),
    search: z.string().min(1).max(200).optional().describe('all words, in name or description'),
    version_ids: z.boolean().default(false).describe('also the id of each active version, default false'),
  }),
  output: z.object({ templates: z.array(templateItem), notes, next }),
  async run({ version_ids, ...filter }, { coder, policy, signal }) {
    const { templates, notes } = await describeTemplates({ coder, policy }, filter, signal);
    const shown = templates.map(({ version_id, ...template }) => ({ ...template, ...(version_ids && { version_id }) }));
    return { templates: shown, ...(notes.length > 0 && { notes }) };
  },
  text: ({ templates }) => [
    templates.length === 0
      ? 'no template for tasks: none that this token may see, or none that matches'
      : `${templates.length} ${templates.length === 1 ? 'template runs' : 'templates run'} tasks`,
    ...templates.map(templateLine),
  ],
});

/** "tasks-demo (organization coder, version fine_singh99), presets Large, Standard (default)" and what is in the way. */
function templateLine({
  template,
  organization,
  version,
  version_id,
  presets,
  needs_preset,
  uncovered_parameters,
  missing_logins,
  unread,
}: z.output<typeof templateItem>): string {
  return [
    `${template} (${[`organization ${organization}`, version && `version ${version}`, version_id && `version id ${version_id}`].filter(Boolean).join(', ')})`,
    presets.length > 0 && `presets ${presets.map(presetWords).join(', ')}`,
    needs_preset && `needs a preset: ${needs_preset.map(nameText).join(' or ')}`,
    uncovered_parameters &&
      `cannot be used: no preset sets ${uncovered_parameters.map(nameText).join(', ')}, a template administrator must add one`,
    missing_logins &&
      `you must log in: ${missing_logins.map(({ name, url }) => `${nameText(name)} at ${url}`).join(', ')}`,
    unread && `not readable: ${unread.join(', ')}`,
  ]
    .filter(Boolean)
    .join('; ');
}

function presetWords({ name, default: isDefault, problem }: z.output<typeof templateItem>['presets'][number]): string {
  const words = [isDefault && 'default', problem].filter(Boolean);
  return words.length === 0 ? nameText(name) : `${nameText(name)} (${words.join(', ')})`;
}
