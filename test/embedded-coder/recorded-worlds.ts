/** The deployments of the recordings: which of them was recorded where, and what stood in it. */

import type { Pace, Profile } from '../../src/embedded-coder/index.js';
import { scriptsOf } from '../../src/embedded-coder/world/templates.js';
import type { World } from '../../src/embedded-coder/world/world.js';
import { recordingNames, type Version } from './recording.js';

export const profileOf: Readonly<Record<Version, Profile>> = {
  'v2.29.10': '2.29',
  'v2.30.7': '2.30',
  'v2.31.9': '2.31.1',
  'v2.33.0-rc.1': '2.33',
  'v2.35-dev': '2.35',
};

/**
 * Recordings whose steps between the exchanges (what the recorder made, paused or sent, and how long builds took) have
 * not been read off yet, so that they cannot be replayed. The client is held against them all the same.
 */
const untimed: Readonly<Partial<Record<Version, readonly string[]>>> = {
  'v2.30.7': ['auto-stop', 'create', 'create-errors', 'lifecycle', 'logs', 'send', 'send-errors', 'state', 'templates'],
  'v2.31.9': ['report-history'],
  'v2.33.0-rc.1': [
    'create',
    'create-errors',
    'delete',
    'get',
    'lifecycle',
    'logs',
    'pause-resume',
    'report-history',
    'send',
    'send-errors',
    'state',
    'templates',
    'workspace',
  ],
};

export function isUntimed(version: Version, recording: string): boolean {
  return untimed[version]?.includes(recording) ?? false;
}

interface RecordedWorld {
  /** The recordings that were made in it; undefined: all that no other world names. */
  readonly recordings: readonly string[] | undefined;
  readonly versions?: readonly Version[];
  /** Makes of the world that a deployment begins with the one that was recorded. */
  readonly setUp: (world: World) => void;
  /** How long builds took there. */
  readonly pace?: Partial<Pace>;
}

const worlds: readonly RecordedWorld[] = [
  {
    recordings: ['report-history', 'restricted-token', 'frozen-send', 'dead-agent', 'chats-probe'],
    setUp: scriptedWorld,
    pace: { queue: 50, startBuild: 650, startScripts: 1_000, stopBuild: 2_000, deleteBuild: 5_000 },
  },
  { recordings: ['cli-agent', 'cli-dialogs', 'no-agent', 'build-cancel', 'auto-stop'], setUp: fullerWorld },
  { recordings: undefined, versions: ['v2.30.7', 'v2.33.0-rc.1'], setUp: laterWorld },
  { recordings: undefined, versions: ['v2.29.10', 'v2.35-dev'], setUp: () => {} },
];

function worldOf(version: Version, recording: string): RecordedWorld {
  const found = worlds.find(
    (each) =>
      (each.recordings === undefined || each.recordings.includes(recording)) &&
      (each.versions === undefined || each.versions.includes(version)),
  );
  if (found === undefined) throw new Error(`no world for ${recording} of ${version}`);
  return found;
}

export function paceOf(version: Version, recording: string): Partial<Pace> {
  return worldOf(version, recording).pace ?? {};
}

export function setUpWorld(version: Version, recording: string, world: World): void {
  worldOf(version, recording).setUp(world);
}

/** The recordings that were made in the same deployment as this one. */
export function neighboursOf(version: Version, recording: string): readonly string[] {
  const own = worldOf(version, recording);
  return recordingNames(version).filter((name) => worldOf(version, name) === own);
}

/** The deployments of 25 November: their demo agent says less, and apps outlive a pause. */
function laterWorld(world: World): void {
  for (const user of world.users) user.fullName = user.username.charAt(0).toUpperCase() + user.username.slice(1);
  for (const template of world.templates) if (template.name === 'no-agent') template.activityBumpMs = 0;
  const scripts = scriptsOf('/srv/coder/tools/ws-agentapi', false);
  for (const version of world.versions) {
    Object.assign(version, {
      keepsApp: true,
      scripts: { ...scripts, stop: { ...scripts.stop, isBrief: true } },
      directory: undefined,
    });
  }
  changeVersion(world, 'tasks-demo', { program: 'plain-demo' });
}

/** The same with the templates of the new recordings, and more provisioners. */
function fullerWorld(world: World): void {
  for (const name of ['cli-agent', 'no-connect', 'loose-agent', 'short-ttl']) world.templateNamed(name);
  laterWorld(world);
  for (const name of ['no-connect', 'short-ttl']) {
    changeVersion(world, name, { healthcheck: { interval: 3, threshold: 20 } });
  }
  changeVersion(world, 'short-ttl', { program: 'plain-demo' });
  changeVersion(world, 'cli-agent', { scripts: scriptsOf('/srv/coder/tools/ws-cli', false) });
  world.provisioners.count = 5;
  world.provisioners.available = 5;
}

/** Another deployment of that day, with other templates and an agent that writes lines. */
function scriptedWorld(world: World): void {
  for (const user of world.users) {
    user.fullName = user.username.charAt(0).toUpperCase() + user.username.slice(1);
    user.email = `${user.username}@example.test`;
  }
  world.templates.length = 0;
  world.versions.length = 0;
  const version = {
    program: 'scripted',
    keepsApp: true,
    healthcheck: { interval: 3, threshold: 20 },
    directory: undefined,
    scripts: {
      start: { name: 'start_agentapi', command: '/srv/coder/tools/start-agentapi.sh\n' },
      stop: { name: 'save_conversation', command: '/srv/coder/tools/snapshot.sh\n' },
      blocksLogin: false,
      hasTimeout: false,
    },
    appNames: { slug: 'agentapi', displayName: 'Agent', path: '/' },
  } as const;
  const parameters = [machineSize];
  const presets = ['Large', 'Standard'].map((name) => ({
    id: world.ids.uuid(),
    name,
    description: '',
    icon: '',
    isDefault: name === 'Standard',
    parameters: [{ name: 'size', value: name.toLowerCase() }],
  }));
  world.addTemplate({
    name: 'tasks-demo',
    description: 'Runs the scripted agent',
    activityBumpMs: 0,
    activeUsers: 1,
    version: { ...version, parameters, presets },
  });
  for (const name of ['broken-build', 'fail-script', 'needs-param', 'no-agent-connect', 'slow-start']) {
    world.addTemplate({ name, description: name, activityBumpMs: 0 });
  }
}

const machineSize = {
  name: 'size',
  description: 'Machine size',
  type: 'string',
  formType: 'radio',
  mutable: true,
  defaultValue: 'standard',
  options: [
    { name: 'Standard', value: 'standard' },
    { name: 'Large', value: 'large' },
  ],
  required: false,
} as const;

function changeVersion(world: World, name: string, change: object): void {
  const version = world.version(world.templateNamed(name).activeVersionId);
  if (version !== undefined) Object.assign(version, change);
}
