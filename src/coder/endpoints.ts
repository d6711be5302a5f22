/** Every endpoint of Coder that this program calls: method, path, time-out, whether it may be repeated, and its answer. */

import { z } from 'zod';
import { InputError } from './errors/errors.js';
import { listOf } from './wire/lenient.js';
import * as wire from './wire/schemas.js';

/**
 * Whether a failed exchange may be repeated without a look in between (coder-api §12): `safe` changes nothing or the same
 * again; `delete` likewise, and what a 404 after a lost answer means is for the caller to find out; `never` is too.
 */
export type RepeatPolicy = 'safe' | 'delete' | 'never';

/**
 * Which sockets a call uses. Short calls never wait for slow ones: what may take long by its nature (a send until the
 * agent's screen is quiet, a create until a name is found, a conversation until the agent answers) has its own.
 */
export type SocketUse = 'short' | 'send' | 'create' | 'conversation';

export interface Endpoint<Path extends string = string, Answer = unknown> {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: Path;
  readonly timeoutMs: number;
  readonly repeat: RepeatPolicy;
  readonly sockets: SocketUse;
  /** The one status that means success; with another 2xx nobody knows what was done. */
  readonly success: 200 | 201 | 202 | 204;
  /** `null` where the answer has no body. */
  readonly answer: z.ZodType<Answer> | null;
  readonly maxBytes: number;
}

const TIMEOUT_MS = 15_000;
// Coder itself gives up on an unreachable agent after 30 s, and that answer says more than our time-out.
const LOGS_TIMEOUT_MS = 35_000;
// A send ends when the agent's screen has settled (up to 30 s seen), a create may wait for a generated name.
const SLOW_TIMEOUT_MS = 90_000;
const MAX_BYTES = 16 << 20;
// The list has no paging: thousands of tasks arrive in one answer.
const MAX_LIST_BYTES = 64 << 20;

function read<Path extends string, Answer>(path: Path, answer: z.ZodType<Answer>): Endpoint<Path, Answer> {
  return {
    method: 'GET',
    path,
    timeoutMs: TIMEOUT_MS,
    repeat: 'safe',
    sockets: 'short',
    success: 200,
    answer,
    maxBytes: MAX_BYTES,
  };
}

function write<Path extends string, Answer>(
  method: 'POST' | 'PATCH' | 'DELETE',
  path: Path,
  success: Endpoint['success'],
  answer: z.ZodType<Answer> | null,
): Endpoint<Path, Answer> {
  return {
    method,
    path,
    timeoutMs: TIMEOUT_MS,
    repeat: 'never',
    sockets: 'short',
    success,
    answer,
    maxBytes: MAX_BYTES,
  };
}

/** Where Coder Agents answer, which take the place of Tasks; asked only whether they are there (coder-api §1). */
export const agentsProbes = [read('/api/v2/chats', z.unknown()), read('/api/experimental/chats', z.unknown())] as const;

export const endpoints = {
  listTasks: { ...read('/api/v2/tasks', wire.taskListSchema), maxBytes: MAX_LIST_BYTES },
  createTask: {
    ...write('POST', '/api/v2/tasks/{user}', 201, wire.taskSchema),
    timeoutMs: SLOW_TIMEOUT_MS,
    sockets: 'create',
  },
  getTask: read('/api/v2/tasks/{user}/{task}', wire.taskSchema),
  deleteTask: { ...write('DELETE', '/api/v2/tasks/{user}/{task}', 202, null), repeat: 'delete' },
  updateTaskInput: { ...write('PATCH', '/api/v2/tasks/{user}/{task}/input', 204, null), repeat: 'safe' },
  getTaskLogs: {
    ...read('/api/v2/tasks/{user}/{task}/logs', wire.taskLogsSchema),
    timeoutMs: LOGS_TIMEOUT_MS,
    sockets: 'conversation',
  },
  sendTaskInput: {
    ...write('POST', '/api/v2/tasks/{user}/{task}/send', 204, null),
    timeoutMs: SLOW_TIMEOUT_MS,
    sockets: 'send',
  },
  pauseTask: write('POST', '/api/v2/tasks/{user}/{task}/pause', 202, wire.startedBuildSchema),
  resumeTask: write('POST', '/api/v2/tasks/{user}/{task}/resume', 202, wire.startedBuildSchema),

  getBuildInfo: read('/api/v2/buildinfo', wire.buildInfoSchema),
  getUser: read('/api/v2/users/{user}', wire.userSchema),
  listMyOrganizations: read('/api/v2/users/me/organizations', listOf(wire.organizationSchema)),

  listTemplates: read('/api/v2/templates', listOf(wire.templateSchema)),
  getTemplate: read('/api/v2/templates/{template}', wire.templateSchema),
  getTemplateByName: read('/api/v2/organizations/{organization}/templates/{template}', wire.templateSchema),
  listTemplateVersions: read('/api/v2/templates/{template}/versions', listOf(wire.templateVersionSchema)),
  getTemplateVersion: read('/api/v2/templateversions/{template_version}', wire.templateVersionSchema),
  getTemplateVersionByName: read(
    '/api/v2/templates/{template}/versions/{template_version}',
    wire.templateVersionSchema,
  ),
  listPresets: read('/api/v2/templateversions/{template_version}/presets', listOf(wire.presetSchema)),
  listRichParameters: read(
    '/api/v2/templateversions/{template_version}/rich-parameters',
    listOf(wire.richParameterSchema),
  ),
  listExternalAuth: read('/api/v2/templateversions/{template_version}/external-auth', listOf(wire.externalAuthSchema)),

  listWorkspaces: read('/api/v2/workspaces', wire.workspaceListSchema),
  getWorkspace: read('/api/v2/workspaces/{workspace}', wire.workspaceSchema),
  getWorkspaceByName: read('/api/v2/users/{user}/workspace/{workspace}', wire.workspaceSchema),
  watchWorkspace: read('/api/v2/workspaces/{workspace}/watch', wire.workspaceSchema),
  createWorkspaceBuild: write('POST', '/api/v2/workspaces/{workspace}/builds', 201, wire.workspaceBuildSchema),
  cancelBuild: write('PATCH', '/api/v2/workspacebuilds/{build}/cancel', 200, null),
  getBuildLogs: read('/api/v2/workspacebuilds/{build}/logs', listOf(wire.buildLogLineSchema)),
  getAgentLogs: read('/api/v2/workspaceagents/{agent}/logs', listOf(wire.agentLogLineSchema)),
} as const satisfies Record<string, Endpoint>;

export type EndpointKey = keyof typeof endpoints;

type ParameterName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterName<Rest>
  : never;

/** A value for each `{name}` of a path template. */
export type PathParameters<Path extends string> = Readonly<Record<ParameterName<Path>, string>>;

/**
 * The path with every `{name}` filled in. What a caller passes stays one segment of this path: it is escaped, and
 * what a server or proxy might read as another path is refused with an InputError.
 */
export function fillPath(path: string, parameters: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_placeholder, name: string) => segment(name, parameters[name] ?? ''));
}

function segment(argument: string, value: string): string {
  const isUnsafe = value === '' || value === '.' || value === '..' || /[/\\\p{Cc}\p{Cs}]/u.test(value);
  if (isUnsafe) {
    throw new InputError({
      argument,
      received: value,
      expectation: 'one name or id, without slashes or control characters',
    });
  }
  return encodeURIComponent(value);
}
