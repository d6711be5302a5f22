/** What this process has sent, or may have sent, to each task: one message at a time, and none twice. */

import type { CoderClient } from '../../../coder/client.js';
import type { Clock } from '../../../coder/clock.js';
import { TimeUpError, withDeadline } from '../../../coder/deadline.js';
import type { LogEntry } from '../../../coder/wire/schemas.js';
import type { TaskMemory } from '../../knowing/memory.js';
import type { Baseline, Posted } from './arrival.js';

// A caller who was left without an answer asks again within minutes, or not at all.
const REMEMBER_MS = 10 * 60_000;

/** What the request ended with: nothing but its success, or its error. */
interface Answer {
  readonly error: unknown;
}

/** A message whose request has begun. */
export interface Message extends Posted {
  /** Counts what this process has posted. */
  readonly number: number;
  /** Never rejects. `error` is undefined when Coder has accepted the message. */
  readonly answer: Promise<Answer>;
}

interface Kept {
  readonly message: Message;
  /** Its caller knows what became of it. */
  isTold: boolean;
}

/** A start that this process asked for in order to send something. */
export interface ResumedFor {
  /** By the deployment's clock. */
  readonly at: number;
  /** The conversation as it was saved at the pause; empty where it could not be read. */
  readonly saved: readonly LogEntry[];
}

interface Objection {
  readonly key: string;
  readonly at: number;
}

/** All that concerns one task. */
interface Lane {
  /** Calls that send or wait for their turn to. */
  users: number;
  /** Resolves when nobody is sending. */
  tail: Promise<void>;
  kept: Kept[];
  /** Why a message was not posted, told to its caller: the same call again posts it. */
  objections: Objection[];
  resumed: ResumedFor | undefined;
}

export interface Deadline {
  readonly clock: Clock;
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export class Outbox {
  readonly #coder: CoderClient;
  readonly #memory: TaskMemory;
  readonly #lanes = new Map<string, Lane>();
  #posted = 0;

  constructor(coder: CoderClient, memory: TaskMemory) {
    this.#coder = coder;
    this.#memory = memory;
  }

  /** How many messages were posted so far. */
  get posted(): number {
    return this.#posted;
  }

  /** Whether somebody is sending to this task, or waiting to. */
  isInUse(taskId: string): boolean {
    return (this.#lanes.get(taskId)?.users ?? 0) > 0;
  }

  /**
   * Waits for the turn to send to this task; resolves with what ends the turn, or with undefined at the deadline. A turn
   * lasts at least until the answer to what was posted in it.
   */
  async enter(taskId: string, by: Deadline): Promise<(() => void) | undefined> {
    const lane = this.#lane(taskId);
    const before = lane.tail;
    lane.users += 1;
    let end = () => {};
    const mine = new Promise<void>((resolve) => {
      end = () => {
        lane.users -= 1;
        resolve();
      };
    });
    lane.tail = before.then(() => mine);
    const leave = () => {
      const answers = lane.kept.map(({ message }) => message.answer);
      void Promise.all(answers).then(end);
    };
    try {
      const isOurTurn = await beforeDeadline(
        before.then(() => true),
        by,
      );
      if (isOurTurn) return leave;
    } catch (error) {
      end();
      throw error;
    }
    end();
    return undefined;
  }

  /** Begins the request. It goes on whatever becomes of the call that wants it: cutting it off would leave its fate open. */
  post(taskId: string, input: string, before: Baseline): Message {
    const at = this.#coder.now();
    const posting = this.#memory.notePosting(taskId);
    const answer = this.#coder.sendTaskInput({ user: 'me', task: taskId }, input).then(
      () => {
        this.note(taskId, message);
        posting.end();
        return { error: undefined };
      },
      (error: unknown) => {
        posting.end();
        return { error };
      },
    );
    const message: Message = { input, number: this.#posted, at, before, answer };
    this.#posted += 1;
    this.#lane(taskId).kept.push({ message, isTold: false });
    return message;
  }

  /** It was delivered, or may have been: from here on, reports older than it say nothing about its turn. */
  note(taskId: string, { input, at, before }: Message): void {
    if ((this.#memory.lastSent(taskId)?.at ?? 0) > at) return;
    this.#memory.noteSent(taskId, { input, at, lastIdBefore: before.lastId });
  }

  /**
   * The same message posted before: one of which nobody has been told what became of it, or one that was posted while
   * the call was waiting that began when `posted` was this.
   */
  earlier(taskId: string, input: string, posted: number): Message | undefined {
    const { kept } = this.#lane(taskId);
    const isSame = ({ message, isTold }: Kept) => message.input === input && (!isTold || message.number >= posted);
    return kept.findLast(isSame)?.message;
  }

  /** Whether this process has sent these words lately, and they may have arrived. */
  hasSent(taskId: string, input: string): boolean {
    return this.#lane(taskId).kept.some(({ message }) => message.input === input);
  }

  /** Remembers that the caller was told why its message was not posted. */
  object(taskId: string, key: string): void {
    this.#lane(taskId).objections.push({ key, at: this.#coder.now() });
  }

  /** Whether the caller was told that before, and insists. */
  insists(taskId: string, key: string): boolean {
    const lane = this.#lane(taskId);
    const wasTold = lane.objections.some((objection) => objection.key === key);
    lane.objections = lane.objections.filter((objection) => objection.key !== key);
    return wasTold;
  }

  /** A start that was made in order to send something, until that is decided. */
  resumed(taskId: string): ResumedFor | undefined {
    return this.#lane(taskId).resumed;
  }

  noteResumed(taskId: string, resumed: ResumedFor | undefined): void {
    this.#lane(taskId).resumed = resumed;
  }

  /** The caller knows that it was delivered: the same words again are another message. */
  tell(taskId: string, message: Message): void {
    for (const each of this.#lane(taskId).kept) if (each.message === message) each.isTold = true;
  }

  /** It was refused: as if it had never been. */
  forget(taskId: string, message: Message): void {
    const lane = this.#lane(taskId);
    lane.kept = lane.kept.filter((each) => each.message !== message);
  }

  #lane(taskId: string): Lane {
    const oldest = this.#coder.now() - REMEMBER_MS;
    for (const [id, lane] of this.#lanes) {
      lane.kept = lane.kept.filter(({ message }) => message.at > oldest);
      lane.objections = lane.objections.filter(({ at }) => at > oldest);
      if ((lane.resumed?.at ?? 0) <= oldest) lane.resumed = undefined;
      const isEmpty = lane.kept.length === 0 && lane.objections.length === 0 && lane.resumed === undefined;
      if (isEmpty && lane.users === 0) this.#lanes.delete(id);
    }
    const lane = this.#lanes.get(taskId) ?? emptyLane();
    this.#lanes.set(taskId, lane);
    return lane;
  }
}

function emptyLane(): Lane {
  return { users: 0, tail: Promise.resolve(), kept: [], objections: [], resumed: undefined };
}

/** The value of the promise, or undefined at the deadline. Rejects at once with the signal's reason. */
export async function beforeDeadline<T>(
  promise: Promise<T>,
  { clock, deadline, signal }: Deadline,
): Promise<T | undefined> {
  try {
    return await withDeadline(clock, Math.max(0, deadline - clock.now()), signal, () => promise);
  } catch (error) {
    if (error instanceof TimeUpError) return undefined;
    throw error;
  }
}
