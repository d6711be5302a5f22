/** Whether the client still looks at the list of resources; while it does, it is told when my set of tasks changes. */

import type { Clock } from '../../coder/clock.js';
import type { Task } from '../../coder/wire/schemas.js';
import type { TaskWatcher } from '../../tasks/watching/watcher.js';
import { liveTasks } from './list.js';

// Hosts list when they connect, when a person opens a picker, and after each notice. One that has not asked for so long
// does not look, and polling for it would only burden Coder.
const LOOKING_MS = 5 * 60_000;

export interface ListInterestOptions {
  readonly watcher: TaskWatcher;
  readonly clock: Clock;
  /** The client has said that it wants to be told, and will say when it no longer does. */
  readonly isLasting?: boolean;
  onChanged(): void;
}

export class ListInterest {
  readonly #options: ListInterestOptions;
  #shown: string | undefined;
  #follower: { close(): void } | undefined;
  #timer: unknown;

  constructor(options: ListInterestOptions) {
    this.#options = options;
  }

  /** The client was shown these tasks; for the next minutes it counts as looking. */
  show(tasks: readonly Task[]): void {
    const { watcher, clock, isLasting } = this.#options;
    this.#shown = setKey(tasks);
    clock.clearTimeout(this.#timer);
    if (!isLasting) this.#timer = clock.setTimeout(() => this.close(), LOOKING_MS);
    this.#follower ??= watcher.followList((mine) => this.see(mine));
  }

  /** My tasks as they are now, from whoever follows them anyway. */
  see(tasks: readonly Task[]): void {
    const key = setKey(tasks);
    if (this.#shown !== undefined && key !== this.#shown) this.#options.onChanged();
    this.#shown = key;
  }

  close(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#follower?.close();
    this.#follower = undefined;
  }
}

function setKey(tasks: readonly Task[]): string {
  return liveTasks(tasks)
    .map(({ id }) => id)
    .sort()
    .join(' ');
}
