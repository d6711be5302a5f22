/** A clock that stands still until a test moves it, for everything in this repository that waits. */

import type { Clock } from '../../src/embedded-coder/index.js';

const START_MS = Date.parse('2026-03-02T09:00:00Z');
// An HTTP exchange over the loopback needs a handful of turns of the event loop; this leaves room for several in a row.
const QUIET_TURNS = 25;
// A request that waits for this very clock is never idle: after so many turns it counts as waiting.
const MOST_TURNS = 1_000;
// With no timer left, what is awaited can only come from outside the process; real time gets this long to bring it.
const REAL_PATIENCE_MS = 5_000;

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

export class ManualClock implements Clock {
  #now: number;
  #nextHandle = 1;
  readonly #timers = new Map<number, Timer>();
  readonly #idleChecks: (() => boolean)[] = [];

  constructor(startMs: number = START_MS) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): unknown {
    const handle = this.#nextHandle++;
    this.#timers.set(handle, { due: this.#now + Math.max(0, ms), callback });
    return handle;
  }

  clearTimeout(handle: unknown): void {
    if (typeof handle === 'number') this.#timers.delete(handle);
  }

  /** Timers that are set and have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Adds a condition for "nothing is going on": time does not move while it answers false. */
  addIdleCheck(isIdle: () => boolean): void {
    this.#idleChecks.push(isIdle);
  }

  /** Moves on by `ms`, firing what falls due in order and letting I/O come to rest before and after each timer. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await this.settle();
    for (let next = this.#nextDue(); next !== undefined && next <= end; next = this.#nextDue()) {
      this.#fireAt(next);
      await this.settle();
    }
    this.#now = Math.max(this.#now, end);
    await this.settle();
  }

  /**
   * Jumps from timer to timer until `promise` settles, and passes on its value or its rejection.
   * Throws when it has not settled after `maxMs` of this clock, or when there is nothing left that could settle it.
   */
  async runUntil<T>(promise: Promise<T>, { maxMs = 3_600_000 }: { readonly maxMs?: number } = {}): Promise<T> {
    const end = this.#now + maxMs;
    let isSettled = false;
    const finish = () => {
      isSettled = true;
    };
    promise.then(finish, finish);
    for (let realWaitMs = 0; ; ) {
      await this.settle(() => isSettled);
      if (isSettled) return promise;
      const next = this.#nextDue();
      if (next !== undefined && next <= end) {
        this.#fireAt(next);
        realWaitMs = 0;
      } else if (next !== undefined) {
        throw new Error(`not settled after ${maxMs} ms of the manual clock`);
      } else if (realWaitMs >= REAL_PATIENCE_MS) {
        throw new Error('not settled, and no timer is left that could settle it');
      } else {
        realWaitMs += 5;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    }
  }

  /** Lets I/O come to rest without moving the time; ends early when `isDone` says so. */
  async settle(isDone: () => boolean = () => false): Promise<void> {
    let quiet = 0;
    for (let turn = 0; quiet < QUIET_TURNS && turn < MOST_TURNS && !isDone(); turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      quiet = this.#idleChecks.every((isIdle) => isIdle()) ? quiet + 1 : 0;
    }
  }

  #nextDue(): number | undefined {
    let first: number | undefined;
    for (const { due } of this.#timers.values()) if (first === undefined || due < first) first = due;
    return first;
  }

  #fireAt(due: number): void {
    this.#now = Math.max(this.#now, due);
    for (const [handle, timer] of this.#timers) {
      if (timer.due > due) continue;
      this.#timers.delete(handle);
      timer.callback();
      return;
    }
  }
}
