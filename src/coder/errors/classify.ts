/** From an error answer of Coder to a code of the taxonomy, by status and exact message (coder-api §12). */

import type { ErrorBody } from '../wire/schemas.js';
import type { ErrorCode } from './errors.js';

interface Rule {
  /** Left out where versions of Coder differ in the status and the message alone decides. */
  readonly status?: number;
  /** Against the message; with `detail`, both must match. */
  readonly message?: RegExp;
  readonly detail?: RegExp;
  /** Against the detail of any of the validations. */
  readonly validation?: RegExp;
  readonly code: ErrorCode;
}

// First match wins. Grouped by what they are about; a status stands where the words alone would be ambiguous.
const RULES: readonly Rule[] = [
  { status: 401, message: /^User is not active/, code: 'user_suspended' },
  { status: 401, code: 'unauthorized' },

  { status: 403, message: /^Build is not permitted/, code: 'licence' },
  { status: 403, message: /^Unauthorized to create workspace\./, code: 'cannot_create_workspace' },
  { status: 403, message: /^Unauthorized access to use the template /, code: 'cannot_use_template' },
  { status: 403, code: 'forbidden' },
  // Missing rights surface as internal errors in a few handlers (coder-api §3.5, §3.8).
  { status: 500, detail: /\brbac: forbidden\b/, code: 'forbidden' },

  { status: 404, message: /^Template ".*" has been deleted!$/, code: 'template_deleted' },
  { status: 404, message: /^No template version found by name /, code: 'template_not_found' },
  { status: 404, message: /^Route not found\.$/, code: 'route_not_found' },
  { status: 404, code: 'not_found' },
  { status: 410, message: /^Workspace ".*" was deleted/, code: 'workspace_deleted' },
  { status: 410, code: 'not_found' },
  { status: 413, code: 'input_too_large' },

  // Up to 2.30 an unknown user is a 400, later a 404 like any other.
  { status: 400, message: /^"user" must be an existing uuid or username\.$/, code: 'user_not_found' },
  { status: 400, message: /^Template version not found or you do not have access/, code: 'template_not_found' },
  { status: 400, message: /^Template ".*" doesn't exist\.$/, code: 'template_not_found' },
  { status: 400, message: /^Template does not have a valid "coder_ai_task" resource\.$/, code: 'not_task_template' },
  { status: 400, message: /^Template ".*" has been deprecated/, code: 'template_deprecated' },
  { message: /^Archived template versions cannot be used/, code: 'template_archived' },
  { status: 400, message: /^The provided template version ".*" has failed to import/, code: 'template_import_failed' },
  { message: /^The provided template version is (?:pending|running)\./, code: 'template_importing' },
  { status: 425, code: 'template_importing' },
  { message: /^failed to fetch preset parameter values$/, code: 'preset_not_found' },
  { message: /^Unable to create a Task with the provided name\.$/, code: 'invalid_name' },
  { message: /^Display name must be 64 characters or less\.$/, code: 'invalid_display_name' },
  { message: /^Unable to validate parameter/, code: 'parameters_invalid' },
  { status: 409, message: / already exists\.$/, code: 'name_taken' },
  // Two creates at once: real servers answer this more often than the 409 (coder-api §3.2 row 14).
  { status: 500, detail: /\btasks_owner_id_name_unique_idx\b/, code: 'name_taken' },

  { status: 409, message: /^Task is paused\.$/, code: 'task_paused' },
  { status: 409, message: /^Task is (?:pending|initializing)\.$/, code: 'task_starting' },
  { status: 400, message: /^Task must be active\.$/, code: 'task_not_active' },
  // Up to 2.31.0 one message stands for every status but active, and the detail names it.
  { status: 400, message: /^Task status must be active\.$/, detail: /"paused"/, code: 'task_paused' },
  {
    status: 400,
    message: /^Task status must be active\.$/,
    detail: /"(?:pending|initializing)"/,
    code: 'task_starting',
  },
  { status: 400, message: /^Task status must be active\.$/, code: 'task_not_active' },
  { message: /^Task app is not ready to accept input\.$/, code: 'agent_busy' },
  { status: 409, message: /^A workspace build is already active\.$/, code: 'build_active' },
  { status: 409, message: /^Task workspace is already running\.$/, code: 'already_running' },
  { status: 409, message: /^Unable to update task input/, code: 'task_must_be_paused' },
  { status: 409, message: /^Cannot fetch logs for task in current state\.$/, code: 'no_logs_now' },
  { status: 409, code: 'conflict' },

  { message: /^Task app rejected the message\.$/, code: 'message_rejected' },
  { message: /^Failed to reach task app endpoint\.$/, code: 'agent_unreachable' },
  { message: /^Failed to get (?:status|messages) from task app\.$/, code: 'app_not_answering' },
  { message: /^Invalid task app response|^Expected "user" or "agent", got /, code: 'app_bad_answer' },
  { message: /^Task app URL is not configured\.$|^Internal error parsing task app URL\.$/, code: 'app_misconfigured' },
  { message: /^Only http scheme is supported/, code: 'app_misconfigured' },
  { message: /^Task does not have a workspace app\.$/, code: 'app_misconfigured' },
  { message: /^Task does not have a workspace\.$/, code: 'no_workspace' },
  { message: /^Internal error fetching task\.$/, detail: /^Task workspace ID is invalid\.$/, code: 'no_workspace' },
  { message: /task snapshot|^Invalid snapshot data\.$/i, code: 'snapshot_broken' },

  { message: /^Task input is required\.$/, code: 'blank_input' },
  // An unknown status in the filter ends in the database.
  { status: 500, detail: /invalid input value for enum task_status/, code: 'invalid_query' },
  { status: 400, validation: /\buser ".*" either does not exist/, code: 'user_not_found' },
  { status: 400, validation: /\borganization ".*" either does not exist/, code: 'organization_not_found' },
  { status: 400, message: /^Invalid \w+ search query\.$/, code: 'invalid_query' },
  { message: /^Internal error converting tasks\.$/, code: 'list_broken' },

  { status: 405, code: 'route_not_found' },
  { status: 428, code: 'bypass_refused' },
  { status: 429, code: 'rate_limited' },
];

type Refusal = Pick<ErrorBody, 'message' | 'detail'> & Partial<Pick<ErrorBody, 'validations'>>;

/** The code for an answer whose body is one of Coder's error objects. */
export function classify(status: number, body: Refusal): ErrorCode {
  const rule = ruleFor(status, body);
  if (rule) return rule.code;
  if (status < 500) return 'bad_request';
  // Coder words its own failures of this kind, see above: any other comes from what stands in front of it.
  return status >= 502 && status <= 504 ? 'gateway' : 'server_error';
}

/** Does the body use words that only Coder uses? For answers that do not carry Coder's header. */
export function hasWordsOfCoder(status: number, body: Refusal): boolean {
  const rule = ruleFor(status, body);
  return rule?.message !== undefined || GENERAL_WORDS.test(body.message);
}

const GENERAL_WORDS =
  /^(?:You are signed out or your session has expired|Resource not found or you do not have access|Forbidden\.$|Internal error |Invalid |Request body must be valid JSON|You've been rate limited)/;

function ruleFor(status: number, { message, detail, validations = [] }: Refusal): Rule | undefined {
  return RULES.find(
    (rule) =>
      (rule.status === undefined || rule.status === status) &&
      (rule.message?.test(message) ?? true) &&
      (rule.detail?.test(detail) ?? true) &&
      (rule.validation === undefined || validations.some((entry) => rule.validation?.test(entry.detail))),
  );
}
