/** Whether one more workspace may start: the limit of active tasks, for everything that starts one (behaviour §9). */

import type { CoderClient } from '../coder/client.js';
import { CoderError } from '../coder/errors/errors.js';
import type { Task } from '../coder/wire/schemas.js';
import type { Policy } from './policy.js';
import { nameOf } from './summary.js';
import type { Tasks } from './tasks.js';

export interface StartContext {
  readonly coder: Pick<CoderClient, 'getWorkspace' | 'listTasks'>;
  readonly tasks: Pick<Tasks, 'me'>;
  readonly policy: Policy;
  readonly signal: AbortSignal;
}

// Whose start a task of somebody else was takes a read of its own; a site owner may see thousands of them.
const MAX_READS = 48;
const READS_AT_ONCE = 8;

/**
 * Starts something if one more task may be active. Under a limit, all starts of this process run one after the other, so
 * that two of them side by side cannot both take the last place. Errors: CoderError `too_many_tasks`, or why the limit
 * cannot be checked; then nothing was started. `startingId`: the task that starts, if it exists already.
 */
export function startWithinLimit<Result>(
  context: StartContext,
  startingId: string | undefined,
  start: () => Promise<Result>,
): Promise<Result> {
  return context.policy.oneStartAtATime(async () => {
    context.signal.throwIfAborted();
    await requireRoom(context, startingId);
    return start();
  });
}

/**
 * Throws CoderError `too_many_tasks` when this token has as many tasks running as it may have. Only meaningful within
 * `oneStartAtATime`. Counted are all tasks that are not paused: those of the token's own user, and those of other owners
 * that this user started.
 */
export async function requireRoom(context: StartContext, startingId: string | undefined): Promise<void> {
  const { policy, tasks, signal } = context;
  const most = policy.rules.maxActiveTasks;
  if (most === undefined) return;
  try {
    const { username } = await tasks.me(signal);
    policy.requireRoomBeside((await runningOf(username, most, startingId, context)).map(nameOf), username);
  } catch (error) {
    if (!(error instanceof CoderError) || error.code === 'too_many_tasks') throw error;
    throw new CoderError(
      error.code,
      'nothing was started: this server may have only so many tasks active at once, and how many are could not be read',
      { ...error, reached: 'no', cause: error },
    );
  }
}

/** The tasks that count, as many as are needed to know that there are `enough` of them. */
async function runningOf(
  me: string,
  enough: number,
  startingId: string | undefined,
  { coder, signal }: StartContext,
): Promise<readonly Task[]> {
  const { tasks } = await coder.listTasks({}, { signal });
  const active = tasks.filter(({ id, status }) => id !== startingId && status !== 'paused');
  const running = active.filter(({ owner_name }) => owner_name === me);
  const others = active.filter(({ owner_name }) => owner_name !== me);
  for (let at = 0; at < others.length && running.length < enough; at += READS_AT_ONCE) {
    const some = others.slice(at, at + READS_AT_ONCE);
    // What is not looked at counts: a rule that cannot be checked does not let anything through.
    const counts = at >= MAX_READS ? some.map(() => true) : await Promise.all(some.map((one) => wasStartedBy(me, one)));
    running.push(...some.filter((_, index) => counts[index]));
  }
  return running;

  async function wasStartedBy(user: string, { workspace_id }: Task): Promise<boolean> {
    if (workspace_id === null) return false;
    try {
      const { latest_build } = await coder.getWorkspace(workspace_id, { signal });
      return latest_build.initiator_name === '' || latest_build.initiator_name === user;
    } catch (error) {
      if (!(error instanceof CoderError)) throw error;
      return error.code !== 'workspace_deleted';
    }
  }
}
