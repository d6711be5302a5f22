/** Advice on what a call fails for because of who asks, what it is about, or what the deployment can do. */

import { type Advice, anyoneMay, personMust } from './advice.js';

export const accessAdvice = {
  // Who is asking
  unauthorized: {
    why: 'Coder does not accept the session token: it is missing, wrong, expired or revoked.',
    ...personMust('run `coder login`, or set CODER_SESSION_TOKEN to a new token (dashboard: Settings, Tokens)'),
    retry: 'after the token was renewed',
  },
  user_suspended: {
    why: 'The account behind the token is not active.',
    ...anyoneMay('ask a Coder administrator to reactivate the account'),
    retry: 'after the account is active again',
  },
  forbidden: {
    why: 'The account, or the scopes of its token, may not do this.',
    next: 'ask the owner of the task or a Coder administrator; coder_diagnose without task shows who you are',
    mend: 'use a token with all scopes, or ask a Coder administrator for the right',
    retry: 'no',
  },
  cannot_create_workspace: {
    why: 'You may not create workspaces for this owner in the organization of the template.',
    next: 'coder_create_task for yourself (leave owner out), or ask a Coder administrator for the right',
    mend: 'ask a Coder administrator for the right to create workspaces in this organization',
    retry: 'no',
  },
  cannot_use_template: {
    why: 'You can see this template, but may not create anything from it.',
    next: 'coder_list_task_templates for another template, or ask its administrator for the right to use it',
    mend: 'ask the administrator of the template for the right to use it',
    retry: 'no',
  },
  licence: {
    why: 'The licence of the deployment does not permit running another agent.',
    ...anyoneMay('ask a Coder administrator about the licence for managed agents'),
    retry: 'no',
  },

  // What it is about
  not_found: {
    why: 'There is no such thing, it was deleted, or the token lacks the right to see it (Coder answers alike).',
    next: 'coder_list_tasks to see what exists',
    mend: 'check the name in the dashboard, and the scopes of the token',
    retry: 'no',
  },
  cannot_open: {
    why: 'Coder lists this task for the token, but answers 404 when it is opened: a scope is missing. The task was not deleted.',
    next: 'ask the person for a token with the missing scope, or for one without restrictions; until then leave the task alone',
    mend: 'make a token with the missing scope, or one without restrictions',
    retry: 'after the token was renewed',
  },
  task_gone: {
    why: 'The task was there and is not there any more: somebody deleted it, or its workspace.',
    next: 'coder_list_tasks to see what exists, or coder_create_task to start anew',
    mend: 'create the task again if it is still needed',
    retry: 'no',
  },
  user_not_found: {
    why: 'No user of that name exists, or you may not see it; an e-mail address is not a user name.',
    ...anyoneMay('use the user name, or `me`'),
    retry: 'no',
  },
  organization_not_found: {
    why: 'No organization of that name exists, or you are not a member.',
    next: 'leave organization out, or coder_list_task_templates to see the organizations of your templates',
    mend: 'check the name of the organization in the dashboard',
    retry: 'no',
  },
  no_connect_right: {
    why: 'You may see this task, but not connect to its workspace, so its conversation is closed to you.',
    ...anyoneMay('ask the owner of the task, or use a token that has the right to connect to the workspace'),
    retry: 'no',
  },
  delete_failed: {
    why: 'Coder no longer lists the task, but the build that deletes its workspace has failed: workspace and disk are still there, and the name stays taken.',
    next: 'ask the person to run `coder delete` for the workspace; if that fails too, an administrator can add `--orphan`',
    mend: 'run `coder delete` for the workspace; if that fails too, as an administrator with `--orphan`',
    retry: 'no',
  },
  workspace_deleted: {
    why: 'The workspace behind the task was deleted, and its disk with it.',
    next: 'coder_create_task to start anew',
    mend: 'create the task again if it is still needed',
    retry: 'no',
  },
  no_workspace: {
    why: 'The task has no workspace, or no longer has one.',
    next: 'coder_delete_task to remove it, then coder_create_task',
    mend: 'delete the task and create it again',
    retry: 'no',
  },

  // What the deployment can do
  tasks_unavailable: {
    why: 'This deployment has no Tasks API: it is too old (before 2.29), or Tasks are switched off (2.36, 2.37) or removed (2.38).',
    next: 'coder_diagnose without task tells which it is',
    mend: 'ask a Coder administrator whether the deployment can offer Tasks',
    retry: 'no',
  },
  pause_unavailable: {
    why: 'This deployment is too old to pause or resume tasks (that came with 2.31.1).',
    ...anyoneMay('stop or start the workspace of the task instead'),
    retry: 'no',
  },
  route_not_found: {
    why: 'This deployment does not have the endpoint: it is older or newer than what was asked of it.',
    next: 'coder_diagnose without task shows its version',
    mend: 'compare the version of Coder with the versions that this program supports',
    retry: 'no',
  },
} as const satisfies Record<string, Advice>;
