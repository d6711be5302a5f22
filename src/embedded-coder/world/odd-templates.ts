/** Templates that a deployment gets only when a test asks for them by name. */

import type { NewTemplate } from './templates.js';

/** The health check that the modules of the registry have. */
const MODULE_CHECK = { interval: 3, threshold: 20 };

export const ODD_TEMPLATES: readonly NewTemplate[] = [
  {
    name: 'cli-agent',
    description: 'A coding agent that gets its prompt on its command line.',
    version: { program: 'cli', healthcheck: MODULE_CHECK },
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
    name: 'no-connect',
    description: 'The workspace agent never connects.',
    version: { agentKind: 'never-connects', resourceName: 'machine', connectionTimeoutSeconds: 60 },
  },
  { name: 'loose-agent', description: 'The agent belongs to no resource.', version: { agentKind: 'loose' } },
  { name: 'short-ttl', description: 'Stops after one minute.', ttlMs: 60_000, activityBumpMs: 0 },
];
