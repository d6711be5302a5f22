/** A Coder in memory with the few endpoints that the watcher reads, for tests that need thousands of them. */

import type { WatchEvent } from '../../../src/coder/client.js';
import type { Clock } from '../../../src/coder/clock.js';
import { CoderError } from '../../../src/coder/errors/errors.js';
import type { LogEntry, Task, TaskList, TaskLogs, User, Workspace } from '../../../src/coder/wire/schemas.js';
import { userSchema } from '../../../src/coder/wire/schemas.js';
import type { WatchedCoder } from '../../../src/tasks/watching/watcher.js';
import { workspace } from '../../support/task.js';

/**
 * A clock that fires one timer per turn of the event loop: enough where nothing but this clock keeps anybody waiting,
 * and a hundred times faster than one that leaves room for sockets.
 */
export class TurnClock implements Clock {
  #now = Date.parse('2026-03-02T09:00:00Z');
  #next = 1;
  readonly #timers = new Map<number, { readonly due: number; readonly callback: () => void }>();

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const handle = this.#next++;
    this.#timers.set(handle, { due: this.#now + Math.max(0, ms), callback });
    return handle;
  }

  clearTimeout(handle: unknown): void {
    if (typeof handle === 'number') this.#timers.delete(handle);
  }

  get pending(): number {
    return this.#timers.size;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      let first: number | undefined;
      for (const [handle, timer] of this.#timers) {
        if (timer.due <= end && (first === undefined || timer.due < (this.#timers.get(first)?.due ?? 0)))
          first = handle;
      }
      const timer = first === undefined ? undefined : this.#timers.get(first);
      if (first === undefined || timer === undefined) break;
      this.#timers.delete(first);
      this.#now = Math.max(this.#now, timer.due);
      timer.callback();
    }
    this.#now = end;
  }
}

/** How the stream of a workspace behaves. */
export type StreamMode = 'good' | 'refused' | 'silent' | 'buffered' | 'garbage';

export interface WorldTask {
  task: Task;
  logs: readonly LogEntry[];
  isGone: boolean;
  workspaceStatus: string;
  stream: StreamMode;
}

interface Channel {
  readonly events: WatchEvent[];
  wake: () => void;
  error: Error | undefined;
  /** When the last event arrives: a connection keeps their order. */
  lastDue: number;
}

export class MemoryCoder implements WatchedCoder {
  readonly #clock: Clock;
  readonly #trip: () => number;
  readonly #channels = new Map<string, Set<Channel>>();
  readonly world = new Map<string, WorldTask>();
  /** What was asked for, in order. */
  readonly requests: string[] = [];
  isDown = false;
  /** How far Coder's clock is thought to be ahead of ours. */
  offsetMs = 0;

  /** `trip` is the time in ms that a request or an answer travels. */
  constructor(clock: Clock, trip: () => number = () => 1) {
    this.#clock = clock;
    this.#trip = trip;
  }

  get openStreams(): number {
    let open = 0;
    for (const channels of this.#channels.values()) open += channels.size;
    return open;
  }

  now(): number {
    return this.#clock.now() + this.offsetMs;
  }

  add(task: Task, logs: readonly LogEntry[] = [], stream: StreamMode = 'good'): WorldTask {
    const one: WorldTask = { task, logs, isGone: false, workspaceStatus: task.workspace_status ?? 'running', stream };
    this.world.set(task.id, one);
    return one;
  }

  /** Changes something and tells the streams. */
  change(id: string, change: (one: WorldTask) => void): void {
    const one = this.#one(id);
    change(one);
    if (one.stream === 'good') this.#emit(one, { type: 'data', workspace: workspaceOf(one) });
    if (one.stream === 'garbage') this.#emit(one, { type: 'data', workspace: undefined });
  }

  /** Nothing reaches Coder until it is up again; what is open breaks. */
  setDown(isDown: boolean): void {
    this.isDown = isDown;
    if (isDown) for (const id of this.world.keys()) this.cut(id);
  }

  /** Ends the streams of a task's workspace. */
  cut(id: string): void {
    for (const channel of this.#channels.get(this.#one(id).task.workspace_id ?? '') ?? []) {
      channel.error = new CoderError('connection_lost', 'the stream was cut');
      channel.wake();
    }
  }

  getTask(ref: { task: string }, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Task> {
    return this.#answer('getTask', signal, () => {
      const one = this.#one(ref.task);
      if (one.isGone) throw new CoderError('not_found', 'no such task', { status: 404, reached: 'yes' });
      return one.task;
    });
  }

  getTaskLogs(ref: { task: string }, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<TaskLogs> {
    return this.#answer('getTaskLogs', signal, () => {
      const one = this.#one(ref.task);
      if (one.isGone) throw new CoderError('not_found', 'no such task', { status: 404, reached: 'yes' });
      if (one.task.status === 'error' || one.task.status === 'unknown') {
        throw new CoderError('no_logs_now', 'no logs', { status: 409, reached: 'yes' });
      }
      return { logs: [...one.logs], snapshot: one.task.status !== 'active', dropped: 0 };
    });
  }

  getWorkspace(id: string, { signal }: { signal?: AbortSignal | undefined } = {}): Promise<Workspace> {
    return this.#answer('getWorkspace', signal, () => {
      for (const one of this.world.values()) if (one.task.workspace_id === id) return workspaceOf(one);
      throw new CoderError('not_found', 'no such workspace', { status: 404, reached: 'yes' });
    });
  }

  getMe({ signal }: { signal?: AbortSignal | undefined } = {}): Promise<User> {
    return this.#answer('getMe', signal, () => userSchema.parse({ id: 'u-alice', username: 'alice' }));
  }

  listTasks(
    { owner }: { owner?: string | undefined } = {},
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): Promise<TaskList> {
    return this.#answer('listTasks', signal, () => {
      const tasks = [...this.world.values()].filter(({ isGone }) => !isGone).map(({ task }) => task);
      const wanted = owner === 'me' ? 'alice' : owner;
      return { tasks: tasks.filter((task) => wanted === undefined || task.owner_name === wanted), dropped: 0 };
    });
  }

  async *watchWorkspace(
    id: string,
    { signal }: { signal?: AbortSignal | undefined } = {},
  ): AsyncGenerator<WatchEvent, void, undefined> {
    this.requests.push('watchWorkspace');
    const channel: Channel = { events: [], wake: () => {}, error: undefined, lastDue: 0 };
    const abort = () => channel.wake();
    signal?.addEventListener('abort', abort);
    let pings: unknown;
    try {
      await this.#travel(signal);
      if (this.isDown) throw new CoderError('network', 'no network', { reached: 'no' });
      const one = [...this.world.values()].find(({ task }) => task.workspace_id === id);
      if (one === undefined || one.stream === 'refused') throw new CoderError('forbidden', 'no', { status: 403 });
      this.#join(id, channel);
      const ping = () => {
        if (one.stream === 'good' || one.stream === 'garbage') this.#push(channel, { type: 'ping' });
        pings = this.#clock.setTimeout(ping, 15_000);
      };
      ping();
      if (one.stream === 'silent') this.#push(channel, { type: 'ping' });
      if (one.stream === 'good') this.#push(channel, { type: 'data', workspace: workspaceOf(one) });
      for (;;) {
        signal?.throwIfAborted();
        const event = channel.events.shift();
        if (event) yield event;
        else if (channel.error) throw channel.error;
        else await new Promise<void>((resolve) => Object.assign(channel, { wake: resolve }));
      }
    } finally {
      this.#clock.clearTimeout(pings);
      signal?.removeEventListener('abort', abort);
      this.#channels.get(id)?.delete(channel);
    }
  }

  #one(id: string): WorldTask {
    const one = this.world.get(id);
    if (one === undefined) throw new CoderError('not_found', 'no such task', { status: 404, reached: 'yes' });
    return one;
  }

  #join(id: string, channel: Channel): void {
    const channels = this.#channels.get(id) ?? new Set();
    channels.add(channel);
    this.#channels.set(id, channels);
  }

  #emit({ task }: WorldTask, event: WatchEvent): void {
    for (const channel of this.#channels.get(task.workspace_id ?? '') ?? []) this.#push(channel, event);
  }

  #push(channel: Channel, event: WatchEvent): void {
    channel.lastDue = Math.max(channel.lastDue, this.#clock.now() + this.#trip());
    this.#clock.setTimeout(() => {
      channel.events.push(event);
      channel.wake();
    }, channel.lastDue - this.#clock.now());
  }

  /** The world is looked at half way: what changes while the answer travels is not in it. */
  async #answer<Value>(name: string, signal: AbortSignal | undefined, look: () => Value): Promise<Value> {
    this.requests.push(name);
    await this.#travel(signal);
    if (this.isDown) throw new CoderError('network', 'no network', { reached: 'no' });
    const value = look();
    await this.#travel(signal);
    return value;
  }

  #travel(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      const arrive = () => {
        signal?.removeEventListener('abort', stop);
        resolve();
      };
      const timer = this.#clock.setTimeout(arrive, this.#trip());
      const stop = () => {
        this.#clock.clearTimeout(timer);
        reject(signal?.reason);
      };
      if (signal?.aborted) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    });
  }
}

function workspaceOf({ task, workspaceStatus }: WorldTask): Workspace {
  const built = Date.parse(task.created_at) + 10_000;
  return workspace({
    id: task.workspace_id ?? '',
    build: task.workspace_build_number ?? 1,
    status: workspaceStatus,
    startedAt: built - 8_000,
    completedAt: built,
  });
}
