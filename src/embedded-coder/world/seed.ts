/** The world an embedded deployment begins with: the people and the templates of the recordings. */

import { commandFailure } from '../views/build-logs.js';
import type { User, Version } from './model.js';
import { ODD_TEMPLATES } from './odd-templates.js';
import { addTemplate, type NewTemplate } from './templates.js';
import type { World } from './world.js';

type NewUser = Pick<User, 'username'> & Partial<Pick<User, 'siteRole' | 'organizationAdmin'>>;

const PEOPLE: readonly NewUser[] = [
  { username: 'admin', siteRole: 'owner' },
  { username: 'alice' },
  { username: 'bob' },
  { username: 'carol', siteRole: 'template-admin' },
  { username: 'dave', organizationAdmin: true },
  { username: 'erin', siteRole: 'auditor' },
  { username: 'frank' },
];

/** Fills the world, with the named templates or with all of them; gives a token for each person. */
export function seed(world: World, names?: readonly string[]): Readonly<Record<string, string>> {
  const tokens: Record<string, string> = {};
  for (const person of PEOPLE) {
    world.users.push({
      id: world.ids.uuid(),
      username: person.username,
      fullName: undefined,
      email: `${person.username}@example.com`,
      siteRole: person.siteRole,
      organizationAdmin: person.organizationAdmin ?? false,
      createdAt: world.now(),
      updatedAt: world.now(),
      lastSeenAt: world.now(),
      status: 'active',
    });
    tokens[person.username] = world.addToken(person.username);
  }
  for (const template of startingTemplates(world)) {
    if (names === undefined || names.includes(template.name)) addTemplate(world, template);
  }
  for (const template of ODD_TEMPLATES) if (names?.includes(template.name)) addTemplate(world, template);
  return tokens;
}

function startingTemplates(world: World): readonly NewTemplate[] {
  return [
    {
      name: 'plain-workspace',
      description: 'No AI task.',
      version: { aiTask: false },
    },
    {
      name: 'tasks-demo',
      displayName: 'Tasks demo',
      description: 'A scripted coding agent behind AgentAPI.',
      icon: '/emojis/1f916.png',
      earlierVersions: world.features.templateSaysDeleted ? ['bright_perkins15', 'fine_singh99'] : [],
      version: {
        name: world.features.templateSaysDeleted ? 'successful_wilcox49' : 'fierce_friesen6',
        parameters: [SIZE],
        presets: [
          preset(world, 'Large', 'A large workspace.', { size: 'large' }),
          {
            ...preset(world, 'Standard', 'A small workspace.', { size: 'small' }),
            isDefault: true,
            icon: '/emojis/1f4bb.png',
          },
        ],
      },
    },
    {
      name: 'needs-param',
      description: 'A required parameter without a default.',
      version: {
        parameters: [COUNT, REPO],
        presets: [
          preset(world, 'Too many', '', { count: '9', repo: 'docs' }),
          preset(world, 'Docs', '', { count: '3', repo: 'docs' }),
        ],
      },
    },
    {
      name: 'broken-build',
      description: 'Every start build fails.',
      version: { startFailure: commandFailure('volume quota exceeded in project demo') },
    },
    {
      name: 'unhealthy-app',
      description: 'The app health check never passes.',
      version: { app: 'unhealthy' },
    },
    { name: 'no-agent', description: 'Has an AI task but no agent.', version: { agent: false } },
    {
      name: 'bad-app',
      description: 'The AI task points at an app that does not exist.',
      version: { app: 'unlinked' },
    },
    { name: 'https-app', description: 'The app URL is https, no health check.', version: { app: 'https' } },
    { name: 'no-url-app', description: 'The app is a command without URL.', version: { app: 'no-url' } },
  ];
}

const SIZE: Version['parameters'][number] = {
  name: 'size',
  displayName: 'Size',
  description: 'How big the workspace is.',
  type: 'string',
  formType: 'radio',
  mutable: true,
  defaultValue: 'small',
  options: [
    { name: 'Small', value: 'small' },
    { name: 'Large', value: 'large' },
  ],
  required: false,
};

const COUNT: Version['parameters'][number] = {
  name: 'count',
  description: '',
  type: 'number',
  formType: 'input',
  mutable: false,
  defaultValue: '2',
  options: [],
  required: false,
  min: 1,
  max: 5,
};

const REPO: Version['parameters'][number] = {
  name: 'repo',
  description: 'Repository to work on',
  type: 'string',
  formType: 'input',
  mutable: false,
  defaultValue: '',
  options: [],
  required: true,
};

function preset(world: World, name: string, description: string, values: Readonly<Record<string, string>>) {
  const parameters = Object.entries(values).map(([key, value]) => ({ name: key, value }));
  return { id: world.ids.uuid(), name, description, icon: '', isDefault: false, parameters };
}
