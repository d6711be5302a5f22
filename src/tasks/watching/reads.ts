/** The reads of one watched task: each kind once at a time, at the time it is due, again after a failure. */

import { backOffMs } from '../../coder/back-off.js';
import type { Clock } from '../../coder/clock.js';
import type { NextRead } from '../knowing/judgement.js';

type Kind = NextRead['read'];
/** When a read began: by the deployment's clock, and in the order of all reads of this watcher. */
export interface ReadStart {
  /** May step back by part of a second, since each answer of Coder tells its clock more exactly. */
  readonly at: number;
  /** Of two reads the later one has the larger number. */
  readonly order: number;
}

/** Rejects only when it should be tried again. */
type Read = (signal: AbortSignal, start: ReadStart) => Promise<void>;

const kinds = ['task', 'logs', 'workspace'] as const;
// However soon a rule wants its next look: two of a kind are never closer than this.
const MIN_GAP_MS = 1_000;
// A timer may fire a moment before its time, and a look that came too early would have to be made again.
const TIMER_SLACK_MS = 2;
// A change comes as a handful of events; a stream gone mad must not become a storm of reads.
const BURST = 12;
const BURST_REFILL_MS = 1_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 15_000;

interface ReadState {
  isReading: boolean;
  isAskedAgain: boolean;
  startedAt: number;
  failures: number;
  retryAt: number;
}

export interface ReadsContext {
  readonly coder: { now(): number };
  readonly clock: Clock;
  readonly random: () => number;
  /** Marks the beginning of a read. */
  begin(): ReadStart;
}

export class Reads {
  readonly #context: ReadsContext;
  readonly #read: Readonly<Record<Kind, Read>>;
  readonly #states: Readonly<Record<Kind, ReadState>> = {
    task: newReadState(),
    logs: newReadState(),
    workspace: newReadState(),
  };
  readonly #closing = new AbortController();
  #wanted: readonly NextRead[] = [];
  /** Kinds that events asked for while the burst was used up. */
  readonly #held = new Set<Kind>();
  #burst = BURST;
  #refilledAt = Number.NEGATIVE_INFINITY;
  #timer: unknown;

  constructor(context: ReadsContext, read: Readonly<Record<Kind, Read>>) {
    this.#context = context;
    this.#read = read;
  }

  /** Reads at once; if such a read is under way, again after it, since it may have begun too early. */
  now(kind: Kind): void {
    const state = this.#states[kind];
    if (this.#closing.signal.aborted) return;
    if (state.isReading) state.isAskedAgain = true;
    else void this.#run(kind);
  }

  /** As `now`, but a flood of events is thinned out. */
  onEvent(kind: Kind): void {
    const now = this.#context.coder.now();
    this.#burst = Math.min(BURST, this.#burst + Math.max(0, now - this.#refilledAt) / BURST_REFILL_MS);
    this.#refilledAt = now;
    if (this.#burst >= 1) {
      this.#burst -= 1;
      this.now(kind);
    } else {
      this.#held.add(kind);
      this.#arm();
    }
  }

  /** Replaces what is due without an event. */
  schedule(wanted: readonly NextRead[]): void {
    this.#wanted = wanted;
    this.#arm();
  }

  close(): void {
    this.#closing.abort();
    this.#context.clock.clearTimeout(this.#timer);
  }

  async #run(kind: Kind): Promise<void> {
    const state = this.#states[kind];
    state.isReading = true;
    const { signal } = this.#closing;
    do {
      state.isAskedAgain = false;
      const start = this.#context.begin();
      state.startedAt = start.at;
      try {
        await this.#read[kind](signal, start);
        state.failures = 0;
        state.retryAt = Number.POSITIVE_INFINITY;
      } catch {
        // The reader has noted what went wrong; here it only matters when to try again.
        state.retryAt = this.#context.coder.now() + this.#retryDelay(state.failures++);
      }
    } while (state.isAskedAgain && state.failures === 0 && !signal.aborted);
    state.isReading = false;
    this.#arm();
  }

  #retryDelay(failures: number): number {
    const { random } = this.#context;
    return backOffMs({ first: FIRST_RETRY_MS, most: MAX_RETRY_MS, failures: failures + 1, random });
  }

  #arm(): void {
    const { clock, coder } = this.#context;
    clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#closing.signal.aborted) return;
    const at = Math.min(...kinds.map((kind) => this.#dueAt(kind)));
    if (at === Number.POSITIVE_INFINITY) return;
    const delay = Math.max(0, at - coder.now());
    this.#timer = clock.setTimeout(() => this.#runDue(), delay + TIMER_SLACK_MS);
  }

  #runDue(): void {
    const now = this.#context.coder.now();
    const due = kinds.filter((kind) => this.#dueAt(kind) <= now);
    for (const kind of due) {
      this.#held.delete(kind);
      void this.#run(kind);
    }
    if (due.length === 0) this.#arm();
  }

  /** When the next read of this kind is due; never while one is under way. */
  #dueAt(kind: Kind): number {
    const state = this.#states[kind];
    if (state.isReading) return Number.POSITIVE_INFINITY;
    if (state.failures > 0) return state.retryAt;
    let at = this.#held.has(kind) ? state.startedAt + BURST_REFILL_MS : Number.POSITIVE_INFINITY;
    for (const next of this.#wanted) {
      if (next.read === kind) at = Math.min(at, Math.max(next.at, state.startedAt + MIN_GAP_MS));
    }
    return at;
  }
}

function newReadState(): ReadState {
  return {
    isReading: false,
    isAskedAgain: false,
    startedAt: Number.NEGATIVE_INFINITY,
    failures: 0,
    retryAt: Number.POSITIVE_INFINITY,
  };
}
