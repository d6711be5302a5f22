/** Everything that exists in one embedded deployment, and the hands with which a test changes it. */

import type { AgentApi } from '../agents/agent-api.js';
import type { Clock } from '../time/clock.js';
import { duration, type Pace } from '../time/pace.js';
import { Timers } from '../time/timers.js';
import { latestBuild } from '../views/derive.js';
import { bumpDeadline } from './auto-stop.js';
import type { Ids } from './ids.js';
import type { Agent, ApiKey, App, Organization, Task, Template, User, Version, Workspace } from './model.js';
import type { Features } from './profiles.js';
import { Provisioners } from './provisioner.js';
import { addReport } from './reports.js';
import { addPlainWorkspace, addTask, type NewTask } from './setup.js';
import { addTemplate, addVersion, type NewTemplate, type NewVersion, templateNamed } from './templates.js';
import { loseAgent, returnAgent, stopProgram } from './workspace-agent.js';

export interface WorldOptions {
  readonly clock: Clock;
  readonly pace: Partial<Pace>;
  readonly features: Features;
  readonly ids: Ids;
}

export class World {
  readonly clock: Clock;
  readonly pace: Partial<Pace>;
  readonly features: Features;
  readonly ids: Ids;
  readonly deploymentId: string;
  readonly organization: Organization;
  readonly users: User[] = [];
  readonly keys: ApiKey[] = [];
  readonly templates: Template[] = [];
  readonly versions: Version[] = [];
  readonly workspaces = new Map<string, Workspace>();
  readonly tasks = new Map<string, Task>();
  readonly provisioners: Provisioners;
  /** False: a licence without managed agents; builds of AI tasks are refused. */
  licensed = true;
  /** Ids of workspaces that lists show with zero values, as if they could not be read. */
  readonly hiddenWorkspaces = new Set<string>();
  readonly #timers: Timers;
  readonly #listeners = new Map<string, Set<() => void>>();
  #lastLogId = 1_000;
  #sleeping = 0;

  constructor({ clock, pace, features, ids }: WorldOptions) {
    this.clock = clock;
    this.pace = pace;
    this.features = features;
    this.ids = ids;
    this.#timers = new Timers(clock);
    this.deploymentId = ids.uuid();
    this.organization = { id: ids.uuid(), name: 'coder', displayName: 'Coder', createdAt: clock.now() };
    this.provisioners = new Provisioners(this);
  }

  now(): number {
    return this.clock.now();
  }

  wait(step: keyof Pace): number {
    return duration(this.pace, step);
  }

  after(ms: number, callback: () => void): void {
    this.#timers.after(ms, callback);
  }

  /** How many requests wait for the clock now. */
  get sleeping(): number {
    return this.#sleeping;
  }

  /** For a request that waits until the clock has moved; rejects when its client goes before. */
  sleep(ms: number, signal: AbortSignal): Promise<void> {
    return this.asleep(new Promise((resolve) => this.after(ms, resolve)), signal);
  }

  /** Waits for something that only the clock can bring, or for the client to go, which rejects. */
  async asleep<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    let give = () => {};
    const gone = new Promise<never>((_resolve, reject) => {
      give = () => reject(new Error('the client is gone'));
      signal.addEventListener('abort', give, { once: true });
    });
    this.#sleeping += 1;
    try {
      return await Promise.race([promise, gone]);
    } finally {
      signal.removeEventListener('abort', give);
      this.#sleeping -= 1;
    }
  }

  nextLogId(): number {
    this.#lastLogId += 1;
    return this.#lastLogId;
  }

  /** Ends all that would still happen. */
  close(): void {
    this.#timers.clear();
    for (const workspace of this.workspaces.values())
      for (const build of workspace.builds) build.agent?.agentApi.stop();
    this.#listeners.clear();
  }

  version(id: string): Version | undefined {
    return this.versions.find((version) => version.id === id);
  }

  template(id: string | undefined): Template | undefined {
    return this.templates.find((template) => template.id === id);
  }

  userById(id: string): User | undefined {
    return this.users.find((user) => user.id === id);
  }

  userByName(name: string): User | undefined {
    return this.users.find((user) => user.username === name.toLowerCase());
  }

  workspaceOf(task: Task): Workspace | undefined {
    return this.workspaces.get(task.workspaceId);
  }

  taskOf(workspace: Workspace): Task | undefined {
    return workspace.taskId === undefined ? undefined : this.tasks.get(workspace.taskId);
  }

  /** Tells the watchers of a workspace that something about it is different now. */
  changed(workspace: Workspace): void {
    for (const listener of this.#listeners.get(workspace.id) ?? []) listener();
  }

  onChange(workspace: Workspace, listener: () => void): () => void {
    const listeners = this.#listeners.get(workspace.id) ?? new Set();
    this.#listeners.set(workspace.id, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  addReport(
    workspace: Workspace,
    agent: Agent,
    report: { readonly state: string; readonly message: string; readonly uri: string },
    at = this.now(),
  ): void {
    addReport(workspace, this.features, {
      ...report,
      id: this.ids.uuid(),
      at,
      agentId: agent.id,
      appId: agent.app.id,
    });
    if (report.state === 'working') bumpDeadline(this, workspace);
    this.changed(workspace);
  }

  /** The live task of that name, of `owner` if given; throws where there is none. */
  task(name: string, owner?: string): Task {
    const task = [...this.tasks.values()].findLast(
      (each) =>
        each.deletedAt === undefined &&
        (each.name === name || each.id === name) &&
        (owner === undefined || this.userById(each.ownerId)?.username === owner),
    );
    if (task === undefined) throw new Error(`the embedded deployment has no task ${name}`);
    return task;
  }

  /** Adds a task that is there at once, without its build having run. */
  addTask(wanted?: NewTask): Task {
    return addTask(this, wanted);
  }

  addPlainWorkspace(username: string, name: string): Workspace {
    return addPlainWorkspace(this, username, name);
  }

  /** A template by its name, also one of the odd ones, which a deployment does not begin with. */
  templateNamed(name: string): Template {
    const template = templateNamed(this, name);
    if (template === undefined) throw new Error(`the embedded deployment knows no template ${name}`);
    return template;
  }

  addTemplate(wanted: NewTemplate): Template {
    return addTemplate(this, wanted);
  }

  /** Adds a version, to no template if none is given; it does not become the active one. */
  addVersion(template: Template | undefined, wanted?: NewVersion): Version {
    return addVersion(this, template, wanted);
  }

  workspace(taskName: string): Workspace {
    const workspace = this.workspaceOf(this.task(taskName));
    if (workspace === undefined) throw new Error(`the task ${taskName} has no workspace`);
    return workspace;
  }

  agent(taskName: string): Agent {
    const agent = latestBuild(this.workspace(taskName)).agent;
    if (agent === undefined) throw new Error(`the task ${taskName} has no agent now`);
    return agent;
  }

  agentApi(taskName: string): AgentApi {
    return this.agent(taskName).agentApi;
  }

  /** Reports as the agent would, past its script. */
  report(taskName: string, state: string, message = '', uri = ''): void {
    this.addReport(this.workspace(taskName), this.agent(taskName), { state, message, uri });
  }

  setAppHealth(taskName: string, health: App['health']): void {
    this.agent(taskName).app.health = health;
    this.changed(this.workspace(taskName));
  }

  setLifecycle(taskName: string, lifecycle: Agent['lifecycle']): void {
    this.agent(taskName).lifecycle = lifecycle;
    this.changed(this.workspace(taskName));
  }

  loseAgent(taskName: string): void {
    loseAgent(this, this.workspace(taskName), this.agent(taskName));
  }

  returnAgent(taskName: string): void {
    returnAgent(this, this.workspace(taskName), this.agent(taskName));
  }

  /** Ends the agent's program in the workspace; its app turns unhealthy when the checks have failed. */
  crashProgram(taskName: string): void {
    stopProgram(this, this.workspace(taskName), this.agent(taskName));
  }

  renameWorkspace(taskName: string, name: string): void {
    const workspace = this.workspace(taskName);
    workspace.name = name;
    this.changed(workspace);
  }

  share(taskName: string, username: string, role: 'use' | 'admin' = 'use'): void {
    const user = this.userByName(username);
    if (user !== undefined) this.workspace(taskName).sharedWith.set(user.id, role);
  }

  /** Makes a token; without `scopes` it may do everything its owner may. */
  addToken(
    username: string,
    options: { readonly scopes?: readonly string[]; readonly lifetimeMs?: number } = {},
  ): string {
    const user = this.userByName(username);
    if (user === undefined) throw new Error(`the embedded deployment has no user ${username}`);
    const key: ApiKey = {
      id: this.ids.letters(10),
      secret: this.ids.letters(22),
      userId: user.id,
      expiresAt: this.now() + (options.lifetimeMs ?? 365 * 86_400_000),
      scopes: options.scopes ?? ['coder:all'],
    };
    this.keys.push(key);
    return `${key.id}-${key.secret}`;
  }
}
