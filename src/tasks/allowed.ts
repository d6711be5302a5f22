/** The tasks of an owner that this process may touch. */

import type { CoderClient } from '../coder/client.js';
import type { Task } from '../coder/schemas.js';
import type { Policy } from './policy.js';
import type { Tasks } from './tasks.js';

export interface AllowedContext {
  readonly coder: CoderClient;
  readonly tasks: Tasks;
  readonly policy: Policy;
}

/** As Coder lists them, newest first. `owner` is `me`, a user name, or `*` for everybody's that the token may see. */
export async function listAllowed(
  { coder, tasks, policy }: AllowedContext,
  owner: string,
  signal: AbortSignal,
): Promise<readonly Task[]> {
  const { tasks: found } = await coder.listTasks(owner === '*' ? {} : { owner }, { signal });
  if (!policy.rules.allowedOwners || found.length === 0) return found;
  const { username } = await tasks.me(signal);
  return found.filter(({ owner_name }) => policy.allowsOwner(owner_name, username));
}
