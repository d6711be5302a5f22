/** What stands in the deployment of a demonstration: templates and tasks such as a newcomer knows from their own Coder. */

import { addTask, type NewTask } from './setup.js';
import { addTemplate, type NewTemplate } from './templates.js';
import type { World } from './world.js';

const MINUTE_MS = 60_000;
const MODULE_CHECK = { interval: 3, threshold: 20 };
const AGENT = { program: 'story', healthcheck: MODULE_CHECK } as const;

const TEMPLATES: readonly NewTemplate[] = [
  {
    name: 'claude-code',
    displayName: 'Claude Code on Docker',
    description: 'A Docker container with Claude Code, Git and the tools of your repository.',
    icon: '/icon/claude.svg',
    activeUsers: 4,
    version: AGENT,
  },
  {
    name: 'codex-kubernetes',
    displayName: 'Codex on Kubernetes',
    description: 'A pod with the Codex CLI, for larger builds.',
    icon: '/icon/openai.svg',
    activeUsers: 2,
    version: AGENT,
  },
  {
    name: 'docker-devcontainer',
    displayName: 'Dev container',
    description: 'A workspace for people, without an AI agent.',
    icon: '/icon/docker.png',
    version: { aiTask: false },
  },
];

/** The tasks, newest last; `recorded` is the agent that knows selection lists. */
const TASKS: readonly (NewTask & { readonly minutesAgo: number })[] = [
  {
    minutesAgo: 2_900,
    as: 'paused',
    name: 'migrate-to-postgres-16',
    displayName: 'Migrate the test database to PostgreSQL 16',
    prompt: 'Migrate the test database to PostgreSQL 16 in acme/shop and open a pull request',
  },
  {
    minutesAgo: 400,
    as: 'broken',
    name: 'profile-checkout',
    displayName: 'Profile the checkout page',
    prompt: 'Profile the checkout page and write down what is slow',
    template: 'codex-kubernetes',
  },
  {
    minutesAgo: 95,
    as: 'idle',
    name: 'bump-dependencies',
    displayName: 'Bump the dependencies of the storefront',
    prompt: 'Bump the dependencies of acme/storefront and open a pull request',
  },
  {
    minutesAgo: 40,
    as: 'idle',
    name: 'cache-for-prices',
    displayName: 'Add a cache for prices',
    prompt: 'Add a cache for prices in acme/shop; there are two ways, ask me which one you should take',
  },
  {
    minutesAgo: 25,
    as: 'idle',
    name: 'tidy-configuration',
    displayName: 'Tidy up the configuration',
    prompt: 'Tidy up the configuration, let me choose before you edit a file',
    template: 'claude-code-edits',
  },
  {
    minutesAgo: 3,
    as: 'working',
    name: 'document-the-api',
    displayName: 'Document the public API',
    prompt: 'Document the public API of acme/shop slow=600',
  },
  {
    minutesAgo: 30,
    as: 'working',
    name: 'rename-order-service',
    displayName: 'Rename the order service',
    prompt: 'Rename the order service to orders, and fix what depends on it slow=1',
    template: 'claude-code-beta',
  },
];

/** Agents that a newcomer meets too: one that asks with a list, one whose report sticks. */
const ODD: readonly NewTemplate[] = [
  {
    name: 'claude-code-edits',
    displayName: 'Claude Code, asks before edits',
    description: 'As Claude Code on Docker, but the agent asks before it edits a file.',
    icon: '/icon/claude.svg',
    version: { program: 'cli', healthcheck: MODULE_CHECK },
  },
  {
    name: 'claude-code-beta',
    displayName: 'Claude Code (beta)',
    description: 'The next version of the template, with a newer module.',
    icon: '/icon/claude.svg',
    version: { ...AGENT, watches: false },
  },
];

/** Fills a world that has its people already. */
export function addDemoWorld(world: World): void {
  for (const template of [...TEMPLATES, ...ODD]) addTemplate(world, template);
  for (const { minutesAgo, ...task } of TASKS) {
    addTask(world, { template: 'claude-code', ...task, createdAt: world.now() - minutesAgo * MINUTE_MS });
  }
}
