/** For whom a task is created: the token's own user, or somebody else. */

import type { CoderClient } from '../../coder/client.js';
import { isCoderError } from '../../coder/errors/errors.js';
import type { User } from '../../coder/wire/schemas.js';
import type { Policy } from '../policy.js';
import type { Tasks } from '../tasks.js';

export interface Owner {
  /** The path segment: `me`, or the user as named by the caller. */
  readonly user: string;
  /** The user's id, else the name in small letters where the token may not read it. */
  readonly id: string;
  /** As it stands in references. */
  readonly name: string;
  readonly isMe: boolean;
}

export interface OwnerContext {
  readonly coder: CoderClient;
  readonly tasks: Pick<Tasks, 'me'>;
  readonly policy: Policy;
  readonly signal: AbortSignal;
}

/** Resolves `me`, a user name or an id. Throws CoderError `not_allowed_here` for an owner outside the policy. */
export async function findOwner(wanted = 'me', { coder, tasks, policy, signal }: OwnerContext): Promise<Owner> {
  const user = wanted.trim().replace(/^@/, '');
  const me = await visibleUser(tasks.me(signal));
  const isMe = [me?.username, me?.id, 'me'].some((mine) => mine?.toLowerCase() === user.toLowerCase());
  const owner = isMe ? me : await visibleUser(coder.getUser(user, { signal }));
  const name = owner?.username ?? user;
  policy.requireOwner(name, me?.username);
  return { user: isMe ? 'me' : name, id: owner?.id ?? name.toLowerCase(), name, isMe };
}

/** Members may not see other users, and some tokens not even their own; Coder itself decides about them (coder-api §2.2, §9.2). */
async function visibleUser(read: Promise<User>): Promise<User | undefined> {
  try {
    return await read;
  } catch (error) {
    if (isCoderError(error, 'not_found', 'user_not_found', 'forbidden')) return undefined;
    throw error;
  }
}
