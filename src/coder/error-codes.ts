/** Every way a call to Coder can fail, and what a model should know and do about each. */

export interface ErrorAdvice {
  /** The likely cause. */
  readonly why: string;
  /** One next call or one human step. */
  readonly next: string;
  /** Whether the same call may be repeated. */
  readonly retry: 'no' | 'yes' | `after ${string}`;
}

export const errorCodes = {
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

  // Creating
  not_task_template: {
    why: 'This template version cannot run tasks: it has no coder_ai_task resource, or its import has not succeeded.',
    next: 'coder_list_task_templates for templates that can',
    retry: 'no',
  },
  template_not_found: {
    why: 'The template or template version does not exist, or you may not see it.',
    next: 'coder_list_task_templates',
    retry: 'no',
  },
  template_deleted: {
    why: 'The template of this version was deleted.',
    next: 'coder_list_task_templates for another one',
    retry: 'no',
  },
  template_deprecated: {
    why: 'An administrator has deprecated this template: nothing can be created from it.',
    next: 'coder_list_task_templates for another one',
    retry: 'no',
  },
  template_archived: {
    why: 'This template version was archived.',
    next: 'leave template_version out, so that the active version is used',
    retry: 'no',
  },
  template_importing: {
    why: 'This template version is still being imported.',
    next: 'wait a minute, or leave template_version out',
    retry: 'after the import of the template version has finished',
  },
  template_import_failed: {
    why: 'The import of this template version failed, so nothing can be built from it.',
    next: 'leave template_version out, or ask the author of the template',
    retry: 'no',
  },
  preset_not_found: {
    why: 'The preset does not exist in this template version.',
    next: 'coder_list_task_templates shows the presets',
    retry: 'no',
  },
  invalid_name: {
    why: 'A task name has 1 to 32 letters, digits and single hyphens between them, and is not `new` or `create`.',
    next: 'coder_create_task with another name, or without one',
    retry: 'no',
  },
  invalid_display_name: {
    why: 'The display name is longer than 64 bytes.',
    next: 'coder_create_task with a shorter display_name, or without one',
    retry: 'no',
  },
  name_taken: {
    why: 'The owner has a task or workspace of that name already; after a delete the name stays taken until the workspace is gone.',
    next: 'coder_get_task with that name to see it, or choose another name',
    retry: 'after the other one is gone',
  },
  parameters_invalid: {
    why: 'A parameter of the template has no value, or one that the template refuses; tasks take values from a preset only.',
    next: 'choose a preset that covers it (coder_list_task_templates); if none does, a template administrator must add one',
    retry: 'no',
  },

  // The state of a task
  task_paused: {
    why: 'The task is paused: its agent is not running.',
    next: 'coder_resume_task',
    retry: 'after the task is active',
  },
  task_starting: {
    why: 'The workspace of the task is still starting.',
    next: 'coder_wait_for_task with until `ready`',
    retry: 'after the task is active',
  },
  task_not_active: {
    why: 'The task is broken, unhealthy or just stopping, so its agent cannot be talked to.',
    next: 'coder_diagnose with the task',
    retry: 'after the task is active',
  },
  task_must_be_paused: {
    why: 'The prompt of a task can be changed only while it is paused.',
    next: 'coder_pause_task first, or coder_update_task_input with restart: true',
    retry: 'after the task is paused',
  },
  agent_busy: {
    why: 'The agent is in the middle of its turn and takes no message now.',
    next: 'coder_wait_for_task, then send again',
    retry: 'after the agent has finished its turn',
  },
  build_active: {
    why: 'A build of the workspace (start, stop or delete) is under way.',
    next: 'coder_wait_for_task, or coder_diagnose when it takes long',
    retry: 'after the build has ended',
  },
  already_running: {
    why: 'The workspace of the task is running: there is nothing to resume.',
    next: 'coder_get_task to see what it does',
    retry: 'no',
  },
  no_logs_now: {
    why: 'Coder has no conversation to give while a task is broken or stopping.',
    next: 'coder_diagnose with the task shows its build and startup logs',
    retry: 'after the task is active or paused',
  },
  snapshot_broken: {
    why: 'The conversation stored at the last pause cannot be read by the server.',
    next: 'coder_resume_task, then read the live conversation',
    retry: 'after the task is active',
  },

  // The agent in the workspace
  agent_unreachable: {
    why: 'Coder could not reach the workspace agent within 30 s: it has lost its connection or its machine is down.',
    next: 'coder_diagnose with the task; coder_pause_task and coder_resume_task start it anew',
    retry: 'after the agent is connected again',
  },
  app_not_answering: {
    why: 'The workspace runs, but the program that fronts the agent (AgentAPI) does not answer.',
    next: 'coder_diagnose with the task; coder_pause_task and coder_resume_task start it anew',
    retry: 'after the app is healthy again',
  },
  app_bad_answer: {
    why: 'The program that fronts the agent (AgentAPI) gave an answer that Coder does not understand.',
    next: 'coder_diagnose with the task; the template may use a version of AgentAPI that does not fit',
    retry: 'no',
  },
  app_misconfigured: {
    why: "The template's AI task does not name a usable app (no app, no address, or an address that is not http).",
    next: 'tell the author of the template; coder_diagnose shows what is wrong',
    retry: 'no',
  },
  message_rejected: {
    why: 'The agent refused the message: it is blank, or a dialog on its screen is waiting for something else.',
    next: 'coder_get_task_logs to see what its screen shows',
    retry: 'no',
  },

  // The request
  blank_input: { why: 'The input is empty.', next: 'say something in input', retry: 'no' },
  invalid_query: {
    why: 'Coder does not understand the filter.',
    next: 'coder_list_tasks with fewer filters',
    retry: 'no',
  },
  bad_request: {
    why: 'Coder refuses the request as it stands.',
    next: "read the server's words and correct the arguments",
    retry: 'no',
  },
  conflict: {
    why: 'The task is in a state in which this is not possible.',
    next: 'coder_get_task to see its state',
    retry: 'after its state has changed',
  },
  rate_limited: {
    why: 'Too many requests within a minute.',
    next: 'wait, then repeat the call; prefer coder_wait_for_task to reading again and again',
    retry: 'after the time that the server names',
  },

  // The server
  server_error: {
    why: 'Coder failed inside.',
    next: 'repeat the call once; if it fails again, give the request id to a Coder administrator',
    retry: 'yes',
  },
  list_broken: {
    why: 'One task of the deployment is damaged, and Coder then refuses the whole list.',
    next: 'narrow the list with owner, or read single tasks with coder_get_task',
    retry: 'no',
  },

  // The way to Coder
  network: {
    why: 'No connection to Coder could be opened: wrong address, no network or VPN, or the server is down.',
    next: 'ask the person to check CODER_URL and the network; `coder-tasks-mcp doctor` shows more',
    retry: 'after the network is back',
  },
  tls: {
    why: 'The certificate of the server is not trusted on this machine.',
    next: 'ask the person to set CODER_CLIENT_TLS_CA_FILE (or NODE_EXTRA_CA_CERTS) to the authority of the certificate',
    retry: 'no',
  },
  proxy: {
    why: 'The HTTP proxy refused or could not open the connection to Coder.',
    next: 'ask the person to check HTTPS_PROXY, HTTP_PROXY and NO_PROXY',
    retry: 'after the proxy settings are right',
  },
  connection_lost: {
    why: 'The connection broke before the answer was complete.',
    next: 'look at the task first (coder_get_task): what was asked may have been done',
    retry: 'yes',
  },
  timeout: {
    why: 'Coder did not answer in time.',
    next: 'look at the task first (coder_get_task): what was asked may have been done',
    retry: 'yes',
  },
  gateway: {
    why: 'Something in front of Coder (a proxy or load balancer) answered in its place; Coder may be restarting.',
    next: 'repeat the call in a minute; if it goes on, ask a Coder administrator',
    retry: 'yes',
  },
  redirected: {
    why: 'The address is not the one under which Coder wants to be called.',
    next: 'ask the person to set CODER_URL to the address it points to',
    retry: 'no',
  },
  not_coder: {
    why: 'What answers at this address is not the Coder API (a web page, a login page of a proxy, or another program).',
    next: 'ask the person to check CODER_URL: the address of the dashboard, without a path',
    retry: 'no',
  },
  bad_answer: {
    why: 'The answer of the server was cut short or is not what this endpoint answers.',
    next: 'repeat the call once; if it fails again, coder_diagnose without task',
    retry: 'yes',
  },
  answer_too_large: {
    why: 'The answer of the server is larger than what this program reads.',
    next: 'narrow it: coder_list_tasks with owner or status',
    retry: 'no',
  },
} as const satisfies Record<string, ErrorAdvice>;

export type ErrorCode = keyof typeof errorCodes;
