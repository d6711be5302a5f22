/** Making templates and versions of them. */

import type { Scripts, Template, Version } from './model.js';
import { ODD_TEMPLATES } from './odd-templates.js';
import type { World } from './world.js';

export interface NewTemplate {
  readonly name: string;
  readonly description?: string;
  readonly displayName?: string;
  readonly icon?: string;
  readonly hidden?: boolean;
  readonly allowCancel?: boolean;
  readonly activityBumpMs?: number;
  readonly ttlMs?: number;
  readonly activeUsers?: number;
  /** Names of versions that came before the active one, oldest first. */
  readonly earlierVersions?: readonly string[];
  readonly version?: NewVersion;
}

export type NewVersion = Partial<Omit<Version, 'id' | 'templateId' | 'createdAt' | 'fileId' | 'importJobId'>>;

const ADJECTIVES = ['bright', 'fine', 'gentle', 'keen', 'quiet', 'brave', 'stoic', 'vivid'] as const;
const SURNAMES = ['hopper', 'lovelace', 'noether', 'curie', 'franklin', 'meitner', 'hamilton', 'liskov'] as const;

export function addTemplate(world: World, wanted: NewTemplate): Template {
  const template: Template = {
    id: world.ids.uuid(),
    name: wanted.name,
    displayName: wanted.displayName ?? '',
    description: wanted.description ?? '',
    icon: wanted.icon ?? '',
    createdAt: world.now(),
    updatedAt: world.now(),
    activeVersionId: '',
    deleted: false,
    hidden: wanted.hidden ?? false,
    allowCancel: wanted.allowCancel ?? false,
    activityBumpMs: wanted.activityBumpMs ?? 3_600_000,
    ttlMs: wanted.ttlMs ?? 0,
    activeUsers: wanted.activeUsers ?? 0,
  };
  world.templates.push(template);
  for (const name of wanted.earlierVersions ?? []) addVersion(world, template, { ...wanted.version, name });
  template.activeVersionId = addVersion(world, template, wanted.version).id;
  return template;
}

/** The live template of that name; one of the odd ones is added when it is asked for. Undefined: there is none. */
export function templateNamed(world: World, name: string): Template | undefined {
  const found = world.templates.find((each) => each.name === name && !each.deleted);
  if (found !== undefined) return found;
  const odd = ODD_TEMPLATES.find((each) => each.name === name);
  return odd === undefined ? undefined : addTemplate(world, odd);
}

export function scriptsOf(command: string, blocksLogin: boolean): Scripts {
  return {
    start: { name: 'AgentAPI', command: `${command} start` },
    stop: { name: 'AgentAPI shutdown', command: `${command} stop` },
    blocksLogin,
    hasTimeout: true,
  };
}

/** Adds a version, to no template if none is given; it does not become the active one. */
export function addVersion(world: World, template: Template | undefined, wanted: NewVersion = {}): Version {
  const { ids } = world;
  const version: Version = {
    id: ids.uuid(),
    templateId: template?.id,
    name: `${ids.pick(ADJECTIVES)}_${ids.pick(SURNAMES)}${ids.below(90) + 10}`,
    createdAt: world.now(),
    import: 'succeeded',
    archived: false,
    aiTask: true,
    agent: true,
    program: 'demo',
    agentKind: 'good',
    reports: true,
    watches: true,
    givesPrompt: true,
    connectionTimeoutSeconds: 120,
    resourceName: 'workspace',
    directory: '/home/coder',
    keepsApp: false,
    healthcheck: { interval: 1, threshold: 8 },
    scripts: scriptsOf('ws-agentapi', true),
    appNames: { slug: 'agent', displayName: 'Demo agent', path: '' },
    app: 'good',
    parameters: [],
    presets: [],
    externalLogins: [],
    startFailure: undefined,
    fileId: ids.uuid(),
    importJobId: ids.uuid(),
    ...wanted,
  };
  world.versions.push(version);
  return version;
}
