/** What exists in an embedded deployment: people, templates, workspaces with their builds, tasks. Nothing here is derived. */

import type { AgentApi, LogEntry } from '../agents/agent-api.js';
import type { ProgramName } from '../agents/programs.js';

export interface User {
  readonly id: string;
  readonly username: string;
  /** The full name; undefined where none was given. */
  fullName: string | undefined;
  email: string;
  readonly siteRole: 'owner' | 'template-admin' | 'auditor' | undefined;
  readonly organizationAdmin: boolean;
  readonly createdAt: number;
  updatedAt: number;
  lastSeenAt: number;
  status: 'active' | 'suspended';
}

export interface ApiKey {
  readonly id: string;
  readonly secret: string;
  readonly userId: string;
  readonly expiresAt: number;
  /** What the token may do; a token made without scopes may do everything. */
  readonly scopes: readonly string[];
}

export interface Organization {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly createdAt: number;
}

export interface Template {
  readonly id: string;
  name: string;
  displayName: string;
  description: string;
  icon: string;
  readonly createdAt: number;
  updatedAt: number;
  activeVersionId: string;
  deleted: boolean;
  /** Only people with a site role may see it. */
  hidden: boolean;
  allowCancel: boolean;
  activityBumpMs: number;
  /** The server stops a workspace so long after its start; 0: never. */
  readonly ttlMs: number;
  /** People whom the agents' connection reports show at work; it is nobody unless a test says so. */
  activeUsers: number;
}

export interface Parameter {
  readonly name: string;
  readonly displayName?: string;
  readonly description: string;
  readonly type: 'string' | 'number' | 'bool' | 'list(string)';
  readonly formType: string;
  readonly mutable: boolean;
  readonly defaultValue: string;
  readonly options: readonly { readonly name: string; readonly value: string }[];
  readonly required: boolean;
  readonly min?: number;
  readonly max?: number;
}

export interface Preset {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly icon: string;
  readonly isDefault: boolean;
  readonly parameters: readonly { readonly name: string; readonly value: string }[];
}

export interface ExternalLogin {
  readonly id: string;
  readonly type: string;
  readonly displayName: string;
  readonly optional: boolean;
  /** The people who have signed in. */
  readonly authenticated: Set<string>;
}

/** How the app of a template's AI task is wrong, if it is. */
type AppKind = 'good' | 'unhealthy' | 'https' | 'no-url' | 'unlinked';

export interface Version {
  readonly id: string;
  readonly templateId: string | undefined;
  readonly name: string;
  readonly createdAt: number;
  import: 'running' | 'succeeded' | 'failed';
  archived: boolean;
  readonly aiTask: boolean;
  readonly agent: boolean;
  /** The coding agent that its workspaces run. */
  readonly program: ProgramName;
  /** `loose`: the agent belongs to no resource, so that the server does not know of it (no-agent.json). */
  readonly agentKind: 'good' | 'loose' | 'never-connects';
  /** False: nothing ever reports, neither the agent nor the watcher of its screen. */
  readonly reports: boolean;
  /** False: the watcher's subscription fails, so that the last report of the agent sticks (coder-api §8.3). */
  readonly watches: boolean;
  /** False: the prompt never reaches the agent, as with a claimed prebuilt workspace (coder-api §8.3). */
  readonly givesPrompt: boolean;
  readonly connectionTimeoutSeconds: number;
  readonly healthcheck: { readonly interval: number; readonly threshold: number };
  /** What the template calls the resource that the agent belongs to. */
  readonly resourceName: string;
  /** Where the agent begins to work; undefined: the template does not say. */
  readonly directory: string | undefined;
  /** True: the app outlives a pause, and keeps its id. */
  readonly keepsApp: boolean;
  readonly scripts: Scripts;
  /** What the app is called, and what stands behind its port in its address. */
  readonly appNames: { readonly slug: string; readonly displayName: string; readonly path: string };
  readonly app: AppKind;
  readonly parameters: readonly Parameter[];
  readonly presets: readonly Preset[];
  readonly externalLogins: readonly ExternalLogin[];
  /** Every start build ends with this. */
  readonly startFailure: BuildFailure | undefined;
  readonly fileId: string;
  readonly importJobId: string;
}

/** The scripts of an agent, as the template calls them. */
export interface Scripts {
  readonly start: { readonly name: string; readonly command: string };
  /** `isBrief`: it writes the status of the upload alone, and is over before the agent goes (workspace.json of 2.30). */
  readonly stop: { readonly name: string; readonly command: string; readonly isBrief?: boolean };
  readonly blocksLogin: boolean;
  /** False: the start-up script may take for ever. */
  readonly hasTimeout: boolean;
}

export interface BuildFailure {
  readonly error: string;
  readonly errorCode?: string;
  /** Lines of the build log that tell what happened. */
  readonly output?: readonly string[];
}

export interface BuildLog {
  readonly id: number;
  readonly at: number;
  readonly source: 'provisioner' | 'provisioner_daemon';
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly stage: string;
  readonly output: string;
}

export type Transition = 'start' | 'stop' | 'delete';
export type JobStatus = 'pending' | 'running' | 'succeeded' | 'canceling' | 'canceled' | 'failed';

export interface Build {
  readonly id: string;
  readonly jobId: string;
  readonly number: number;
  readonly transition: Transition;
  readonly reason: string;
  readonly initiatorId: string;
  readonly versionId: string;
  readonly presetId: string | undefined;
  readonly createdAt: number;
  updatedAt: number;
  startedAt: number | undefined;
  completedAt: number | undefined;
  canceledAt: number | undefined;
  status: JobStatus;
  /** When the server stops the workspace by itself. */
  deadline: number | undefined;
  failure: BuildFailure | undefined;
  readonly logs: BuildLog[];
  readonly resourceIds: readonly [string, string];
  agent: Agent | undefined;
}

type Lifecycle =
  | 'created'
  | 'starting'
  | 'start_timeout'
  | 'start_error'
  | 'ready'
  | 'shutting_down'
  | 'shutdown_timeout'
  | 'shutdown_error'
  | 'off';

interface AgentLog {
  readonly id: number;
  readonly at: number;
  readonly level: 'info' | 'error';
  readonly output: string;
  readonly sourceId: string;
}

export interface Agent {
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number;
  connection: 'connecting' | 'connected' | 'disconnected' | 'timeout';
  firstConnectedAt: number | undefined;
  lastConnectedAt: number | undefined;
  disconnectedAt: number | undefined;
  startedAt: number | undefined;
  readyAt: number | undefined;
  lifecycle: Lifecycle;
  scriptOutcome: { readonly exitCode: number; readonly status: string } | undefined;
  logsLength: number;
  readonly logs: AgentLog[];
  readonly startLogSourceId: string;
  readonly stopLogSourceId: string;
  readonly scripts: Scripts;
  readonly connectionTimeoutSeconds: number;
  readonly directory: string | undefined;
  readonly startScriptId: string;
  readonly stopScriptId: string;
  readonly app: App;
  readonly agentApi: AgentApi;
}

export interface App {
  readonly id: string;
  readonly port: number;
  readonly kind: AppKind;
  readonly names: Version['appNames'];
  readonly healthcheck: Version['healthcheck'];
  health: 'disabled' | 'initializing' | 'healthy' | 'unhealthy';
  /** Since when its checks have failed; undefined: they pass. */
  failingSince: number | undefined;
}

export interface AppStatus {
  readonly id: string;
  readonly at: number;
  readonly agentId: string;
  readonly appId: string;
  readonly state: string;
  readonly message: string;
  readonly uri: string;
}

export interface Workspace {
  readonly id: string;
  name: string;
  readonly ownerId: string;
  readonly templateId: string;
  readonly createdAt: number;
  updatedAt: number;
  readonly builds: Build[];
  readonly statuses: AppStatus[];
  readonly taskId: string | undefined;
  readonly sharedWith: Map<string, string>;
  deleted: boolean;
  /** So long after its start it is stopped by itself; 0: never. */
  ttlMs: number;
  appId: string | undefined;
  /** What the agent's program keeps on the workspace's disk, which outlives a pause. */
  readonly disk: Map<string, string>;
  /** `…-once` words of the prompt that have had their effect. */
  readonly spent: Set<string>;
}

export interface Task {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
  readonly ownerId: string;
  readonly versionId: string;
  readonly workspaceId: string;
  prompt: string;
  readonly createdAt: number;
  deletedAt: number | undefined;
  snapshot: { readonly logs: readonly LogEntry[]; readonly at: number } | undefined;
}
