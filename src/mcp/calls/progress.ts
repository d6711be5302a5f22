/** Progress notifications of one call: at each change, and at least every ten seconds while it lasts. */

import type { Clock } from '../../coder/clock.js';
import { ageText } from '../../text/age.js';

// Hosts that reset their time-out on progress do so well within a minute; people notice silence sooner.
const HEARTBEAT_MS = 10_000;

export interface ProgressUpdate {
  readonly progress: number;
  readonly message: string;
}

export class CallProgress {
  readonly #send: (update: ProgressUpdate) => void;
  readonly #clock: Clock;
  readonly #startedAt: number;
  #step = 0;
  #message: string | undefined;
  #timer: unknown;

  constructor(send: (update: ProgressUpdate) => void, clock: Clock) {
    this.#send = send;
    this.#clock = clock;
    this.#startedAt = clock.now();
    this.#beat();
  }

  /** Tells what is new; the same words again are no news. */
  report(message: string): void {
    if (message === this.#message) return;
    this.#message = message;
    this.#clock.clearTimeout(this.#timer);
    this.#emit(message);
    this.#beat();
  }

  close(): void {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #beat(): void {
    this.#timer = this.#clock.setTimeout(() => {
      const elapsed = ageText(this.#clock.now() - this.#startedAt);
      this.#emit(`${this.#message ?? 'still working'} (${elapsed} so far)`);
      this.#beat();
    }, HEARTBEAT_MS);
  }

  #emit(message: string): void {
    this.#step += 1;
    this.#send({ progress: this.#step, message });
  }
}
