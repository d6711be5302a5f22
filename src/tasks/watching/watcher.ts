/** The watcher: follows tasks for everyone in this process who waits or subscribes, by streams where it can and one poll for the rest. */

import type { CoderClient } from '../../coder/client.js';
import type { Clock } from '../../coder/clock.js';
import type { Task } from '../../coder/wire/schemas.js';
import type { Logger } from '../../log.js';
import type { TaskMemory } from '../knowing/memory.js';
import { type TaskView, viewOf } from '../knowing/view.js';
import { Gate } from './gate.js';
import { ListPoll } from './list-poll.js';
import { WorkspaceStream } from './stream.js';
import { type Follower, TaskWatch, type WatchContext } from './task-watch.js';
import { type UntilOptions, untilReached } from './until.js';

export type { TaskView } from '../knowing/view.js';

// Enough for what one person has under way; each holds a connection to Coder open.
const MAX_STREAMS = 16;
// A conversation read this recently still says how the task stands; who has time to wait gets a newer look.
const LOGS_FRESH_MS = 15_000;
const LOGS_FRESH_WHEN_WAITING_MS = 1_000;
// One wait follows another: what was looked at in the first need not be looked at again in the second (behaviour §7).
const LINGER_MS = 30_000;
// Coder tries for 30 s to reach an agent that is lost: such reads must not hold all 16 connections for conversations.
const MAX_LOG_READS = 14;

/** The endpoints that a watcher reads. */
export type WatchedCoder = Pick<
  CoderClient,
  'getMe' | 'getTask' | 'getTaskLogs' | 'getWorkspace' | 'listTasks' | 'watchWorkspace' | 'now'
>;

export interface WatcherOptions {
  readonly coder: WatchedCoder;
  readonly memory: TaskMemory;
  readonly clock: Clock;
  readonly log: Logger;
  /** Age in seconds from which an idle report counts as your turn where logs cannot be read. */
  readonly idleSeconds: number;
  readonly random?: () => number;
}

export interface FollowOptions {
  /** Also tell each change of the conversation, and read it every few seconds while the agent works. */
  readonly logs?: boolean;
  /** After 15 min without a change, look once whether the conversation moves (`changedAt`). */
  readonly stillness?: boolean;
  /** After its end the watch stays for half a minute, for a next wait that is likely to come. */
  readonly lingers?: boolean;
  /** The watch has ended because Coder refuses; the listener gets nothing more. */
  readonly onFailure?: (error: unknown) => void;
}

export interface Following {
  /** As it is now, with notes that are not told by themselves. */
  readonly view: TaskView;
  /** Whether its stream, if it has one, has told the workspace; then how the turn ended is known. */
  readonly hasWorkspace: boolean;
  /** Ends the following at once, without the half minute. */
  cut(): void;
  close(): void;
}

interface OpenWatch {
  readonly watch: TaskWatch;
  stream: WorkspaceStream | undefined;
  /** Runs while nobody follows any more, until the watch is closed. */
  farewell: unknown;
}

export class TaskWatcher {
  readonly #options: WatcherOptions;
  readonly #context: WatcherOptions & WatchContext;
  readonly #list: ListPoll;
  readonly #watched = new Map<string, OpenWatch>();
  readonly #notes: { close(): void };
  #streams = 0;

  constructor(options: WatcherOptions) {
    const random = options.random ?? Math.random;
    this.#options = options;
    let reads = 0;
    this.#context = {
      ...options,
      random,
      idleMs: options.idleSeconds * 1_000,
      logsGate: new Gate(MAX_LOG_READS),
      begin: () => ({ at: options.coder.now(), order: ++reads }),
    };
    this.#list = new ListPoll(this.#context);
    this.#notes = options.memory.onNote((id) => this.#watched.get(id)?.watch.onNote());
  }

  /** How many tasks are watched now, and how many of them by a stream. */
  get load(): { readonly tasks: number; readonly streams: number } {
    return { tasks: this.#watched.size, streams: this.#streams };
  }

  /**
   * Follows a task that was read. The listener gets a view as soon as it is known, never before this returns, then
   * one at each change of phase, report, settledness or (if asked for) logs; `close` ends it at once.
   */
  follow(task: Task, listener: (view: TaskView) => void, options: FollowOptions = {}): Following {
    const follower: Follower = {
      onView: listener,
      onFailure: options.onFailure ?? (() => {}),
      logs: options.logs ?? false,
      stillness: options.stillness ?? false,
    };
    const newest = this.#options.memory.newest(task);
    const watched = this.#watched.get(task.id) ?? this.#open(newest);
    this.#welcomeBack(watched);
    watched.watch.add(follower);
    const end = (lingers: boolean) => {
      watched.watch.remove(follower);
      if (watched.watch.isFollowed || this.#watched.get(task.id) !== watched) return;
      if (lingers) this.#sayFarewell(watched);
      else this.#close(watched);
    };
    return {
      get view() {
        return watched.watch.view;
      },
      get hasWorkspace() {
        return watched.stream?.isOpening !== true;
      },
      close: () => end(options.lingers === true),
      cut: () => end(false),
    };
  }

  /** My tasks as the list shows them: once they are known, then whenever one comes, goes or changes. */
  followList(listener: (tasks: readonly Task[]) => void): { close(): void } {
    return this.#list.followMine((tasks) => {
      for (const task of tasks) this.#options.memory.see(task);
      listener(tasks);
    });
  }

  /**
   * Waits for a view that `isReached` accepts, at most until the deadline; `view` is the last one in both cases.
   * Rejects with the signal's reason at once, or with the CoderError that ended the watch.
   */
  until(
    task: Task,
    isReached: (view: TaskView) => boolean,
    options: UntilOptions,
  ): Promise<{ view: TaskView; reached: boolean }> {
    return untilReached(this, task, isReached, options);
  }

  /** The view of a task that was just read; asks nobody. */
  view(task: Task): TaskView {
    return this.#view(task, LOGS_FRESH_MS);
  }

  /** As `view`, for a wait: it is settled by an older look at the conversation only if there is no time for a newer. */
  glance(task: Task, deadline: number): TaskView {
    return this.#view(task, deadline > this.#options.clock.now() ? LOGS_FRESH_WHEN_WAITING_MS : LOGS_FRESH_MS);
  }

  #view(task: Task, logsFreshMs: number): TaskView {
    const { memory, coder } = this.#options;
    const newest = memory.newest(task);
    const seen = memory.logs(task.id);
    const isFresh = seen !== undefined && coder.now() - seen.readAt < logsFreshMs;
    const logs = isFresh ? ({ is: 'read', seen } as const) : ({ is: 'unread' } as const);
    const taskReadAt = memory.seen({ id: task.id })?.lastSeen ?? coder.now();
    const readings = { task: newest, taskReadAt, logs, isWorkspaceUnreadable: false };
    return viewOf(readings, memory, { now: coder.now(), idleMs: this.#context.idleMs }).view;
  }

  /** Says in the log why a wait for the task ended as it did. */
  noteEnd({ task, phase, because }: TaskView, isReached: boolean): void {
    this.#options.log.debug({ task: `${task.owner_name}/${task.name}`, phase, because, isReached }, 'wait ended');
  }

  /** The deployment's time in ms, by which the views count. */
  now(): number {
    return this.#options.coder.now();
  }

  get clock(): Clock {
    return this.#options.clock;
  }

  /** Ends every watch; nobody is told. */
  close(): void {
    this.#notes.close();
    this.#list.close();
    for (const watched of [...this.#watched.values()]) this.#close(watched);
  }

  #open(task: Task): OpenWatch {
    const watch: TaskWatch = new TaskWatch(this.#context, task, {
      onEnd: () => this.#uncover(watched),
      onFailure: () => this.#close(watched),
      onMove: () => this.#list.onMove(watch),
    });
    const watched: OpenWatch = { watch, stream: undefined, farewell: undefined };
    this.#watched.set(task.id, watched);
    this.#cover(watched);
    return watched;
  }

  /** Nobody follows any more: its stream stays for a while, and it is read no more. */
  #sayFarewell(watched: OpenWatch): void {
    this.#list.remove(watched.watch);
    // A farewell that somebody else has begun goes on from now.
    this.#options.clock.clearTimeout(watched.farewell);
    watched.farewell = this.#options.clock.setTimeout(() => this.#close(watched), LINGER_MS);
  }

  #welcomeBack(watched: OpenWatch): void {
    if (watched.farewell === undefined) return;
    this.#options.clock.clearTimeout(watched.farewell);
    watched.farewell = undefined;
    if (!watched.watch.isLive && !watched.watch.isOver) this.#list.add(watched.watch);
    if (watched.stream === undefined) this.#openStream(watched);
  }

  #close(watched: OpenWatch): void {
    this.#options.clock.clearTimeout(watched.farewell);
    const { id } = watched.watch.task;
    watched.watch.close();
    if (this.#watched.get(id) === watched) this.#watched.delete(id);
    this.#uncover(watched);
  }

  /** A stream if there is one left, and the poll until that stream has shown that it lives. */
  #cover(watched: OpenWatch): void {
    this.#list.add(watched.watch);
    this.#openStream(watched);
  }

  #openStream(watched: OpenWatch): void {
    const workspaceId = watched.watch.task.workspace_id;
    if (workspaceId === null || watched.watch.isOver) return;
    // A watch that nobody follows gives its stream to one that somebody does.
    if (this.#streams >= MAX_STREAMS) {
      const idle = [...this.#watched.values()].find(({ stream, farewell }) => stream && farewell !== undefined);
      if (idle) this.#close(idle);
    }
    if (this.#streams >= MAX_STREAMS || watched.stream !== undefined) return;
    this.#streams += 1;
    watched.stream = new WorkspaceStream(this.#context, workspaceId, {
      onLive: () => {
        this.#list.remove(watched.watch);
        watched.watch.goLive();
      },
      onChange: (workspace) => watched.watch.onChange(workspace),
      onLost: () => {
        if (watched.farewell === undefined) this.#list.add(watched.watch);
        watched.watch.goDark();
      },
    });
  }

  #uncover(watched: OpenWatch): void {
    this.#list.remove(watched.watch);
    if (watched.stream === undefined) return;
    watched.stream.close();
    watched.stream = undefined;
    this.#streams -= 1;
    this.#promote();
  }

  /** Gives a stream that has become free to the next task without one. */
  #promote(): void {
    for (const watched of this.#watched.values()) {
      if (watched.stream !== undefined || watched.watch.task.workspace_id === null || watched.watch.isOver) continue;
      if (watched.farewell !== undefined) continue;
      this.#cover(watched);
      return;
    }
  }
}
