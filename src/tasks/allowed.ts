/** The tasks of an owner that this process may touch. */

import type { TaskFilter } from '../coder/client.js';
import type { Task, TaskList } from '../coder/wire/schemas.js';
import type { TasksContext } from './context.js';

/** Throws CoderError `not_allowed_here` where the tasks of this owner are out of bounds: an empty list would be a lie. */
export async function requireOwner({ tasks, policy }: TasksContext, owner: string, signal: AbortSignal): Promise<void> {
  if (!policy.rules.allowedOwners || owner === '*') return;
  const { username } = await tasks.me(signal);
  policy.requireOwner(owner === 'me' ? username : owner, username);
}

export interface AllowedFilter extends Omit<TaskFilter, 'owner'> {
  /** `me`, a user name, or `*` for everybody's that the token may see and this process may touch. */
  readonly owner: string;
}

/** As Coder lists them, newest first. Errors: those of `requireOwner` and of Coder's list. */
export async function listAllowedBy(
  context: TasksContext,
  { owner, ...filter }: AllowedFilter,
  signal: AbortSignal,
): Promise<TaskList> {
  const { coder, tasks, policy } = context;
  await requireOwner(context, owner, signal);
  const found = await coder.listTasks({ ...filter, ...(owner !== '*' && { owner }) }, { signal });
  if (!policy.rules.allowedOwners || owner !== '*' || found.tasks.length === 0) return found;
  const { username } = await tasks.me(signal);
  return { ...found, tasks: found.tasks.filter(({ owner_name }) => policy.allowsOwner(owner_name, username)) };
}

/** The tasks alone, of one owner or everybody. */
export async function listAllowed(context: TasksContext, owner: string, signal: AbortSignal): Promise<readonly Task[]> {
  return (await listAllowedBy(context, { owner }, signal)).tasks;
}
