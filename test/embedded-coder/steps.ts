/** The things a recorder does between the exchanges it writes down. */

import { type Pace, RECORDED_PACE } from '../../src/embedded-coder/index.js';
import type { NewVersion } from '../../src/embedded-coder/world/templates.js';
import { objectsIn, parseJson, type Version } from './recording.js';
import type { Replay, Step } from './replay.js';

const SECOND = 1_000;
const UNRECORDED_PATIENCE_MS = 40_000;
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

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

export function create(name: string, start: Start): Action {
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
  return situation === undefined ? undefined : UUID.exec(replay.exchange(situation).request.path)?.[0];
}

function pair(replay: Replay, recorded: unknown, ours: unknown): void {
  if (typeof recorded === 'string' && typeof ours === 'string') replay.pairing.learn(recorded, ours);
}

function build(name: string, transition: 'stop' | 'start', as = 'admin'): Action {
  return async (replay) => {
    if (!replay.coder.world.features.pauseResume) {
      const { workspace_id: workspace } = await replay.insist(as, 'GET', `/api/v2/tasks/me/${name}`);
      await replay.insist(as, 'POST', `/api/v2/workspaces/${workspace}/builds`, { transition });
    } else {
      await replay.insist(as, 'POST', `/api/v2/tasks/me/${name}/${transition === 'stop' ? 'pause' : 'resume'}`);
    }
  };
}

export const pause = (name: string, as?: string) => build(name, 'stop', as);
export const resume = (name: string, as?: string) => build(name, 'start', as);

export function remove(name: string, as = 'admin'): Action {
  return async (replay) => {
    await replay.insist(as, 'DELETE', `/api/v2/tasks/me/${name}`);
  };
}

export function send(name: string, input: string, as = 'admin'): Action {
  return async (replay) => {
    await replay.insist(as, 'POST', `/api/v2/tasks/me/${name}/send`, { input });
  };
}

/** Pairs the latest build of a task with the one in the path of a situation, where no answer shows it before. */
export function knowBuild(situation: string, name: string): Action {
  return async (replay) => {
    pair(replay, idInPath(replay, situation), replay.coder.world.workspace(name).builds.at(-1)?.id);
  };
}

/** The same, while the recording goes on. */
export function beginSend(name: string, input: string, as: string): Action {
  return async (replay) => replay.begin(as, 'POST', `/api/v2/tasks/me/${name}/send`, { input });
}

export function createPlainWorkspace(name: string): Action {
  return async (replay) => {
    replay.coder.world.addPlainWorkspace('admin', name);
  };
}

/** A token under the name by which the recording means it. */
export function token(name: string, scopes: readonly string[]): Action {
  return async ({ coder, keys }) => {
    keys[name] = coder.world.addToken(name.split(':')[0] ?? '', { scopes });
  };
}

/** Deletes the workspace of a task, but leaves the task alive, as the recorder did in the database. */
export function deleteWorkspaceOnly(name: string): Action {
  return async (replay) => {
    const task = replay.coder.world.task(name);
    await replay.insist('admin', 'POST', `/api/v2/workspaces/${task.workspaceId}/builds`, { transition: 'delete' });
    for (let waited = 0; task.deletedAt === undefined && waited < UNRECORDED_PATIENCE_MS; waited += SECOND)
      await replay.clock.advance(SECOND);
    task.deletedAt = undefined;
  };
}

export function renameWorkspace(taskName: string, name: string): Action {
  return async ({ coder }) => coder.world.renameWorkspace(taskName, name);
}

/** Sets and takes back a deprecation, which this edition ignores but which touches the template. */
export function touchTemplate(name: string): Action {
  return async (replay) => {
    const { id } = await replay.insist('admin', 'GET', `/api/v2/organizations/coder/templates/${name}`);
    await replay.insist('admin', 'PATCH', `/api/v2/templates/${id}`, { deprecation_message: '' });
  };
}

export function provisioners(count: number): Action {
  return async ({ coder }) => {
    coder.world.provisioners.count = count;
  };
}

/** No provisioner takes a build for so long. */
export function busyFor(seconds: number): Action {
  return async ({ coder: { world } }) => {
    world.provisioners.hold();
    world.after(seconds * SECOND, () => world.provisioners.release());
  };
}

/** A version as the recorder had prepared it, known by the id in the path or the body of a situation. */
export function prepare(situation: string, add: (replay: Replay) => { readonly id: string }): Step {
  return before(situation, 0, async (replay) => {
    const { path, body } = replay.exchange(situation).request;
    const recorded = UUID.exec(path)?.[0] ?? UUID.exec(body ?? '')?.[0];
    pair(replay, recorded, add(replay).id);
  });
}

export function versionOf(template: string | undefined, wanted: NewVersion = {}) {
  return ({ coder: { world } }: Replay) =>
    world.addVersion(
      world.templates.find(({ name }) => name === template),
      wanted,
    );
}

/** A template under the name that the refusal of that situation quotes. */
export function templateIn(situation: string, wanted: { readonly deleted?: boolean; readonly hidden?: boolean }) {
  return (replay: Replay) => {
    const name = /Template \W+([\w-]+)|template \W+([\w-]+)/.exec(replay.exchange(situation).response.body ?? '');
    const { world } = replay.coder;
    const template = world.addTemplate({ name: name?.[1] ?? name?.[2] ?? '', hidden: wanted.hidden ?? false });
    template.deleted = wanted.deleted ?? false;
    return { id: template.activeVersionId };
  };
}

/** As many requests as fill the rate limiter's window but for the one already recorded. */
export function flood(user: string, path: string, count: number): Action {
  return async (replay) => {
    const headers = { 'Coder-Session-Token': replay.coder.tokens[user] ?? '' };
    for (let sent = 0; sent < count; sent++) await replay.ask({ method: 'GET', path, headers, body: null });
  };
}

/**
 * A start build begun now waits `queue` seconds and shows its agent's first screen after `screen` seconds, as the
 * times of the recorded build, its first log entry or its first report say.
 */
export function starts({ queue, screen }: { readonly queue: number; readonly screen: number }): Action {
  const { agentConnect, startScripts, appStart } = RECORDED_PACE;
  const startBuild = (screen - queue) * SECOND - agentConnect - startScripts - appStart;
  return pace({ queue: queue * SECOND, startBuild });
}

/** From here on these steps take so long on the recorded machine. */
export function pace(change: Partial<Pace>): Action {
  return async (replay) => {
    Object.assign(replay.pace, change);
  };
}

export function on(version: Version, step: Step): Step {
  return { ...step, version };
}

export function before(situation: string, leadSeconds: number, run: Action): Step {
  return { before: situation, leadMs: leadSeconds * SECOND, run };
}
