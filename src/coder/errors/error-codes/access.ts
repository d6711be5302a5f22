/** What a call can fail for because of who asks, what it is about, or what the deployment can do. */

import type { ErrorAdvice } from './advice.js';

export const accessErrors = {
  // Who is asking
  unauthorized: {
    why: 'Coder does not accept the session token: it is missing, wrong, expired or revoked.',
    next: 'ask the person to run `coder login`, or to set CODER_SESSION_TOKEN to a new token (dashboard: Settings, Tokens)',
    retry: 'after the token was renewed',
  },
  user_suspended: {
    why: 'The account behind the token is not active.',
    next: 'ask a Coder administrator to reactivate the account',
    retry: 'after the account is active again',
  },
  forbidden: {
    why: 'The account, or the scopes of its token, may not do this.',
    next: 'ask the owner of the task or a Coder administrator; coder_diagnose without task shows who you are',
    retry: 'no',
  },
  cannot_create_workspace: {
    why: 'You may not create workspaces for this owner in the organization of the template.',
    next: 'coder_create_task for yourself (leave owner out), or ask a Coder administrator for the right',
    retry: 'no',
  },
  cannot_use_template: {
    why: 'You can see this template, but may not create anything from it.',
    next: 'coder_list_task_templates for another template, or ask its administrator for the right to use it',
    retry: 'no',
  },
  licence: {
    why: 'The licence of the deployment does not permit running another agent.',
    next: 'ask a Coder administrator about the licence for managed agents',
    retry: 'no',
  },

  // What it is about
  not_found: {
    why: 'There is no such thing, it was deleted, or the token lacks the right to see it (Coder answers alike).',
    next: 'coder_list_tasks to see what exists',
    retry: 'no',
  },
  task_gone: {
    why: 'It was there and is not any more: somebody deleted the task, or its workspace.',
    next: 'coder_list_tasks to see what exists, or coder_create_task to start anew',
    retry: 'no',
  },
  user_not_found: {
    why: 'No user of that name exists, or you may not see it; an e-mail address is not a user name.',
    next: 'use the user name, or `me`',
    retry: 'no',
  },
  organization_not_found: {
    why: 'No organization of that name exists, or you are not a member.',
    next: 'leave organization out, or coder_list_task_templates to see the organizations of your templates',
    retry: 'no',
  },
  no_connect_right: {
    why: 'You may see this task, but not connect to its workspace, so its conversation is closed to you.',
    next: 'ask the owner of the task, or use a token that has the right to connect to the workspace',
    retry: 'no',
  },
  workspace_deleted: {
    why: 'The workspace behind the task was deleted, and its disk with it.',
    next: 'coder_create_task to start anew',
    retry: 'no',
  },
  no_workspace: {
    why: 'The task has no workspace (any more).',
    next: 'coder_delete_task to remove it, then coder_create_task',
    retry: 'no',
  },

  // What the server can do
  tasks_unavailable: {
    why: 'This deployment has no Tasks API: it is too old (before 2.29), Tasks are switched off (2.36), or they were removed (2.37).',
    next: 'coder_diagnose without task tells which it is',
    retry: 'no',
  },
  pause_unavailable: {
    why: 'This deployment is too old to pause or resume tasks (that came with 2.31.1).',
    next: 'stop or start the workspace of the task instead',
    retry: 'no',
  },
  route_not_found: {
    why: 'This deployment does not have the endpoint: it is older or newer than what was asked of it.',
    next: 'coder_diagnose without task shows its version',
    retry: 'no',
  },
} as const satisfies Record<string, ErrorAdvice>;
