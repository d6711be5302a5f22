/** One POST that creates a task under a name of ours, and what became of it, whatever was answered (behaviour §3.3). */

import type { NewTask } from '../../coder/client.js';
import { sleep } from '../../coder/clock.js';
import { TimeUpError, withDeadline } from '../../coder/deadline.js';
import { CoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type Holder, holderOf, isSameBrief, type LookContext } from './name-taken.js';

export type Attempt =
  | { readonly kind: 'created'; readonly task: Task; readonly notes: readonly string[] }
  | { readonly kind: 'taken'; readonly holder: Holder; readonly notes: readonly string[]; readonly cause?: unknown };

// A task that is there shows at once; one that is still to come may take a while.
const LOOK_EVERY_MS = 1_000;
const LATER_LOOKS_EVERY_MS = 3_000;
const SOON_MS = 6_000;
// Coder's own "500" is mostly the end of it, but its task may still become visible.
const LOOKS_AFTER_ERROR_MS = 2_000;
// Of the time that is left at most this part is for the request itself; the rest is for looking what became of it.
const REQUEST_SHARE = 0.6;
const LONGEST_REQUEST_MS = 90_000;
const MAX_LOOK_MS = 5_000;
// A look that finds Coder silent must not outlast the call.
const SHORTEST_TIMEOUT_MS = 1_000;
// The deployment's clock is known from headers that count whole seconds.
const CLOCK_TOLERANCE_MS = 2_000;

export interface AttemptContext extends LookContext {
  /** When the call must have ended, by the clock. */
  readonly deadline: number;
}

/** Throws the CoderError of a refusal, and of an answer that was lost where no task shows up. */
export async function attemptCreate(
  owner: string,
  name: string,
  body: NewTask,
  context: AttemptContext,
): Promise<Attempt> {
  const { coder, clock, deadline, signal } = context;
  const startedAt = coder.now();
  const timeoutMs = clampMs((deadline - clock.now()) * REQUEST_SHARE, LONGEST_REQUEST_MS);
  try {
    return { kind: 'created', task: await coder.createTask(owner, body, { signal, timeoutMs }), notes: [] };
  } catch (error) {
    if (!(error instanceof CoderError)) throw error;
    if (error.code === 'name_taken') {
      const holder = await holderOf({ owner, name, input: body.input }, context);
      return { kind: 'taken', holder, notes: [], cause: error };
    }
    if (error.reached === 'no') throw error;
    return findAfterLoss({ owner, name, input: body.input, startedAt }, error, context);
  }
}

interface Lost {
  readonly owner: string;
  readonly name: string;
  readonly input: string;
  /** By the deployment's clock. */
  readonly startedAt: number;
}

/** The request may have been carried out, now or in a moment: only the name tells. It is looked for until the deadline. */
async function findAfterLoss(lost: Lost, error: CoderError, context: AttemptContext): Promise<Attempt> {
  const { clock, deadline, signal } = context;
  const startedAt = clock.now();
  const end = isAnswerOfCoder(error) ? Math.min(deadline, clock.now() + LOOKS_AFTER_ERROR_MS) : deadline;
  for (;;) {
    const task = await look(lost, context);
    if (task) return attemptIn(task, lost, error);
    const pause = clock.now() - startedAt < SOON_MS ? LOOK_EVERY_MS : LATER_LOOKS_EVERY_MS;
    if (clock.now() + pause >= end) throw stillUnknown(lost, error);
    await sleep(clock, pause, signal);
  }
}

/** An inner error of Coder's own. 502, 503 and 504 come from what stands before it, and Coder may still be at work. */
function isAnswerOfCoder({ code, status = 0 }: CoderError): boolean {
  return code === 'server_error' && ![502, 503, 504].includes(status);
}

async function look({ owner, name }: Lost, context: AttemptContext): Promise<Task | undefined> {
  const { coder, clock, deadline, signal } = context;
  try {
    // The client repeats a read that fails, so its own time-out is not the end of it.
    const leftMs = Math.min(MAX_LOOK_MS, Math.max(0, deadline - clock.now()));
    return await withDeadline(clock, leftMs, signal, (stop) =>
      coder.getTask({ user: owner, task: name }, { signal: stop }),
    );
  } catch (error) {
    // Whatever broke the first exchange may last a moment longer.
    if (error instanceof CoderError || error instanceof TimeUpError) return undefined;
    throw error;
  }
}

function clampMs(ms: number, most: number): number {
  return Math.round(Math.min(most, Math.max(SHORTEST_TIMEOUT_MS, ms)));
}

function attemptIn(task: Task, { input, startedAt }: Lost, error: CoderError): Attempt {
  if (!isSameBrief(task, input))
    return { kind: 'taken', holder: { kind: 'another task', task }, notes: [], cause: error };
  if (Date.parse(task.created_at) >= startedAt - CLOCK_TOLERANCE_MS) {
    return {
      kind: 'created',
      task,
      notes: ["Coder's answer was lost; the task was found by its name, made by this call or one at the same moment"],
    };
  }
  return { kind: 'taken', holder: { kind: 'same', task }, notes: ["Coder's answer was lost; the task is older"] };
}

function stillUnknown({ owner, name }: Lost, error: CoderError): CoderError {
  if (isAnswerOfCoder(error)) return error;
  return unknownAfter(owner === 'me' ? name : `${owner}/${name}`, error);
}

/** The error after a request that may have created the task of this name, or may still do so. */
export function unknownAfter(reference: string, cause: Error): CoderError {
  const details = cause instanceof CoderError ? cause : undefined;
  return new CoderError(
    details?.code ?? 'timeout',
    `whether the task was created is not known: Coder's answer did not come, and no task ${reference} has shown up so far. The same call again is safe: it makes no second task`,
    {
      ...details,
      reached: 'unknown',
      advice: {
        why: 'The answer to the create was lost on the way, or is still to come; Coder may have created the task all the same.',
        next: 'the same call again: it finds the task if it was created',
      },
      cause,
    },
  );
}
