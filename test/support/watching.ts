/** A watcher over an embedded deployment, with a clock that stands still. */

import { CoderClient } from '../../src/coder/client.js';
import type { Task } from '../../src/coder/wire/schemas.js';
import {
  type EmbeddedCoder,
  type EmbeddedCoderOptions,
  type Pace,
  RECORDED_PACE,
  startEmbeddedCoder,
} from '../../src/embedded-coder/index.js';
import { createLog } from '../../src/log.js';
import { TaskMemory } from '../../src/tasks/knowing/memory.js';
import { type TaskView, TaskWatcher } from '../../src/tasks/watching/watcher.js';
import { ManualClock } from './manual-clock.js';

export interface Watching extends AsyncDisposable {
  readonly clock: ManualClock;
  readonly deployment: EmbeddedCoder;
  readonly coder: CoderClient;
  readonly memory: TaskMemory;
  readonly watcher: TaskWatcher;
  /** May be changed on the way: each step looks its duration up when it begins. */
  readonly pace: { -readonly [Step in keyof Pace]: Pace[Step] };
  /** Reads one of alice's tasks. */
  find(name: string): Promise<Task>;
  /** Asks for a task as alice would; its build is queued. */
  create(name: string, input?: string, template?: string): Promise<Task>;
  /** Follows a task and keeps what is told, each time with the seconds since the following began. */
  follow(task: Task, options?: { readonly logs?: boolean }): Followed;
}

interface Told {
  readonly at: number;
  readonly view: TaskView;
}

export interface Followed {
  readonly told: readonly Told[];
  /** `seconds phase`, with `!` where it was settled; what looks the same as before is left out. */
  readonly story: readonly string[];
  readonly last: TaskView | undefined;
  close(): void;
}

/** Runs at the pace that was recorded, but for what the options say. */
export async function startWatching(
  options: Pick<EmbeddedCoderOptions, 'profile' | 'pace'> & { readonly idleSeconds?: number; user?: string } = {},
): Promise<Watching> {
  const clock = new ManualClock();
  const pace = { ...RECORDED_PACE, ...options.pace };
  const { profile } = options;
  const deployment = await startEmbeddedCoder({ clock, pace, ...(profile && { profile }) });
  const token = deployment.tokens[options.user ?? 'alice'] ?? '';
  const credentials = { url: deployment.url, token, origin: { url: 'test', token: 'test' }, notes: [] };
  const source = { current: async () => credentials, refresh: async () => credentials };
  const { log } = createLog('silent');
  const random = () => 0.5;
  const coder = new CoderClient({ credentials: source, clock, log, random });
  clock.addIdleCheck(() => deployment.busy === 0);
  clock.addIdleCheck(() => coder.inFlight <= deployment.inFlight);
  const memory = new TaskMemory(() => coder.now());
  const watcher = new TaskWatcher({ coder, memory, clock, log, idleSeconds: options.idleSeconds ?? 10, random });
  const find = (name: string) => clock.runUntil(coder.getTask({ user: 'me', task: name }));
  return {
    clock,
    deployment,
    coder,
    memory,
    watcher,
    pace,
    find,
    async create(name, input = 'hello', template = 'tasks-demo') {
      const templates = await clock.runUntil(coder.listTaskTemplates());
      const version = templates.find((candidate) => candidate.name === template)?.active_version_id ?? '';
      const wish = { template_version_id: version, input, name, display_name: name };
      const task = await clock.runUntil(coder.createTask('me', wish));
      memory.see(task);
      return task;
    },
    follow: (task, followOptions) => follow(watcher, clock, task, followOptions),
    async [Symbol.asyncDispose]() {
      watcher.close();
      await coder.close();
      await deployment.close();
    },
  };
}

function follow(watcher: TaskWatcher, clock: ManualClock, task: Task, options?: { readonly logs?: boolean }): Followed {
  const began = clock.now();
  const told: Told[] = [];
  const followed = watcher.follow(task, (view) => told.push({ at: (clock.now() - began) / 1_000, view }), options);
  return {
    told,
    get story() {
      const looks = told.map(({ at, view }) => [at.toFixed(0), `${view.phase}${view.settled ? '!' : ''}`] as const);
      return looks.filter(([, look], index) => look !== looks[index - 1]?.[1]).map((each) => each.join(' '));
    },
    get last() {
      return told.at(-1)?.view;
    },
    close: followed.close,
  };
}
