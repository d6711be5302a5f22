/** People, their tokens, and the organization (coder-api §7, §9). */

import { canReadUser, hasScope } from '../http/access.js';
import { type Answer, notFound, ok, Refusal } from '../http/answer.js';
import { type Call, type Caller, readBody } from '../http/call.js';
import { organizationView, userView } from '../views/catalog.js';
import type { User } from '../world/model.js';
import type { World } from '../world/world.js';
import { checkOrganization } from './catalog.js';
import { findUser, unknownUser } from './tasks.js';

const NANOSECONDS_PER_MS = 1_000_000;
const LONGEST_OWNER_TOKEN_MS = 168 * 3_600_000;
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  api_key: ['*', 'create', 'delete', 'read', 'update'],
  file: ['*', 'create', 'read'],
  organization: ['*', 'delete', 'read', 'update'],
  task: ['*', 'create', 'delete', 'read', 'update'],
  template: ['*', 'create', 'delete', 'read', 'update', 'use'],
  user: ['*', 'read', 'read_personal', 'update_personal'],
  user_secret: ['*', 'create', 'delete', 'read', 'update'],
  user_skill: ['*', 'create', 'delete', 'read', 'update'],
  workspace: ['*', 'application_connect', 'create', 'delete', 'read', 'ssh', 'start', 'stop', 'update'],
};
const COMPOSITES = [
  'coder:all',
  'coder:apikeys.manage_self',
  'coder:application_connect',
  'coder:templates.author',
  'coder:templates.build',
  'coder:workspaces.access',
  'coder:workspaces.create',
  'coder:workspaces.delete',
  'coder:workspaces.operate',
];

export function getUser(world: World, call: Call, caller: Caller): Answer {
  if (!hasScope(caller, 'user:read')) throw notFound();
  return ok(userView(world, findReadableUser(world, call, caller)));
}

export function listOrganizationsOfUser(world: World, call: Call, caller: Caller): Answer {
  findReadableUser(world, call, caller);
  return listOrganizations(world, call, caller);
}

/** A token without `organization:read` gets an empty list, whatever it may do (restricted-token.json). */
export function listOrganizations(world: World, _call: Call, caller: Caller): Answer {
  return ok(hasScope(caller, 'organization:read') ? [organizationView(world)] : []);
}

export function getOrganization(world: World, call: Call, caller: Caller): Answer {
  checkOrganization(world, call.segments[1] ?? '');
  if (!hasScope(caller, 'organization:read')) throw notFound();
  return ok(organizationView(world));
}

export function setUserStatus(world: World, call: Call, caller: Caller): Answer {
  const user = findReadableUser(world, call, caller);
  user.status = call.segments[3] === 'suspend' ? 'suspended' : 'active';
  user.updatedAt = world.now();
  return ok(userView(world, user));
}

export function createToken(world: World, call: Call, caller: Caller): Answer {
  const user = findReadableUser(world, call, caller);
  const { given } = readBody(call.body, 'CreateTokenRequest');
  const lifetimeMs = typeof given.lifetime === 'number' ? given.lifetime / NANOSECONDS_PER_MS : 30 * 86_400_000;
  if (user.siteRole === 'owner' && lifetimeMs >= LONGEST_OWNER_TOKEN_MS) {
    throw new Refusal(400, 'Failed to validate create API key request.', {
      detail: 'lifetime must be less than 168h0m0s',
    });
  }
  const scopes = Array.isArray(given.scopes) ? given.scopes.map(String) : [];
  const unknown = scopes.find((scope) => scope !== 'all' && !allScopes(world).includes(scope));
  if (unknown !== undefined) {
    throw new Refusal(400, 'Failed to create API key.', {
      detail: `invalid or unsupported API key scope: "${unknown}"`,
    });
  }
  const key = world.addToken(user.username, { lifetimeMs, ...(scopes.length > 0 ? { scopes } : {}) });
  return { status: 201, json: { key } };
}

export function listScopes(world: World): Answer {
  return ok({ external: allScopes(world) });
}

/** `user:read` came with 2.31, `user:*` and what lets skills be managed after 2.33. */
function allScopes(world: World): string[] {
  const { readUser, newest } = world.features.scopes;
  const isMissing = (scope: string) =>
    (scope === 'user:read' && !readUser) || (/^user:\*$|^user_skill:/.test(scope) && !newest);
  const single = Object.entries(ACTIONS).flatMap(([resource, actions]) => actions.map((it) => `${resource}:${it}`));
  return [...single, ...COMPOSITES].filter((scope) => !isMissing(scope)).sort();
}

function findReadableUser(world: World, call: Call, caller: Caller): User {
  const name = call.segments[1] ?? '';
  const user = findUser(world, caller, name);
  if (!canReadUser(caller.user, user)) throw unknownUser(world, name);
  return user;
}
