/** Every way a call to Coder can fail, and what follows from each for whoever goes on working. The words for readers are in `advice/`. */

type Trait =
  /** It may end without anybody doing anything: a watch goes on through it. */
  | 'passes'
  /** The client repeats the exchange by itself, where the endpoint allows it. */
  | 'repeated'
  /** The same, but only where the status says that Coder is unavailable for a moment (502, 503, 504). */
  | 'repeated_if_unavailable'
  /** The answer was lost on the way: what was asked may have been done, and a look later tells. */
  | 'answer_lost'
  /** Coder looks as if it were restarting: whoever has time tries again until it is back. */
  | 'restarting'
  /** Coder refuses the token or the account, whatever is asked. */
  | 'signed_out'
  /** The conversation is closed while the task is in this state. */
  | 'conversation_closed'
  /** The whole list fails where single tasks may still be readable. */
  | 'list_unreadable';

export const errorCodes = {
  unauthorized: ['signed_out'],
  user_suspended: ['signed_out'],
  forbidden: ['list_unreadable'],
  cannot_create_workspace: [],
  cannot_use_template: [],
  licence: [],

  not_found: [],
  cannot_open: [],
  task_gone: [],
  user_not_found: [],
  organization_not_found: [],
  no_connect_right: [],
  workspace_deleted: [],
  delete_failed: [],
  no_workspace: [],

  tasks_unavailable: [],
  pause_unavailable: [],
  route_not_found: [],

  not_task_template: [],
  template_not_found: [],
  template_deleted: [],
  template_deprecated: [],
  template_archived: [],
  template_importing: [],
  template_import_failed: [],
  preset_not_found: [],
  invalid_name: [],
  invalid_display_name: [],
  name_taken: [],
  parameters_invalid: [],
  no_task_template: [],
  login_missing: [],
  create_blocked: [],
  not_allowed_here: [],
  too_many_tasks: [],
  declined: [],

  task_paused: ['conversation_closed'],
  task_starting: ['conversation_closed'],
  task_not_active: ['conversation_closed'],
  task_must_be_paused: [],
  agent_busy: [],
  build_active: [],
  already_running: [],
  no_logs_now: ['conversation_closed'],
  snapshot_broken: [],

  agent_unreachable: [],
  app_not_answering: [],
  app_bad_answer: [],
  app_misconfigured: [],
  message_rejected: [],

  blank_input: [],
  invalid_query: [],
  bad_request: [],
  conflict: [],
  rate_limited: ['passes', 'repeated'],
  bypass_refused: [],

  server_error: ['passes', 'repeated_if_unavailable', 'list_unreadable'],
  list_broken: ['list_unreadable'],
  network: ['passes', 'repeated'],
  stopped_answering: ['passes', 'repeated', 'restarting'],
  not_sent: ['passes'],
  tls: [],
  certificate_expired: [],
  certificate_name: [],
  certificate_chain: [],
  client_certificate: [],
  not_tls: [],
  tls_required: [],
  proxy: ['passes'],
  proxy_login: [],
  login_in_front: [],
  blocked_in_front: [],
  input_too_large: [],
  connection_lost: ['passes', 'repeated', 'answer_lost'],
  timeout: ['passes', 'answer_lost'],
  gateway: ['passes', 'repeated_if_unavailable', 'answer_lost', 'restarting'],
  redirected: [],
  not_coder: [],
  bad_answer: ['passes', 'answer_lost'],
  answer_too_large: ['list_unreadable'],
} as const satisfies Record<string, readonly Trait[]>;

export type ErrorCode = keyof typeof errorCodes;

/** Whether a code has this trait. */
export function hasTrait(code: ErrorCode, trait: Trait): boolean {
  const traits: readonly Trait[] = errorCodes[code];
  return traits.includes(trait);
}
