/** Who may do what: roles, sharing, and the scopes of restricted tokens (coder-api §3, §9.2). */

import type { Template, User, Workspace } from '../world/model.js';
import type { Features } from '../world/profiles.js';
import type { Caller } from './call.js';

/** Scopes are checked as far as the tasks need them: a missing one mostly shows as "not found". */
export function hasScope(caller: Caller, scope: string): boolean {
  const [resource = ''] = scope.split(':');
  return caller.key.scopes.some(
    (each) =>
      each === 'coder:all' ||
      each === 'all' ||
      each === scope ||
      each === `${resource}:*` ||
      (COMPOSITES[each]?.includes(scope) ?? false),
  );
}

const COMPOSITES: Readonly<Record<string, readonly string[]>> = {
  'coder:workspaces.create': [
    'organization_member:read',
    'workspace:read',
    'workspace:create',
    'workspace:update',
    'template:read',
    'template:use',
  ],
  'coder:workspaces.operate': [
    'organization_member:read',
    'workspace:read',
    'workspace:update',
    'workspace:start',
    'workspace:stop',
    'template:read',
  ],
  'coder:workspaces.delete': ['organization_member:read', 'workspace:read', 'workspace:delete', 'template:read'],
  'coder:workspaces.access': [
    'organization_member:read',
    'workspace:read',
    'workspace:ssh',
    'workspace:application_connect',
    'template:read',
  ],
};

/** Whether a token may go through `/tasks/{user}` at all, be it the caller's own (scopes.json, coder-api §9.2). */
export function mayNamePeople(caller: Caller, features: Features): boolean {
  const isMember = features.membershipNamesPeople && hasScope(caller, 'organization_member:read');
  return isMember || hasScope(caller, 'user:read');
}

function isSiteOwner(user: User): boolean {
  return user.siteRole === 'owner';
}

/** The owner's, the site owner's and the organization admin's right; a share gives none of this. */
export function managesWorkspacesOf(user: User, ownerId: string): boolean {
  return user.id === ownerId || isSiteOwner(user) || user.organizationAdmin;
}

/** Whether a token may see templates at all: a workspace is shown with its template (restricted-token.json). */
export function canSeeTemplates(caller: Caller): boolean {
  return hasScope(caller, 'template:read');
}

export function canReadWorkspace(caller: Caller, workspace: Workspace): boolean {
  const { user } = caller;
  const isAllowed = managesWorkspacesOf(user, workspace.ownerId) || workspace.sharedWith.has(user.id);
  return isAllowed && hasScope(caller, 'workspace:read');
}

/** An organization admin sees other people's tasks but may not connect to them. */
export function canConnect(caller: Caller, workspace: Workspace): boolean {
  const { user } = caller;
  const isAllowed = user.id === workspace.ownerId || isSiteOwner(user) || workspace.sharedWith.has(user.id);
  return isAllowed && hasScope(caller, 'workspace:application_connect');
}

export function canReadUser(user: User, other: User): boolean {
  return user.id === other.id || user.siteRole !== undefined || user.organizationAdmin;
}

export function canReadTemplate(caller: Caller, template: Template): boolean {
  const { user } = caller;
  return (
    (!template.hidden || user.siteRole !== undefined || user.organizationAdmin) && hasScope(caller, 'template:read')
  );
}

export function canUseTemplate(user: User, template: Template): boolean {
  return !template.hidden || isSiteOwner(user) || user.siteRole === 'template-admin' || user.organizationAdmin;
}
