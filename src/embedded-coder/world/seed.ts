/** The world an embedded deployment begins with: the people and the templates of the recordings. */

import { commandFailure } from '../views/build-logs.js';
import type { User, Version } from './model.js';
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
      earlierVersions: world.features.newFields ? ['bright_perkins15', 'fine_singh99'] : [],
      version: {
        name: world.features.newFields ? 'successful_wilcox49' : 'fierce_friesen6',
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
    {
      name: 'cli-agent',
      description: 'A coding agent that gets its prompt on its command line.',
      version: { program: 'cli', healthcheck: MODULE_CHECK, script: { command: 'ws-cli', blocksLogin: false } },
    },
    {
      name: 'scripted-agent',
      description: 'A coding agent that reads and writes lines.',
      version: { program: 'scripted', healthcheck: MODULE_CHECK },
    },
    {
      name: 'no-reports',
      description: 'As cli-agent, but nothing is ever reported.',
      version: { program: 'cli', healthcheck: MODULE_CHECK, reports: false },
    },
    {
      name: 'stuck-reports',
      description: 'As cli-agent, but the watcher of its screen reports nothing: the last report of the agent stays.',
      version: { program: 'cli', healthcheck: MODULE_CHECK, watches: false },
    },
    {
      name: 'prompt-lost',
      description: 'As cli-agent, but the prompt never reaches the agent.',
      version: { program: 'cli', healthcheck: MODULE_CHECK, givesPrompt: false },
    },
    {
      name: 'no-agent-connect',
      description: 'The workspace agent never connects.',
      version: { agentKind: 'never-connects', connectionTimeoutSeconds: 60 },
    },
    { name: 'loose-agent', description: 'The agent belongs to no resource.', version: { agentKind: 'loose' } },
    { name: 'short-ttl', description: 'Stops after one minute.', ttlMs: 60_000, activityBumpMs: 0 },
    { name: 'https-app', description: 'The app URL is https, no health check.', version: { app: 'https' } },
    { name: 'no-url-app', description: 'The app is a command without URL.', version: { app: 'no-url' } },
  ];
}

/** The health check that the modules of the registry have. */
const MODULE_CHECK = { interval: 3, threshold: 20 };

/** The templates of the recordings templates.json and scopes.json. */
export const RECORDED_TEMPLATES = [
  'plain-workspace',
  'tasks-demo',
  'needs-param',
  'broken-build',
  'unhealthy-app',
  'no-agent',
  'bad-app',
  'https-app',
  'no-url-app',
] as const;

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
