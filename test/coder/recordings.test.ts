/** What real Coder servers sent: every answer is read, every error becomes the right code. */

import { describe, expect, test } from 'vitest';
import { type Endpoint, type EndpointKey, endpoints } from '../../src/coder/endpoints.js';
import { classify } from '../../src/coder/errors/classify.js';
import type { ErrorCode } from '../../src/coder/errors/errors.js';
import { cleanServerText } from '../../src/coder/errors/server-text.js';
import { EventParser } from '../../src/coder/http/server-sent-events.js';
import { keepValid } from '../../src/coder/wire/lenient.js';
import { isRegularTask } from '../../src/coder/wire/regular-task.js';
import { errorBodySchema, taskListSchema, taskSchema, workspaceSchema } from '../../src/coder/wire/schemas.js';
import { type Exchange, parseJson, readRecording, recordingNames, versions } from '../embedded-coder/recording.js';
import { errorOf } from '../support/recorded-error.js';

const exchanges = versions.flatMap((version) =>
  recordingNames(version).flatMap((name) =>
    readRecording(version, name).exchanges.map((exchange) => ({ version, name, ...exchange })),
  ),
);

const routes = Object.entries(endpoints).map(([key, endpoint]): { key: string; endpoint: Endpoint; path: RegExp } => {
  const pattern = endpoint.path.replaceAll(/\{\w+\}/g, '[^/]+');
  return { key, endpoint, path: new RegExp(`^${pattern}$`) };
});

function endpointOf({ request }: Exchange) {
  const [path = ''] = request.path.split('?');
  // Doubled slashes and one at the end are tolerated by Coder, and no client of ours sends them.
  const tidy = path.replaceAll(/\/{2,}/g, '/').replace(/(.)\/$/, '$1');
  return routes.find((route) => route.endpoint.method === request.method && route.path.test(tidy));
}

/** The log endpoints answer as text on demand, and watch answers with a stream: not what the client asks for. */
function isJsonAnswer({ request, response }: Exchange): boolean {
  return !request.path.includes('format=text') && /json/.test(response.headers['Content-Type'] ?? 'json');
}

function header({ response }: Exchange, name: string): string {
  return response.headers[name] ?? '';
}

test('there are recordings of some 1600 exchanges', () => {
  expect(exchanges.length).toBeGreaterThan(1_500);
});

test('every good answer to an endpoint that the client calls is read by its schema', () => {
  const seen = new Map<string, number>();
  for (const exchange of exchanges) {
    const route = endpointOf(exchange);
    const { status, body } = exchange.response;
    if (route === undefined || status < 200 || status > 299 || !isJsonAnswer(exchange)) continue;
    seen.set(route.key, (seen.get(route.key) ?? 0) + 1);
    const where = `${exchange.version} ${exchange.name}: ${exchange.situation}`;
    if (route.endpoint.answer === null) {
      // What a cancel answers is a sentence for people.
      if (route.key !== 'cancelBuild') expect(body ?? '', where).toBe('');
      continue;
    }
    const parsed = route.endpoint.answer.safeParse(JSON.parse(body ?? ''));
    expect(parsed.error, where).toBeUndefined();
  }
  const recorded: readonly EndpointKey[] = [
    'listTasks',
    'cancelBuild',
    'createTask',
    'getTask',
    'deleteTask',
    'updateTaskInput',
    'getTaskLogs',
    'sendTaskInput',
    'pauseTask',
    'resumeTask',
    'getBuildInfo',
    'getUser',
    'listMyOrganizations',
    'listTemplates',
    'getTemplate',
    'getTemplateByName',
    'listTemplateVersions',
    'getTemplateVersion',
    'getTemplateVersionByName',
    'listPresets',
    'listRichParameters',
    'getWorkspace',
    'listWorkspaces',
    'getWorkspaceByName',
    'createWorkspaceBuild',
    'getBuildLogs',
    'getAgentLogs',
  ];
  expect([...seen.keys()].sort()).toEqual([...recorded].sort());
});

// How Go writes a time that it does not know.
const ZERO_TIME = '0001-01-01T00:00:00Z';

test('no entry of a recorded list is left out, and nothing in it is changed but unknown times', () => {
  for (const exchange of exchanges) {
    if (endpointOf(exchange)?.key !== 'listTasks' || exchange.response.status !== 200) continue;
    const body = JSON.parse(exchange.response.body ?? '');
    const list = taskListSchema.parse(body);
    expect(list.dropped).toBe(0);
    const text = (exchange.response.body ?? '').replaceAll(`"${ZERO_TIME}"`, '""');
    expect(list.tasks).toEqual(JSON.parse(text).tasks);
    if (!exchange.response.body?.includes(ZERO_TIME)) expect(list.tasks.every(isRegularTask)).toBe(true);
  }
});

test('a recorded task passes the schema unchanged', () => {
  for (const exchange of exchanges) {
    if (endpointOf(exchange)?.key !== 'getTask' || exchange.response.status !== 200) continue;
    const body = JSON.parse(exchange.response.body ?? '');
    expect(taskSchema.parse(body)).toEqual(body);
  }
});

test('every event of the recorded streams is a ping or a workspace', () => {
  for (const version of versions.filter((each) => recordingNames(each).includes('watch-sse'))) {
    for (const { events } of readRecording(version, 'watch-sse').streams) {
      const parser = new EventParser(1 << 20);
      const parsed = events.flatMap(({ raw }) => parser.push(Buffer.from(`${raw}\n`)));
      expect(parsed).toHaveLength(events.length);
      const data = parsed.filter(({ event }) => event === 'data').map((event) => parseJson(event.data));
      expect(keepValid(workspaceSchema, data).dropped).toBe(0);
      expect(data.length).toBeGreaterThan(20);
      expect(parsed.filter(({ event }) => event === 'ping').length + data.length).toBe(parsed.length);
    }
  }
});

// The message up to what varies, and what it means. The recordings hold at least one answer for each.
const codesByMessage: readonly (readonly [number, string, ErrorCode])[] = [
  [400, '"user" must be an existing uuid or username.', 'user_not_found'],
  [400, 'Cannot extend workspace', 'bad_request'],
  [400, 'Display name must be 64 characters or less.', 'invalid_display_name'],
  [400, 'Error updating workspace time until shutdown.', 'bad_request'],
  [400, 'Failed to create API key.', 'bad_request'],
  [400, 'Failed to validate create API key request.', 'bad_request'],
  [400, 'Invalid UUID', 'bad_request'],
  [400, 'Invalid expect_status', 'bad_request'],
  [400, 'Invalid task search query.', 'invalid_query'],
  [400, 'Invalid template search query.', 'invalid_query'],
  [400, 'Job has already', 'bad_request'],
  [400, 'Only http scheme is supported for direct agent-dial.', 'app_misconfigured'],
  [400, 'Query param', 'bad_request'],
  [400, 'Request body must be valid JSON.', 'bad_request'],
  [400, 'Task input is required.', 'blank_input'],
  [400, 'Task must be active.', 'task_not_active'],
  [400, 'Template "00000000-0000-0000-0000-000000000000" doesn\'t exist.', 'template_not_found'],
  [400, 'Template does not have a valid "coder_ai_task" resource.', 'not_task_template'],
  [400, 'Template version not found or you do not have access to this resource', 'template_not_found'],
  [400, 'Unable to create a Task with the provided name.', 'invalid_name'],
  [400, 'Unable to validate parameters', 'parameters_invalid'],
  [400, 'Validation failed.', 'bad_request'],
  [401, 'User is not active', 'user_suspended'],
  [401, 'You are signed out or your session has expired.', 'unauthorized'],
  [403, 'Agents functionality requires', 'forbidden'],
  [403, 'Forbidden.', 'forbidden'],
  [403, 'Unauthorized access to use the template', 'cannot_use_template'],
  [403, 'Unauthorized to create workspace.', 'cannot_create_workspace'],
  [403, 'User is not allowed to cancel workspace builds.', 'forbidden'],
  [403, 'Workspace Sharing functionality', 'forbidden'],
  [403, 'You do not have permission to', 'forbidden'],
  [404, "Agent doesn't exist with that id", 'not_found'],
  [404, 'No template version found by name', 'template_not_found'],
  [404, 'Resource not found or you do not have access to this resource', 'not_found'],
  [404, 'Route not found.', 'route_not_found'],
  [404, 'Template "', 'template_deleted'],
  [406, 'The provided template version is running.', 'template_importing'],
  [409, 'A workspace build is already active.', 'build_active'],
  [409, 'Cannot fetch logs for task in current state.', 'no_logs_now'],
  [409, 'Task app is not ready to accept input.', 'agent_busy'],
  [409, 'Task is initializing.', 'task_starting'],
  [409, 'Task is paused.', 'task_paused'],
  [409, 'Task is pending.', 'task_starting'],
  [409, 'Task workspace is already running.', 'already_running'],
  [409, 'Unable to update task input, task must be paused.', 'task_must_be_paused'],
  [409, 'Workspace "', 'name_taken'],
  [410, 'Workspace "', 'workspace_deleted'],
  [412, 'Job is not in the expected state.', 'bad_request'],
  [425, 'Template version job has not finished', 'template_importing'],
  [429, "You've been rate limited", 'rate_limited'],
  [500, 'An internal server error occurred.', 'server_error'],
  [500, 'Archived template versions cannot be used to make a workspace.', 'template_archived'],
  [500, 'Failed to update task input.', 'forbidden'],
  [500, 'Internal error converting tasks.', 'list_broken'],
  [500, 'Internal error creating task.', 'name_taken'],
  [500, 'Internal error decoding task snapshot.', 'snapshot_broken'],
  [500, 'Internal error fetching task.', 'no_workspace'],
  [500, 'Internal error fetching tasks.', 'invalid_query'],
  [500, 'Invalid snapshot data.', 'snapshot_broken'],
  [500, 'Task app URL is not configured.', 'app_misconfigured'],
  [500, 'Task does not have a workspace.', 'no_workspace'],
  [500, 'Unsupported task snapshot format.', 'snapshot_broken'],
  [500, 'failed to fetch preset parameter values', 'preset_not_found'],
  [500, 'failed to fetch template', 'forbidden'],
  [500, 'upsert task workspace app', 'forbidden'],
  [502, 'Failed to get messages from task app.', 'app_not_answering'],
  [502, 'Failed to get status from task app.', 'app_not_answering'],
  [502, 'Failed to reach task app endpoint.', 'agent_unreachable'],
  [502, 'Task app is not ready to accept input.', 'agent_busy'],
  [502, 'Task app rejected the message.', 'message_rejected'],
];

// Up to 2.31.0 one message stands for every status but active.
const codesByStatus: Readonly<Record<string, ErrorCode>> = {
  paused: 'task_paused',
  pending: 'task_starting',
  initializing: 'task_starting',
  error: 'task_not_active',
  unknown: 'task_not_active',
};

const refusals = exchanges.filter(({ response }) => response.status >= 400);

describe('every recorded error', () => {
  test('has the code that its message calls for', () => {
    const used = new Set<string>();
    for (const exchange of refusals) {
      const { status, body } = exchange.response;
      const parsed = errorBodySchema.safeParse(parseJson(body ?? ''));
      if (!parsed.success) continue;
      const { message, detail, validations } = parsed.data;
      const named = /^Task status is "(\w+)"/.exec(detail)?.[1] ?? '';
      const row = codesByMessage.find(([of, start]) => of === status && message.startsWith(start));
      const unknown = validations.map(
        (fault) => /^Query .*(user|organization) ".*" either does not/.exec(fault.detail)?.[1],
      );
      const expected =
        message === 'Task status must be active.'
          ? codesByStatus[named]
          : (unknown.includes('user') && 'user_not_found') ||
            (unknown.includes('organization') && 'organization_not_found') ||
            row?.[2];
      if (row) used.add(`${row[0]} ${row[1]}`);
      expect(classify(status, parsed.data), `${status} ${message} (${exchange.situation})`).toBe(expected);
    }
    expect(codesByMessage.map(([status, start]) => `${status} ${start}`).filter((row) => !used.has(row))).toEqual([]);
  });

  test('comes from Coder, in the form of its errors or not', () => {
    const codes = new Map<number, ErrorCode>();
    for (const exchange of refusals) {
      const { status, body } = exchange.response;
      const error = errorOf(exchange);
      const parsed = errorBodySchema.safeParse(parseJson(body ?? ''));
      if (parsed.success) expect(error.code, exchange.situation).toBe(classify(status, parsed.data));
      else codes.set(status, error.code);
    }
    expect(Object.fromEntries(codes)).toMatchObject({
      400: 'bad_request',
      405: 'route_not_found',
      426: 'bad_request',
      428: 'bypass_refused',
    });
  });

  test('is shown without SQL, Go types, dumps or addresses inside the workspace', () => {
    for (const { response } of refusals) {
      const parsed = errorBodySchema.safeParse(parseJson(response.body ?? ''));
      if (!parsed.success) continue;
      const shown = [parsed.data.message, parsed.data.detail].map((text) => cleanServerText(text) ?? '').join('\n');
      expect(shown).not.toMatch(/pq:|sql:|Go value|codersdk\.|coderd\.|localhost:|\[fd7a|\{"|<html|SQLSTATE/i);
    }
  });

  test('carries a request id', () => {
    const without = refusals.filter((exchange) => header(exchange, 'X-Coder-Request-Id') === '');
    expect(without).toEqual([]);
  });
});
