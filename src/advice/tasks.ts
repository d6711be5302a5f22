/** Advice on what a call about a task fails for: how it is created, the state it is in, its agent, the request. */

import { type Advice, anyoneMay } from './advice.js';

export const taskAdvice = {
  // Creating
  not_task_template: {
    why: 'This template version cannot run tasks: it has no coder_ai_task resource (or has dropped it in this version), that resource depends on a parameter which the preset does not set, or its import has not succeeded.',
    next: 'coder_list_task_templates for templates that can',
    mend: 'choose a template that has a coder_ai_task resource',
    retry: 'no',
  },
  template_not_found: {
    why: 'The template or template version does not exist, or you may not see it.',
    next: 'coder_list_task_templates',
    mend: 'check the name of the template in the dashboard, and that you may see it',
    retry: 'no',
  },
  template_deleted: {
    why: 'The template of this version was deleted.',
    next: 'coder_list_task_templates for another one',
    mend: 'choose another template',
    retry: 'no',
  },
  template_deprecated: {
    why: 'An administrator has deprecated this template: nothing can be created from it.',
    next: 'coder_list_task_templates for another one',
    mend: 'choose another template',
    retry: 'no',
  },
  template_archived: {
    why: 'This template version was archived.',
    next: 'leave template_version out, so that the active version is used',
    mend: 'use the active version of the template',
    retry: 'no',
  },
  template_importing: {
    why: 'This template version is still being imported.',
    next: 'wait a minute, or leave template_version out',
    mend: 'wait until the import of the template version has finished',
    retry: 'after the import of the template version has finished',
  },
  template_import_failed: {
    why: 'The import of this template version failed, so nothing can be built from it.',
    next: 'leave template_version out, or ask the author of the template',
    mend: 'ask the author of the template to correct the version',
    retry: 'no',
  },
  preset_not_found: {
    why: 'The preset does not exist in this template version.',
    next: 'coder_list_task_templates shows the presets',
    mend: 'choose a preset that the template version has',
    retry: 'no',
  },
  invalid_name: {
    why: 'A task name has 1 to 32 letters, digits and single hyphens between them, and is not `new` or `create`.',
    next: 'coder_create_task with another name, or without one',
    mend: 'choose another name',
    retry: 'no',
  },
  invalid_display_name: {
    why: 'The display name is longer than 64 bytes.',
    next: 'coder_create_task with a shorter display_name, or without one',
    mend: 'choose a shorter display name',
    retry: 'no',
  },
  name_taken: {
    why: 'The owner has a task or workspace of that name already; after a delete the name stays taken until the workspace is gone.',
    next: 'coder_get_task with that name to see it, or choose another name',
    mend: 'choose another name, or delete the task or workspace that has it',
    retry: 'after the other one is gone',
  },
  parameters_invalid: {
    why: 'A parameter of the template has no value, or one that the template refuses; tasks take values from a preset only.',
    next: 'choose a preset that covers it (coder_list_task_templates); if none does, a template administrator must add one',
    mend: 'ask a template administrator for a preset that covers the parameter',
    retry: 'no',
  },
  no_task_template: {
    why: 'No template that you may use runs tasks: none has a coder_ai_task resource in its active version.',
    ...anyoneMay('ask a template administrator to add one, or for the right to use one'),
    retry: 'after there is such a template',
  },
  login_missing: {
    why: 'The template works with another service, and you are not logged in there.',
    next: 'ask the person to open the address and log in',
    mend: 'open the address and log in',
    retry: 'after the login',
  },
  create_blocked: {
    why: 'More than one thing stands in the way; nothing was built.',
    ...anyoneMay('mend each of them, then make the same call again'),
    retry: 'after each of them is mended',
  },

  // What this process may do (behaviour §9)
  not_allowed_here: {
    why: 'The person who set up this server has restricted the templates or owners it may be used for.',
    next: 'use one that is allowed, or ask the person to change CODER_MCP_ALLOWED_TEMPLATES or CODER_MCP_ALLOWED_OWNERS',
    mend: 'change CODER_MCP_ALLOWED_TEMPLATES or CODER_MCP_ALLOWED_OWNERS',
    retry: 'no',
  },
  too_many_tasks: {
    why: 'The person who set up this server has limited how many tasks may be active at once.',
    next: 'coder_list_tasks to see them; pause or delete one that is done, then create again',
    mend: 'pause or delete a task, or change CODER_MCP_MAX_ACTIVE_TASKS',
    retry: 'after one of them is paused or deleted',
  },
  declined: {
    why: 'The person at the host was asked, and said no.',
    ...anyoneMay('leave the task as it is, and do not ask again'),
    retry: 'no',
  },

  // The state of a task
  task_paused: {
    why: 'The task is paused: its agent is not running.',
    next: 'coder_resume_task',
    mend: 'resume the task',
    retry: 'after the task is active',
  },
  task_starting: {
    why: 'The workspace of the task is still starting.',
    next: 'coder_wait_for_task with until `ready`',
    mend: 'wait until the workspace has started',
    retry: 'after the task is active',
  },
  task_not_active: {
    why: 'The task is broken, unhealthy or just stopping, so its agent cannot be talked to.',
    next: 'coder_diagnose with the task',
    mend: 'look at the task in the dashboard',
    retry: 'after the task is active',
  },
  task_must_be_paused: {
    why: 'The prompt of a task can be changed only while it is paused.',
    next: 'coder_pause_task first, or coder_update_task_input with restart: true',
    mend: 'pause the task first',
    retry: 'after the task is paused',
  },
  agent_busy: {
    why: 'The agent is in the middle of its turn and takes no message now.',
    next: 'coder_wait_for_task, then send again',
    mend: 'wait until the agent has finished its turn',
    retry: 'after the agent has finished its turn',
  },
  build_active: {
    why: 'A build of the workspace (start, stop or delete) is under way.',
    next: 'coder_wait_for_task, or coder_diagnose when it takes long',
    mend: 'wait until the build has ended, or cancel it in the dashboard',
    retry: 'after the build has ended',
  },
  already_running: {
    why: 'The workspace of the task is running: there is nothing to resume.',
    next: 'coder_get_task to see what it does',
    mend: 'nothing needs to be done',
    retry: 'no',
  },
  no_logs_now: {
    why: 'Coder has no conversation to give while a task is broken or stopping.',
    next: 'coder_diagnose with the task shows its build and startup logs',
    mend: 'look at the build and startup logs in the dashboard',
    retry: 'after the task is active or paused',
  },
  snapshot_broken: {
    why: 'The conversation stored at the last pause cannot be read by the server.',
    next: 'coder_resume_task, then read the live conversation',
    mend: 'resume the task to read its conversation',
    retry: 'after the task is active',
  },

  // The agent in the workspace
  agent_unreachable: {
    why: 'Coder could not reach the workspace agent within 30 s: it has lost its connection or its machine is down.',
    next: 'coder_diagnose with the task; coder_pause_task and coder_resume_task start it anew',
    mend: 'pause and resume the task',
    retry: 'after the agent is connected again',
  },
  app_not_answering: {
    why: 'The workspace runs, but the program that fronts the agent (AgentAPI) does not answer.',
    next: 'coder_diagnose with the task; coder_pause_task and coder_resume_task start it anew',
    mend: 'pause and resume the task',
    retry: 'after the app is healthy again',
  },
  app_bad_answer: {
    why: 'The program that fronts the agent (AgentAPI) gave an answer that Coder does not understand.',
    next: 'coder_diagnose with the task; the template may use a version of AgentAPI that does not fit',
    mend: 'tell the author of the template which version of AgentAPI it uses',
    retry: 'no',
  },
  app_misconfigured: {
    why: "The template's AI task does not name a usable app (no app, no address, or an address that is not http).",
    next: 'tell the author of the template; coder_diagnose shows what is wrong',
    mend: 'tell the author of the template',
    retry: 'no',
  },
  message_rejected: {
    why: 'The agent refused the message: it is blank, or a dialog on its screen is waiting for something else.',
    next: 'coder_get_task_logs to see what its screen shows',
    mend: 'look at the screen of the agent in the dashboard',
    retry: 'no',
  },

  // The request
  blank_input: {
    why: 'The input is empty.',
    ...anyoneMay('say something in input'),
    retry: 'no',
  },
  invalid_query: {
    why: 'Coder does not understand the filter.',
    next: 'coder_list_tasks with fewer filters',
    mend: 'use fewer filters',
    retry: 'no',
  },
  bad_request: {
    why: 'Coder refuses the request as it stands.',
    next: "read the server's words and correct the arguments",
    mend: "read the server's words",
    retry: 'no',
  },
  conflict: {
    why: 'The task is in a state in which this is not possible.',
    next: 'coder_get_task to see its state',
    mend: 'look at the task in the dashboard',
    retry: 'after its state has changed',
  },
  bypass_refused: {
    why: 'CODER_HEADER sets X-Coder-Bypass-Ratelimit, which only owners of the deployment may send.',
    next: 'ask the person to take X-Coder-Bypass-Ratelimit out of CODER_HEADER',
    mend: 'take X-Coder-Bypass-Ratelimit out of CODER_HEADER',
    retry: 'no',
  },
  rate_limited: {
    why: 'Too many requests within a minute.',
    next: 'wait, then repeat the call; prefer coder_wait_for_task to reading again and again',
    mend: 'wait for the time that the server names',
    retry: 'after the time that the server names',
  },
} as const satisfies Record<string, Advice>;
