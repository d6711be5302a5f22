/** Handles of waits: one short word for the tasks that a wait left pending, so that no later call has to name them again. */

const FORM = /^@w\d{1,9}$/i;
// A host has a handful of waits under way; the oldest handle is the one that nobody uses any more.
const MAX_HANDLES = 200;
// Each process begins elsewhere, so that a handle from before a restart hardly ever means other tasks.
const FIRST_NUMBERS = 900;

/** Whether a text has the form of a handle. */
export function isWaitHandle(text: string): boolean {
  return FORM.test(text.trim());
}

export class WaitHandles {
  readonly #idsByHandle = new Map<string, readonly string[]>();
  readonly #handleByKey = new Map<string, string>();
  #next: number;

  constructor(random: () => number = Math.random) {
    this.#next = 1 + Math.floor(random() * FIRST_NUMBERS);
  }

  /** The handle of these tasks, by their ids in any order; the same tasks have the same one. */
  of(ids: readonly string[]): string {
    const key = [...ids].sort().join(' ');
    const handle = this.#handleByKey.get(key) ?? `@w${this.#next++}`;
    // What is used goes to the end: the first in the map is the oldest.
    this.#idsByHandle.delete(handle);
    this.#idsByHandle.set(handle, ids);
    this.#handleByKey.set(key, handle);
    this.#dropOldest();
    return handle;
  }

  /** The ids that a handle stands for; undefined for one that this process has not given, or has forgotten. */
  ids(handle: string): readonly string[] | undefined {
    return this.#idsByHandle.get(handle.trim().toLowerCase());
  }

  #dropOldest(): void {
    const [oldest] = this.#idsByHandle;
    if (oldest === undefined || this.#idsByHandle.size <= MAX_HANDLES) return;
    this.#idsByHandle.delete(oldest[0]);
    this.#handleByKey.delete([...oldest[1]].sort().join(' '));
  }
}
