/** The agent in a workspace: it connects, runs the start-up script, brings up the app, and may get lost. */

import { AgentApi } from '../agents/agent-api.js';
import { PROGRAMS } from '../agents/programs.js';
import type { Agent, App, Build, Version, Workspace } from './model.js';
import { readPromptWords } from './prompt-words.js';
import type { World } from './world.js';

// The app whose check never passes has a check of its own.
export const UNHEALTHY_THRESHOLD = 3;
// lifecycle.json: between `connected` and `starting`, and between a finished script and `ready`.
const SHORT_STEP_MS = 40;

/** Begins the life of the agent that a successful start build has made; templates without an agent get none. */
export function startAgent(world: World, workspace: Workspace, build: Build): void {
  const version = world.version(build.versionId);
  if (version === undefined || !version.agent || version.agentKind === 'loose') return;
  const agent = newAgent(world, workspace, version);
  build.agent = agent;
  const words = readPromptWords(world.taskOf(workspace)?.prompt ?? '');
  if (version.agentKind === 'never-connects' || words.has('no-connect') || isLeftOver(workspace)) {
    live(world, workspace, agent, version.connectionTimeoutSeconds * 1_000, () => {
      agent.connection = 'timeout';
    });
    return;
  }
  live(world, workspace, agent, world.wait('agentConnect'), () => {
    connect(world, agent);
    live(world, workspace, agent, SHORT_STEP_MS, () => runScript(world, workspace, agent));
  });
}

/** build-cancel.json: a stop that was canceled leaves its machine, and the next start makes no new one. */
function isLeftOver(workspace: Workspace): boolean {
  const before = workspace.builds.at(-2);
  return before?.transition === 'stop' && before.startedAt !== undefined && before.canceledAt !== undefined;
}

/** The agent of a start build as it is when all has gone well. */
export function readyAgent(world: World, workspace: Workspace, build: Build): Agent | undefined {
  const version = world.version(build.versionId);
  if (version === undefined || !version.agent || version.agentKind === 'loose') return undefined;
  const agent = newAgent(world, workspace, version);
  build.agent = agent;
  connect(world, agent);
  agent.startedAt = world.now();
  endScript(world, agent, 'ready', 0, 'ok');
  if (agent.app.health !== 'disabled') agent.app.health = agent.app.kind === 'unhealthy' ? 'unhealthy' : 'healthy';
  return agent;
}

function newAgent(world: World, workspace: Workspace, version: Version): Agent {
  const words = readPromptWords(world.taskOf(workspace)?.prompt ?? '');
  const { ids } = world;
  const kind = version.app;
  const hasHealthCheck = kind !== 'https' && kind !== 'no-url';
  const id = version.keepsApp ? (workspace.appId ?? ids.uuid()) : ids.uuid();
  workspace.appId = id;
  const app: App = {
    id,
    port: 20_000 + ids.below(12_000),
    kind,
    names: version.appNames,
    healthcheck: version.healthcheck,
    health: hasHealthCheck ? 'initializing' : 'disabled',
    failingSince: undefined,
  };
  const agent: Agent = {
    id: ids.uuid(),
    createdAt: world.now(),
    updatedAt: world.now(),
    connection: 'connecting',
    firstConnectedAt: undefined,
    lastConnectedAt: undefined,
    disconnectedAt: undefined,
    startedAt: undefined,
    readyAt: undefined,
    lifecycle: 'created',
    scriptOutcome: undefined,
    logsLength: 0,
    logs: [],
    startLogSourceId: ids.uuid(),
    stopLogSourceId: ids.uuid(),
    startScriptId: ids.uuid(),
    stopScriptId: ids.uuid(),
    scripts: version.scripts,
    directory: version.directory,
    connectionTimeoutSeconds: version.connectionTimeoutSeconds,
    app,
    agentApi: new AgentApi(
      {
        clock: world.clock,
        pace: world.pace,
        disk: workspace.disk,
        home: '/home/coder',
        reports: version.reports && !words.has('no-mcp'),
        watches: version.watches && !words.has('stuck'),
        report: (report, at) => {
          if (agent.connection === 'connected') world.addReport(workspace, agent, report, at);
        },
        breaks: (what) =>
          what === 'program' ? stopProgram(world, workspace, agent) : loseAgent(world, workspace, agent),
      },
      PROGRAMS[version.program],
    ),
  };
  return agent;
}

function connect(world: World, agent: Agent): void {
  agent.connection = 'connected';
  agent.firstConnectedAt ??= world.now();
  agent.lastConnectedAt = world.now();
  agent.disconnectedAt = undefined;
  agent.updatedAt = world.now();
}

function runScript(world: World, workspace: Workspace, agent: Agent): void {
  const words = readPromptWords(world.taskOf(workspace)?.prompt ?? '');
  agent.lifecycle = 'starting';
  agent.startedAt = world.now();
  log(world, agent, 'info', 'Preparing the workspace');
  failChecks(world, workspace, agent);
  const total = world.wait('startScripts') + words.sleepMs('script-sleep');
  const limit = world.wait('scriptTimeout');
  live(world, workspace, agent, Math.min(total, limit), () => {
    if (total > limit) endScript(world, agent, 'start_timeout', 255, 'timed_out');
    else if (words.has('script-fail')) {
      log(world, agent, 'error', 'simulated failure: package mirror unreachable');
      endScript(world, agent, 'start_error', 1, 'exit_failure');
    } else startProgram(world, workspace, agent, promptFor(world, workspace));
  });
}

/** The task's prompt as the program gets it, without the words that steer the template; one program gets them too. */
export function promptFor(world: World, workspace: Workspace): string {
  const build = workspace.builds.at(-1);
  const version = world.version(build?.versionId ?? '');
  if (version?.givesPrompt === false) return '';
  const prompt = world.taskOf(workspace)?.prompt ?? '';
  return version?.program === 'plain-demo' ? prompt : readPromptWords(prompt).text;
}

function startProgram(world: World, workspace: Workspace, agent: Agent, prompt: string): void {
  log(world, agent, 'info', 'Starting AgentAPI');
  agent.agentApi.start(prompt);
  if (agent.app.kind !== 'unhealthy') passChecks(world, workspace, agent, world.wait('appHealth'));
  live(world, workspace, agent, world.wait('appStart') + SHORT_STEP_MS, () => {
    log(world, agent, 'info', 'AgentAPI is up');
    endScript(world, agent, 'ready', 0, 'ok');
  });
}

function endScript(world: World, agent: Agent, lifecycle: Agent['lifecycle'], exitCode: number, status: string): void {
  agent.lifecycle = lifecycle;
  agent.scriptOutcome = { exitCode, status };
  agent.readyAt = world.now();
}

/** The app turns unhealthy after enough checks without an answer, if AgentAPI still gives none. */
function failChecks(world: World, workspace: Workspace, agent: Agent): void {
  if (agent.app.health === 'disabled') return;
  const { kind, healthcheck } = agent.app;
  const checks = kind === 'unhealthy' ? UNHEALTHY_THRESHOLD : healthcheck.threshold * healthcheck.interval;
  const since = world.now();
  agent.app.failingSince = since;
  live(world, workspace, agent, checks * world.wait('healthInterval'), () => {
    const isDown = agent.agentApi.mode === 'down' && agent.app.failingSince === since;
    if (isDown || agent.app.kind === 'unhealthy') agent.app.health = 'unhealthy';
  });
}

function passChecks(world: World, workspace: Workspace, agent: Agent, delay: number): void {
  if (agent.app.health === 'disabled') return;
  live(world, workspace, agent, delay, () => {
    if (agent.agentApi.mode === 'down') return;
    agent.app.health = 'healthy';
    agent.app.failingSince = undefined;
  });
}

/** The agent's program is gone, the workspace agent is not: refused at once, unhealthy after the checks have failed. */
export function stopProgram(world: World, workspace: Workspace, agent: Agent): void {
  agent.agentApi.stop();
  failChecks(world, workspace, agent);
}

/** The workspace agent loses its connection; nothing but its health says so (coder-api §8.1). */
export function loseAgent(world: World, workspace: Workspace, agent: Agent): void {
  agent.connection = 'disconnected';
  agent.disconnectedAt = world.now();
  agent.updatedAt = world.now();
  world.changed(workspace);
}

export function returnAgent(world: World, workspace: Workspace, agent: Agent): void {
  connect(world, agent);
  world.changed(workspace);
}

/** The stop script of the template: keeps the conversation, then ends the agent's program. */
export function shutDown(world: World, workspace: Workspace): void {
  const agent = workspace.builds.slice(0, -1).findLast((build) => build.agent !== undefined)?.agent;
  if (agent === undefined || ['shutting_down', 'off'].includes(agent.lifecycle)) return;
  agent.lifecycle = 'shutting_down';
  if (agent.connection === 'connected') {
    const { isBrief } = agent.scripts.stop;
    if (!isBrief) log(world, agent, 'info', 'Capturing the last messages', agent.stopLogSourceId);
    const status = keepSnapshot(world, workspace, agent) ? 204 : 401;
    log(world, agent, 'info', isBrief ? `${status}` : `Snapshot upload: HTTP ${status}`, agent.stopLogSourceId);
    if (isBrief) agent.lifecycle = 'off';
    loseAgent(world, workspace, agent);
  }
  agent.agentApi.stop();
}

/** The registry's module sends the last ten messages (coder-api §3.7); servers that know none refuse them. */
function keepSnapshot(world: World, workspace: Workspace, { agentApi }: Agent): boolean {
  const task = world.taskOf(workspace);
  const isPossible = world.features.acceptsSnapshots && agentApi.mode !== 'down';
  if (task === undefined || !isPossible || readPromptWords(task.prompt).has('no-snapshot')) return false;
  task.snapshot = { logs: agentApi.entries.slice(-10), at: world.now() };
  return true;
}

function log(
  world: World,
  agent: Agent,
  level: 'info' | 'error',
  output: string,
  sourceId = agent.startLogSourceId,
): void {
  agent.logs.push({ id: world.nextLogId(), at: world.now(), level, output, sourceId });
  agent.logsLength += Buffer.byteLength(output);
}

/** Runs a step of the agent's life later, unless another build has taken its place by then. */
function live(world: World, workspace: Workspace, agent: Agent, ms: number, step: () => void): void {
  world.after(ms, () => {
    if (workspace.builds.at(-1)?.agent !== agent) return;
    step();
    world.changed(workspace);
  });
}
