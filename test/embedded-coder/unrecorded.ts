/** What the recorder did between the exchanges it wrote down, read off the recordings themselves. */

import type { Pace } from '../../src/embedded-coder/index.js';
import { objectsIn, parseJson, type Version } from './recording.js';
import type { Replay, Step } from './replay.js';

const SECOND = 1_000;

interface Start {
  readonly input: string;
  readonly template?: string;
  readonly displayName?: string;
  readonly as?: string;
  /** Situations whose path names the new task, or its workspace, where no recorded answer shows them before. */
  readonly shownIn?: string;
  readonly workspaceShownIn?: string;
}

type Action = Step['run'];

function create(name: string, start: Start): Action {
  return async (replay) => {
    const user = start.as ?? 'admin';
    const { active_version_id: version } = await replay.insist(
      'admin',
      'GET',
      `/api/v2/organizations/coder/templates/${start.template ?? 'tasks-demo'}`,
    );
    const ours = await replay.insist(user, 'POST', '/api/v2/tasks/me', {
      name,
      input: start.input,
      template_version_id: version,
      ...(start.displayName === undefined ? {} : { display_name: start.displayName }),
    });
    const recorded = recordedTask(replay, name);
    pair(replay, recorded.id ?? idInPath(replay, start.shownIn), ours.id);
    pair(replay, recorded.workspace_id ?? idInPath(replay, start.workspaceShownIn), ours.workspace_id);
  };
}

/** The first recorded sight of a task by this name that no recorded request created. */
function recordedTask(replay: Replay, name: string): { readonly id?: string; readonly workspace_id?: string } {
  for (const { response } of replay.exchanges) {
    for (const { id, name: found, workspace_id, initial_prompt } of objectsIn(parseJson(response.body ?? ''))) {
      if (found !== name || initial_prompt === undefined || response.status === 201) continue;
      if (typeof id === 'string' && typeof workspace_id === 'string') return { id, workspace_id };
    }
  }
  return {};
}

function idInPath(replay: Replay, situation: string | undefined): string | undefined {
  return situation === undefined
    ? undefined
    : /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(replay.exchange(situation).request.path)?.[0];
}

function pair(replay: Replay, recorded: unknown, ours: unknown): void {
  if (typeof recorded === 'string' && typeof ours === 'string') replay.pairing.learn(recorded, ours);
}

function build(name: string, transition: 'stop' | 'start', as = 'admin'): Action {
  return async (replay) => {
    if (replay.version === 'v2.29.10') {
      const { workspace_id: workspace } = await replay.insist(as, 'GET', `/api/v2/tasks/me/${name}`);
      await replay.insist(as, 'POST', `/api/v2/workspaces/${workspace}/builds`, { transition });
    } else {
      await replay.insist(as, 'POST', `/api/v2/tasks/me/${name}/${transition === 'stop' ? 'pause' : 'resume'}`);
    }
  };
}

const pause = (name: string, as?: string) => build(name, 'stop', as);
const resume = (name: string, as?: string) => build(name, 'start', as);

function remove(name: string, as = 'admin'): Action {
  return async (replay) => {
    await replay.insist(as, 'DELETE', `/api/v2/tasks/me/${name}`);
  };
}

function send(name: string, input: string): Action {
  return async (replay) => {
    await replay.insist('admin', 'POST', `/api/v2/tasks/me/${name}/send`, { input });
  };
}

/** From here on these steps take so long on the recorded machine. */
function pace(change: Partial<Pace>): Action {
  return async (replay) => {
    Object.assign(replay.pace, change);
  };
}

function on(version: Version, step: Step): Step {
  return { ...step, version };
}

export function before(situation: string, leadSeconds: number, run: Action): Step {
  return { before: situation, leadMs: leadSeconds * SECOND, run };
}

/** The steps of each recording; a recording that is not named here is whole. */
export const unrecorded: Readonly<Record<string, readonly Step[]>> = {
  routes: [before('wrong method: GET on send', 0.04, create('routes-task', { input: 'hello' }))],

  list: [
    before('no q: all owners', 12.03, create('first-task', { input: 'slow=1 hello' })),
    before('no q: all owners', 11.96, create('second-task', { input: 'hello' })),
    before('no q: all owners', 11.87, create('alice-task', { input: 'hello', as: 'alice' })),
    before('no q: all owners', 3.4, pause('second-task')),
    before('right after a delete', 0.02, remove('alice-task', 'alice')),
    before('after all deletes', 0.1, remove('first-task')),
    before('after all deletes', 0.05, remove('second-task')),
  ],

  get: [
    before('by id', 15.1, create('Get-Task', { input: 'hello', displayName: 'Get this task', as: 'alice' })),
    before('bob: resume of another (paused)', 1.5, pause('Get-Task', 'alice')),
  ],

  send: [
    before('while pending', 0.4, pace({ queue: 4 * SECOND })),
    before('while pending', 0.4, create('send-task', { input: 'hello @script-sleep=3' })),
    before('while pausing', 0.03, pause('send-task')),
    before('deleted', 0.02, remove('send-task')),
  ],

  'send-errors': [
    before('build failed: task', 1.51, create('broken', { template: 'broken-build', input: 'x' })),
    before('build failed: task', 1.44, create('unhealthy', { template: 'unhealthy-app', input: 'hello' })),
    before('build failed: task', 1.35, create('no-agent-task', { template: 'no-agent', input: 'x' })),
    before('build failed: task', 1.29, create('bad-app-task', { template: 'bad-app', input: 'hello' })),
    before('build failed: task', 1.17, create('https-task', { template: 'https-app', input: 'hello' })),
    before('build failed: task', 1.1, create('no-url-task', { template: 'no-url-app', input: 'hello' })),
    before('build failed: task', 1.01, create('crash-task', { input: 'hello' })),
    before('build failed: task', 0.96, create('agent-lost', { input: 'hello' })),
  ],

  logs: [
    before('pending, no snapshot', 0.1, pace({ queue: 4 * SECOND })),
    before('pending, no snapshot', 0.1, create('logs-task', { input: 'hello', shownIn: 'pending, no snapshot' })),
    before('initializing, no snapshot', 0, pace({ queue: 40 })),
    before('active, working on a send (poll 0)', 1.12, send('logs-task', 'slow=3 question')),
    before('active, unicode', 7.02, send('logs-task', 'slow=1 unicode')),
    before('active, long answer', 6.65, send('logs-task', 'slow=1 long answer')),
    before('pausing (poll 0)', 0.04, pause('logs-task')),
    before('resuming: right after resume', 0.05, resume('logs-task')),
    before('deleted', 0.05, remove('logs-task')),
    before(
      'paused, no snapshot was taken',
      20,
      create('no-snapshot', { input: 'hello @no-snapshot', shownIn: 'paused, no snapshot was taken' }),
    ),
    before('paused, no snapshot was taken', 4, pause('no-snapshot')),
  ],

  'patch-input': [
    before('while starting', 0.15, create('patch-task', { input: 'first input' })),
    before('while pausing', 0.03, pause('patch-task')),
    before('logs after resume: the new input was used', 12.9, resume('patch-task')),
    before('deleted', 0.05, remove('patch-task')),
  ],

  delete: [
    before('while pending', 0.1, pace({ queue: 4 * SECOND })),
    before(
      'while pending',
      0.1,
      create('delete-task', {
        input: 'hello',
        shownIn: 'while pending',
        workspaceShownIn: 'workspace while it is deleted',
      }),
    ),
    before('unknown task', 0, pace({ queue: 200 })),
    before('paused', 6, pause('delete-task')),
    before(
      'in error (failed build)',
      1.1,
      create('broken', { template: 'broken-build', input: 'x', shownIn: 'in error (failed build)' }),
    ),
    before(
      'whose delete build will fail',
      15.8,
      create('delete-fails', {
        input: 'hello @delete-fail-once',
        shownIn: 'whose delete build will fail',
        workspaceShownIn: 'workspace after the failed delete build',
      }),
    ),
    before(
      'delete the workspace instead of the task',
      16,
      create('ws-deleted', { input: 'hello', workspaceShownIn: 'delete the workspace instead of the task' }),
    ),
    before('by name', 5.4, create('By-Name', { input: 'x' })),
  ],

  'pause-resume': [
    before('while pending', 1.05, pace({ queue: 9 * SECOND })),
    before('while pending', 1.05, create('pause-task', { input: 'hello @stop-sleep=3 @start-sleep=3' })),
    before('while the start build runs', 0, pace({ queue: 150 })),
    before('deleted', 0.02, remove('pause-task')),
    before('start failed', 2.04, create('start-fails-once', { input: 'hello @start-fail-once' })),
    before('pause after a failed start', 2.45, create('start-fails', { input: 'hello @start-fail' })),
    before('pause whose stop build will fail', 15.6, create('stop-fails-once', { input: 'hello @stop-fail-once' })),
    before('start script failed', 3.92, create('script-fails', { input: 'hello @script-fail' })),
  ],

  state: [
    before('send slow=2 complete', 15.6, create('state-task', { input: 'hello' })),
    before('paused: the last state stays', 3.5, pause('state-task')),
    before('active after resume: state', 5.5, resume('state-task')),
    before('active, nothing ever reported', 8.95, create('no-reports', { input: 'hello @no-mcp' })),
    before('start script runs', 4.2, create('slow-script', { input: 'hello @script-sleep=19' })),
  ],

  workspace: [
    before(
      'workspace of a task',
      21.1,
      create('workspace-task', { input: 'hello', workspaceShownIn: 'workspace of a task' }),
    ),
    before('workspace while pausing', 0.13, pause('workspace-task')),
  ],

  // The builds as long as watch-sse.json shows them: the same workspace on the same clock.
  lifecycle: [
    on('v2.35-dev', before('create', 0, pace({ queue: 5_450, startBuild: 2_150, startScripts: 60 }))),
    on('v2.35-dev', before('pause', 0, pace({ queue: 20, stopBuild: 3_650 }))),
    on('v2.35-dev', before('resume', 0, pace({ queue: 20, startBuild: 3_450, startScripts: 1_100 }))),
    on('v2.35-dev', before('delete', 0, pace({ deleteBuild: 7_400 }))),
    on('v2.29.10', before('create', 0, pace({ queue: 6_410, startBuild: 2_010, startScripts: 60 }))),
    on('v2.29.10', before('stop build (no pause on this version)', 0, pace({ queue: 20, stopBuild: 2_970 }))),
    on(
      'v2.29.10',
      before('start build (no resume on this version)', 0, pace({ startBuild: 2_200, startScripts: 1_000 })),
    ),
    on('v2.29.10', before('delete', 0, pace({ deleteBuild: 8_900 }))),
  ],
};
