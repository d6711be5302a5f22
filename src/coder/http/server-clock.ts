/** What time it is at the deployment, from the Date headers of its answers. */

import type { Clock } from '../clock.js';

// The header has whole seconds, rounded down; some servers refresh it only once a second.
const HEADER_GRAIN_MS = 1_000;

const EARLIEST_MS = Date.UTC(2015, 0);
const LATEST_MS = Date.UTC(2100, 0);

export class ServerClock {
  readonly #clock: Clock;
  /** The server's time less ours lies between these two. */
  #least = Number.NEGATIVE_INFINITY;
  #most = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in the Date header of an answer whose request left at `sentAt` and which began to arrive at `arrivedAt`. */
  observe(date: string | undefined, sentAt: number, arrivedAt: number): void {
    const stamp = Date.parse(date ?? '');
    // A clock of 1970 was never set, and one of the next century never will be.
    if (!(stamp > EARLIEST_MS && stamp < LATEST_MS)) return;
    const least = stamp - arrivedAt;
    const most = stamp + HEADER_GRAIN_MS - sentAt;
    // Answers narrow the offset down together; one that contradicts the earlier ones means that a clock was set.
    const agrees = least <= this.#most && most >= this.#least;
    this.#least = agrees ? Math.max(this.#least, least) : least;
    this.#most = agrees ? Math.min(this.#most, most) : most;
  }

  /** The server's time less ours, in ms: 0 while that is possible, since most clocks are right. */
  get offsetMs(): number {
    if (this.#least <= 0 && this.#most >= 0) return 0;
    return Math.round((this.#least + this.#most) / 2);
  }

  now(): number {
    return this.#clock.now() + this.offsetMs;
  }
}
