/** Reads that several callers want at the same time, each made once. */

import { untilAborted } from '../abort.js';

interface SharedRead<Value> {
  readonly controller: AbortController;
  readonly result: Promise<Value>;
  callers: number;
  isSettled: boolean;
}

export class SharedReads<Value> {
  readonly #joinable = new Map<string, SharedRead<Value>>();

  /**
   * Joins the read of that key which is under way, or starts it. A caller who aborts leaves alone; when the last has
   * left, the read is aborted.
   */
  async run(
    key: string,
    signal: AbortSignal | undefined,
    start: (signal: AbortSignal) => Promise<Value>,
  ): Promise<Value> {
    signal?.throwIfAborted();
    const read = this.#joinable.get(key) ?? this.#start(key, start);
    read.callers += 1;
    try {
      return await untilAborted(read.result, signal);
    } finally {
      read.callers -= 1;
      if (read.callers === 0 && !read.isSettled) {
        this.#forget(key, read);
        read.controller.abort(signal?.reason);
      }
    }
  }

  /** From here on nobody joins what is under way: something has changed since it was asked. */
  separate(): void {
    this.#joinable.clear();
  }

  #start(key: string, start: (signal: AbortSignal) => Promise<Value>): SharedRead<Value> {
    const controller = new AbortController();
    const read: SharedRead<Value> = { controller, result: start(controller.signal), callers: 0, isSettled: false };
    this.#joinable.set(key, read);
    const settle = () => {
      read.isSettled = true;
      this.#forget(key, read);
    };
    read.result.then(settle, settle);
    return read;
  }

  #forget(key: string, read: SharedRead<Value>): void {
    if (this.#joinable.get(key) === read) this.#joinable.delete(key);
  }
}
