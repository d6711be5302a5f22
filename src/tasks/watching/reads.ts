/** The reads of one watched task: each kind once at a time, at the time it is due, again after a failure. */

import type { Clock } from '../../coder/clock.js';
import type { Again } from '../knowing/settled.js';

type Kind = Again['read'];
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

interface Lane {
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
  readonly #lanes: Readonly<Record<Kind, Lane>> = { task: newLane(), logs: newLane(), workspace: newLane() };
  readonly #closing = new AbortController();
  #wanted: readonly Again[] = [];
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
    const lane = this.#lanes[kind];
    if (this.#closing.signal.aborted) return;
    if (lane.isReading) lane.isAskedAgain = true;
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
  schedule(wanted: readonly Again[]): void {
    this.#wanted = wanted;
    this.#arm();
  }

  close(): void {
    this.#closing.abort();
    this.#context.clock.clearTimeout(this.#timer);
  }

  async #run(kind: Kind): Promise<void> {
    const lane = this.#lanes[kind];
    lane.isReading = true;
    const { signal } = this.#closing;
    do {
      lane.isAskedAgain = false;
      const start = this.#context.begin();
      lane.startedAt = start.at;
      try {
        await this.#read[kind](signal, start);
        lane.failures = 0;
        lane.retryAt = Number.POSITIVE_INFINITY;
      } catch {
        // The reader has noted what went wrong; here it only matters when to try again.
        lane.retryAt = this.#context.coder.now() + this.#retryDelay(lane.failures++);
      }
    } while (lane.isAskedAgain && lane.failures === 0 && !signal.aborted);
    lane.isReading = false;
    this.#arm();
  }

  #retryDelay(failures: number): number {
    return Math.min(FIRST_RETRY_MS * 2 ** failures, MAX_RETRY_MS) * (0.75 + 0.5 * this.#context.random());
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
    const lane = this.#lanes[kind];
    if (lane.isReading) return Number.POSITIVE_INFINITY;
    if (lane.failures > 0) return lane.retryAt;
    let at = this.#held.has(kind) ? lane.startedAt + BURST_REFILL_MS : Number.POSITIVE_INFINITY;
    for (const again of this.#wanted) {
      if (again.read === kind) at = Math.min(at, Math.max(again.at, lane.startedAt + MIN_GAP_MS));
    }
    return at;
  }
}

function newLane(): Lane {
  return {
    isReading: false,
    isAskedAgain: false,
    startedAt: Number.NEGATIVE_INFINITY,
    failures: 0,
    retryAt: Number.POSITIVE_INFINITY,
  };
}
