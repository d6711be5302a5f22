/** One POST that creates a task under a name of ours, and what became of it, whatever was answered (behaviour §3.3). */

import type { NewTask } from '../../coder/client.js';
import { sleep } from '../../coder/clock.js';
import { CoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type Holder, holderOf, isSameBrief, type LookContext } from './name-taken.js';

export type Attempt =
  | { readonly kind: 'created'; readonly task: Task; readonly notes: readonly string[] }
  | { readonly kind: 'taken'; readonly holder: Holder; readonly notes: readonly string[]; readonly cause?: unknown };

// A request that was cut off may still be waiting for the database; after this long it has been dealt with.
const LOST_PATIENCE_MS = 15_000;
const LOOK_EVERY_MS = 1_000;
// The deployment's clock is known from headers that count whole seconds.
const CLOCK_TOLERANCE_MS = 2_000;

/** Throws the CoderError of a refusal, and of an answer that was lost where no task shows up. */
export async function attemptCreate(
  owner: string,
  name: string,
  body: NewTask,
  context: LookContext,
): Promise<Attempt> {
  const { coder, signal } = context;
  const startedAt = coder.now();
  try {
    return { kind: 'created', task: await coder.createTask(owner, body, { signal }), notes: [] };
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

/** The request may have been carried out: only the name tells. */
async function findAfterLoss(lost: Lost, error: CoderError, context: LookContext): Promise<Attempt> {
  const { clock, signal } = context;
  // An error that Coder itself has answered is over; one look tells what is left of it.
  const patience = error.code === 'server_error' ? 0 : LOST_PATIENCE_MS;
  const deadline = clock.now() + patience;
  for (;;) {
    const task = await look(lost, context);
    if (task) return attemptIn(task, lost, error);
    if (clock.now() >= deadline) throw stillUnknown(lost, error);
    await sleep(clock, LOOK_EVERY_MS, signal);
  }
}

async function look({ owner, name }: Lost, { coder, signal }: LookContext): Promise<Task | undefined> {
  try {
    return await coder.getTask({ user: owner, task: name }, { signal });
  } catch (error) {
    // Whatever broke the first exchange may last a moment longer.
    if (error instanceof CoderError) return undefined;
    throw error;
  }
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
  if (error.code === 'server_error') return error;
  const reference = owner === 'me' ? name : `${owner}/${name}`;
  return new CoderError(
    error.code,
    `${error.message}; no task ${reference} has shown up. The same call again is safe: it makes no second task`,
    { ...error, cause: error },
  );
}
