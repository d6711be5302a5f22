/** What answers tell about the deployment besides their content: its time, version, rate limit, and how fast it is. */

import type { Clock } from '../clock.js';
import { header } from './answer.js';
import type { WireHeaders } from './connections.js';
import { ServerClock } from './server-clock.js';

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** When the window ends, in ms since the epoch by the deployment. */
  readonly resetAt: number;
}

// Each new answer counts for a fifth: a single slow one changes little, five slow ones change the picture.
const WEIGHT = 0.2;
// Under a second an answer is fast enough for everything that waits here.
const FAST_MS = 1_000;
const MOST_SLOWNESS = 4;

export class AnswerFacts {
  readonly #clock: Clock;
  readonly serverClock: ServerClock;
  rateLimit: RateLimit | undefined;
  /** The version that the last answer named. */
  buildVersion: string | undefined;
  /** How long a short read takes, in ms, averaged; undefined before the first. */
  answerMs: number | undefined;
  #answeredAt: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.serverClock = new ServerClock(clock);
  }

  /** How long ago the deployment gave its last answer, in ms. */
  get answeredMsAgo(): number | undefined {
    return this.#answeredAt === undefined ? undefined : this.#clock.now() - this.#answeredAt;
  }

  /** 1 while short reads are answered within a second; their seconds beyond that, at most 4. */
  get slowness(): number {
    return Math.min(MOST_SLOWNESS, Math.max(1, (this.answerMs ?? 0) / FAST_MS));
  }

  /** Takes in what the headers of any answer say; `sentAt` by this machine. */
  observe(headers: WireHeaders, sentAt: number): void {
    this.serverClock.observe(header(headers, 'date'), sentAt, this.#clock.now());
    const version = header(headers, 'x-coder-build-version');
    if (version === undefined) return;
    this.buildVersion = version;
    this.#answeredAt = this.#clock.now();
    const number = (name: string) => Number(header(headers, name) ?? Number.NaN);
    const [limit, remaining] = [number('x-ratelimit-limit'), number('x-ratelimit-remaining')];
    const reset = number('x-ratelimit-reset');
    if (Number.isFinite(limit) && Number.isFinite(remaining)) {
      this.rateLimit = { limit, remaining, resetAt: Number.isFinite(reset) ? reset * 1_000 : 0 };
    }
  }

  /** Takes in how long a short read took. */
  observeRead(ms: number): void {
    this.answerMs = this.answerMs === undefined ? ms : this.answerMs + WEIGHT * (ms - this.answerMs);
  }

  /** Another deployment is asked from now on. */
  forget(): void {
    this.#answeredAt = undefined;
    this.answerMs = undefined;
    this.rateLimit = undefined;
    this.buildVersion = undefined;
  }
}
