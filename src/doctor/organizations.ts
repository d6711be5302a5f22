/** Which organizations the account is a member of. */

import { failureOf, known } from '../coder/reading.js';
import { listNames } from '../text/names.js';
import { type Check, ok, warn } from './check.js';

const MAX_NAMES = 8;

export const checkOrganizations: Check = ({ organizations, me }) => {
  const list = known(organizations);
  // Every restricted token without organization:read gets an empty list, also those that can create (coder-api §9.2).
  if (list?.length === 0) return ok('none is shown to this token, which says nothing about where you are a member');
  if (list) {
    const names = listNames(
      list.map(({ name }) => name),
      MAX_NAMES,
    );
    return ok(list.length === 1 ? `you are a member of ${names}` : `you are a member of ${list.length}: ${names}`);
  }
  const error = failureOf(organizations);
  // Told by the check of the token already.
  if (!error || failureOf(me)) return undefined;
  return warn(`they cannot be read (${error.code})`, 'use a token with wider scopes');
};
