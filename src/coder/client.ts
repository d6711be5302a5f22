/** CoderClient: one method for each endpoint of Coder that this program calls. */

import type { Logger } from '../log.js';
import { createSecrets, type Secrets } from '../secrets.js';
import type { Clock } from './clock.js';
import { endpoints } from './endpoints.js';
import { filterQuery } from './filter-query.js';
import { Access, closedError, type Origin } from './http/access.js';
import type { RateLimit } from './http/answer-facts.js';
import { type CallOptions, Exchanges } from './http/exchanges.js';
import type { WatchEvent } from './http/stream.js';
import type { CredentialSource } from './login/credentials.js';
import type { TransportSource } from './login/transport.js';
import type { NewTask, TaskAddress, TaskFilter } from './task-requests.js';
import type * as wire from './wire/schemas.js';

export type { Origin } from './http/access.js';
export type { RateLimit } from './http/answer-facts.js';
export type { CallOptions } from './http/exchanges.js';
export type { WatchEvent } from './http/stream.js';
export type { NewTask, TaskAddress, TaskFilter } from './task-requests.js';

export interface CoderClientOptions {
  readonly credentials: CredentialSource;
  readonly clock: Clock;
  readonly log: Logger;
  /** Proxy, headers and TLS; by default a direct connection. */
  readonly transport?: TransportSource;
  /** In [0, 1), for the jitter of repeats. */
  readonly random?: () => number;
  /** Learns each secret before it is used, so that log and answers can take it out. */
  readonly secrets?: Secrets;
}

/** Rejections of every method: CoderError, ConfigError, InputError (a name that is no single path segment), or the signal's reason. */
export class CoderClient {
  readonly #access: Access;
  readonly #exchanges: Exchanges;
  #identity = 0;

  constructor(options: CoderClientOptions) {
    const { credentials, clock, log, transport = async () => ({}), random = Math.random } = options;
    const { secrets = createSecrets() } = options;
    const onChange = () => {
      this.#identity += 1;
      this.#exchanges.facts.forget();
    };
    this.#access = new Access({ credentials, transport, clock, secrets, onChange });
    this.#exchanges = new Exchanges(this.#access, clock, log, random);
  }

  /** A number that changes when another address or token is used: what was learnt about `me` before then is old. */
  get identity(): number {
    return this.#identity;
  }

  /** The address of the deployment; undefined until the first call has found it. */
  get url(): string | undefined {
    return this.#access.url;
  }

  /** The version that the last answer named (`v2.34.5+0a1b2c3`); undefined before the first. */
  get buildVersion(): string | undefined {
    return this.#exchanges.facts.buildVersion;
  }

  get rateLimit(): RateLimit | undefined {
    return this.#exchanges.facts.rateLimit;
  }

  /** How long the deployment takes for a short read, in ms, averaged; undefined before the first. */
  get answerMs(): number | undefined {
    return this.#exchanges.facts.answerMs;
  }

  /** How much slower than a second the deployment answers: 1 to 4. Time-outs grow and reads at once shrink with it. */
  get slowness(): number {
    return this.#exchanges.facts.slowness;
  }

  /** Exchanges under way, streams not counted. */
  get inFlight(): number {
    return this.#exchanges.inFlight;
  }

  /** The deployment's time in ms since the epoch, by the Date headers of its answers. */
  now(): number {
    return this.#exchanges.facts.serverClock.now();
  }

  /** How far the deployment's clock is ahead of ours, in ms; 0 while they may agree. */
  get clockOffsetMs(): number {
    return this.#exchanges.facts.serverClock.offsetMs;
  }

  /** Where address, token and proxy come from, in words; never the token. No request. Rejects with a ConfigError. */
  origin(): Promise<Origin> {
    return this.#access.origin();
  }

  /** Ends everything in flight at once. The client is of no use afterwards. */
  async close(): Promise<void> {
    this.#exchanges.abortAll(closedError());
    await this.#access.close();
  }

  /** GET /tasks: all matching tasks, newest first, without paging (coder-api §3.1, §4). Entries that are no tasks are counted in `dropped`. */
  async listTasks({ owner, organization, status }: TaskFilter = {}, call?: CallOptions): Promise<wire.TaskList> {
    return this.#exchanges.read(endpoints.listTasks, {}, { q: filterQuery({ owner, organization, status }) }, call);
  }

  /** POST /tasks/{user}: the new task (coder-api §3.2). Never repeated by itself: after `reached: unknown` look for the name. */
  createTask(user: string, task: NewTask, call?: CallOptions): Promise<wire.Task> {
    return this.#exchanges.write(endpoints.createTask, { user }, task, call);
  }

  /** GET /tasks/{user}/{task} (coder-api §2.3, §3.3). `not_found` also for a task one may not see. */
  getTask(ref: TaskAddress, call?: CallOptions): Promise<wire.Task> {
    return this.#exchanges.read(endpoints.getTask, ref, {}, call);
  }

  /** DELETE /tasks/{user}/{task}: the task is gone at once, its workspace follows (coder-api §3.4). `build_active` while a build runs. */
  deleteTask(ref: TaskAddress, call?: CallOptions): Promise<void> {
    return this.#exchanges.command(endpoints.deleteTask, ref, undefined, call);
  }

  /** PATCH /tasks/{user}/{task}/input: the prompt that the next start takes (coder-api §3.5). `task_must_be_paused` otherwise. */
  updateTaskInput(ref: TaskAddress, input: string, call?: CallOptions): Promise<void> {
    return this.#exchanges.command(endpoints.updateTaskInput, ref, { input }, call);
  }

  /** GET /tasks/{user}/{task}/logs: the whole conversation, live or as stored at the last pause (coder-api §3.7). */
  getTaskLogs(ref: TaskAddress, call?: CallOptions): Promise<wire.TaskLogs> {
    return this.#exchanges.read(endpoints.getTaskLogs, ref, {}, call);
  }

  /** POST /tasks/{user}/{task}/send: resolves when the agent's terminal has taken it (coder-api §3.6). Never repeated by itself. */
  sendTaskInput(ref: TaskAddress, input: string, call?: CallOptions): Promise<void> {
    return this.#exchanges.command(endpoints.sendTaskInput, ref, { input }, call);
  }

  /** POST /tasks/{user}/{task}/pause: the stop build (coder-api §3.8). A paused task is stopped again. `pause_unavailable` before 2.31.1. */
  pauseTask(ref: TaskAddress, call?: CallOptions): Promise<wire.WorkspaceBuild> {
    return this.#exchanges.write(endpoints.pauseTask, ref, undefined, call);
  }

  /** POST /tasks/{user}/{task}/resume: the start build (coder-api §3.9). `already_running`, or `pause_unavailable` before 2.31.1. */
  resumeTask(ref: TaskAddress, call?: CallOptions): Promise<wire.WorkspaceBuild> {
    return this.#exchanges.write(endpoints.resumeTask, ref, undefined, call);
  }

  /** GET /buildinfo: version and addresses (coder-api §7). */
  getBuildInfo(call?: CallOptions): Promise<wire.BuildInfo> {
    return this.#exchanges.read(endpoints.getBuildInfo, {}, {}, call);
  }

  /** GET /users/me: whose token it is (coder-api §7). `not_found` for tokens without the scope user:read. */
  getMe(call?: CallOptions): Promise<wire.User> {
    return this.getUser('me', call);
  }

  /** GET /users/{user}: by user name or id (coder-api §2.2, §7). */
  getUser(user: string, call?: CallOptions): Promise<wire.User> {
    return this.#exchanges.read(endpoints.getUser, { user }, {}, call);
  }

  /** GET /users/me/organizations (coder-api §7). */
  listMyOrganizations(call?: CallOptions): Promise<wire.Organization[]> {
    return this.#exchanges.read(endpoints.listMyOrganizations, {}, {}, call);
  }

  /** GET /templates?q=has-ai-task:true: those whose active version can run tasks, most used first (coder-api §7). */
  async listTaskTemplates(
    filter: { readonly organization?: string | undefined } = {},
    call?: CallOptions,
  ): Promise<wire.Template[]> {
    const q = filterQuery({ 'has-ai-task': 'true', organization: filter.organization });
    return this.#exchanges.read(endpoints.listTemplates, {}, { q }, call);
  }

  /** GET /templates/{id} (coder-api §7). */
  getTemplate(template: string, call?: CallOptions): Promise<wire.Template> {
    return this.#exchanges.read(endpoints.getTemplate, { template }, {}, call);
  }

  /** GET /organizations/{organization}/templates/{name} (coder-api §7). */
  getTemplateByName(organization: string, template: string, call?: CallOptions): Promise<wire.Template> {
    return this.#exchanges.read(endpoints.getTemplateByName, { organization, template }, {}, call);
  }

  /** GET /templates/{id}/versions (coder-api §7). */
  listTemplateVersions(template: string, call?: CallOptions): Promise<wire.TemplateVersion[]> {
    return this.#exchanges.read(endpoints.listTemplateVersions, { template }, {}, call);
  }

  /** GET /templateversions/{id} (coder-api §7). */
  getTemplateVersion(template_version: string, call?: CallOptions): Promise<wire.TemplateVersion> {
    return this.#exchanges.read(endpoints.getTemplateVersion, { template_version }, {}, call);
  }

  /** GET /templates/{id}/versions/{name} (coder-api §7). */
  getTemplateVersionByName(
    template: string,
    template_version: string,
    call?: CallOptions,
  ): Promise<wire.TemplateVersion> {
    return this.#exchanges.read(endpoints.getTemplateVersionByName, { template, template_version }, {}, call);
  }

  /** GET /templateversions/{id}/presets: `[]` when there are none; in no particular order (coder-api §7). */
  listPresets(template_version: string, call?: CallOptions): Promise<wire.Preset[]> {
    return this.#exchanges.read(endpoints.listPresets, { template_version }, {}, call);
  }

  /** GET /templateversions/{id}/rich-parameters (coder-api §7). `template_importing` while the version is imported. */
  listRichParameters(template_version: string, call?: CallOptions): Promise<wire.RichParameter[]> {
    return this.#exchanges.read(endpoints.listRichParameters, { template_version }, {}, call);
  }

  /** GET /templateversions/{id}/external-auth: logins the template needs, as they stand for the caller (coder-api §7). */
  listExternalAuth(template_version: string, call?: CallOptions): Promise<wire.ExternalAuth[]> {
    return this.#exchanges.read(endpoints.listExternalAuth, { template_version }, {}, call);
  }

  /**
   * GET /workspaces?q=has-ai-task:true: the workspaces of tasks with their latest builds, at most `limit` of them, about 4 kB
   * each (coder-api §7). `owner` and `organization` as in the list of tasks.
   */
  listTaskWorkspaces(
    filter: Pick<TaskFilter, 'owner' | 'organization'>,
    limit: number,
    call?: CallOptions,
  ): Promise<wire.WorkspaceList> {
    const q = filterQuery({ 'has-ai-task': 'true', owner: filter.owner, organization: filter.organization });
    return this.#exchanges.read(endpoints.listWorkspaces, {}, { q, limit: String(limit) }, call);
  }

  /** GET /workspaces/{id} (coder-api §7). `workspace_deleted` after its end, unless `includeDeleted`. */
  getWorkspace(
    workspace: string,
    options: CallOptions & { readonly includeDeleted?: boolean } = {},
  ): Promise<wire.Workspace> {
    const query = { include_deleted: options.includeDeleted ? 'true' : undefined };
    return this.#exchanges.read(endpoints.getWorkspace, { workspace }, query, options);
  }

  /** GET /users/{user}/workspace/{name} (coder-api §7). */
  getWorkspaceByName(user: string, workspace: string, call?: CallOptions): Promise<wire.Workspace> {
    return this.#exchanges.read(endpoints.getWorkspaceByName, { user, workspace }, {}, call);
  }

  /**
   * PATCH /workspacebuilds/{id}/cancel (coder-api §7): the build ends as canceled or failed a moment later. `forbidden` where
   * its template lets only a site owner do that; `bad_request` once it is over.
   */
  cancelBuild(build: string, call?: CallOptions): Promise<void> {
    return this.#exchanges.command(endpoints.cancelBuild, { build }, undefined, call);
  }

  /** POST /workspaces/{id}/builds: what pause and resume are on servers that lack them (coder-api §7). */
  createWorkspaceBuild(
    workspace: string,
    build: { readonly transition: wire.BuildTransition },
    call?: CallOptions,
  ): Promise<wire.WorkspaceBuild> {
    return this.#exchanges.write(endpoints.createWorkspaceBuild, { workspace }, build, call);
  }

  /** GET /workspacebuilds/{id}/logs: the provisioner's output (coder-api §7). */
  getBuildLogs(build: string, call?: CallOptions): Promise<wire.BuildLogLine[]> {
    return this.#exchanges.read(endpoints.getBuildLogs, { build }, {}, call);
  }

  /** GET /workspaceagents/{id}/logs: the startup scripts' output (coder-api §7). */
  getAgentLogs(agent: string, call?: CallOptions): Promise<wire.AgentLogLine[]> {
    return this.#exchanges.read(endpoints.getAgentLogs, { agent }, {}, call);
  }

  /**
   * GET /workspaces/{id}/watch: an event at once and at each change (coder-api §7.1). Ends when Coder ends it; throws a
   * CoderError when it is refused or breaks. Silence has no time-out here: a `ping` is due every 15 s.
   */
  watchWorkspace(
    workspace: string,
    { signal }: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterable<WatchEvent> {
    return this.#exchanges.watch(endpoints.watchWorkspace, { workspace }, signal);
  }
}
