/** What is said to an agent and what it said: send, logs, and the prompt of a paused task (coder-api §3.5-§3.7). */

import { canConnect, hasScope, managesWorkspacesOf } from '../http/access.js';
import { type Answer, notFound, ok, Refusal, toGoTime } from '../http/answer.js';
import { type Call, type Caller, readBody } from '../http/call.js';
import { appUrl } from '../views/agent.js';
import { latestBuild, linkedAgent, taskStatus } from '../views/derive.js';
import { logView } from '../views/task.js';
import type { Agent, App, Task, Workspace } from '../world/model.js';
import type { World } from '../world/world.js';

const NOT_STARTED_DETAIL = 'The task is resuming. Wait for the task to become active before sending messages.';

export function patchInput(world: World, call: Call, caller: Caller, task: Task, workspace: Workspace): Answer {
  const input = readBody(call.body, 'UpdateTaskInputRequest').string('input');
  if (input.trim() === '') throw new Refusal(400, 'Task input is required.');
  if (taskStatus(latestBuild(workspace), world.features) !== 'paused') {
    throw new Refusal(409, 'Unable to update task input, task must be paused.', {
      detail: "Please stop the task's workspace before updating the input.",
    });
  }
  if (!managesWorkspacesOf(caller.user, task.ownerId) || !hasScope(caller, 'task:update')) {
    throw new Refusal(500, 'Failed to update task input.', { detail: 'unauthorized: rbac: forbidden' });
  }
  task.prompt = input;
  return { status: 204, contentType: 'application/json; charset=utf-8' };
}

export async function sendInput(
  world: World,
  call: Call,
  caller: Caller,
  _task: Task,
  workspace: Workspace,
): Promise<Answer> {
  const input = readBody(call.body, 'TaskSendRequest').string('input');
  if (input === '') throw new Refusal(400, 'Task input is required.');
  checkSendable(world, workspace);
  const { agentApi, app } = await dial(world, call, caller, workspace);
  await world.asleep(agentApi.whenFree(), call.signal);
  if (agentApi.mode === 'down') {
    throw new Refusal(502, 'Failed to get status from task app.', { detail: refusedDetail(app, 'status') });
  }
  if (agentApi.status !== 'stable') {
    throw new Refusal(world.features.busyStatus, 'Task app is not ready to accept input.', {
      detail: `Status: ${agentApi.status}`,
    });
  }
  const posted = new Promise<string | undefined>((resolve) => agentApi.post(input, resolve));
  const refusal = await world.asleep(posted, call.signal);
  if (refusal === undefined) return { status: 204 };
  throw new Refusal(502, 'Task app rejected the message.', { detail: rejectedDetail(app, refusal) });
}

function checkSendable(world: World, workspace: Workspace): void {
  const status = taskStatus(latestBuild(workspace), world.features);
  if (status === 'active') return;
  const mustBeActive = `Task status is "${status}", it must be "active" to interact with the task.`;
  if (!world.features.snapshots) throw new Refusal(400, 'Task status must be active.', { detail: mustBeActive });
  if (status === 'pending' || status === 'initializing') {
    throw new Refusal(409, `Task is ${status}.`, { detail: NOT_STARTED_DETAIL });
  }
  if (status === 'paused') {
    throw new Refusal(409, 'Task is paused.', { detail: 'Resume the task to send messages.' });
  }
  throw new Refusal(400, 'Task must be active.', { detail: mustBeActive });
}

export async function readLogs(
  world: World,
  call: Call,
  caller: Caller,
  task: Task,
  workspace: Workspace,
): Promise<Answer> {
  const status = taskStatus(latestBuild(workspace), world.features);
  if (status !== 'active' && !world.features.snapshots) {
    throw new Refusal(400, 'Task status must be active.', {
      detail: `Task status is "${status}", it must be "active" to interact with the task.`,
    });
  }
  if (status === 'error' || status === 'unknown') {
    throw new Refusal(409, 'Cannot fetch logs for task in current state.', { detail: `Task status is "${status}".` });
  }
  if (status !== 'active') return ok(snapshotView(task));
  const { agentApi, app } = await dial(world, call, caller, workspace);
  await world.asleep(agentApi.whenFree(), call.signal);
  if (agentApi.mode === 'down') {
    throw new Refusal(502, 'Failed to get messages from task app.', { detail: refusedDetail(app, 'messages') });
  }
  return ok({ logs: agentApi.entries.map(logView) });
}

function snapshotView({ snapshot }: Task): unknown {
  if (snapshot === undefined) return { logs: [], snapshot: true };
  return { logs: snapshot.logs.map(logView), snapshot: true, snapshot_at: toGoTime(snapshot.at) };
}

/** Reaches the agent's app through the workspace agent, or says why that cannot be. */
async function dial(world: World, call: Call, caller: Caller, workspace: Workspace): Promise<Agent> {
  if (!canConnect(caller, workspace)) throw notFound();
  const agent = linkedAgent(latestBuild(workspace));
  if (agent === undefined) throw new Refusal(400, 'Task does not have a workspace app.');
  if (agent.app.kind === 'no-url') throw new Refusal(500, 'Task app URL is not configured.');
  if (!appUrl(agent.app).startsWith('http:')) {
    throw new Refusal(400, 'Only http scheme is supported for direct agent-dial.');
  }
  if (agent.connection !== 'connected') {
    await world.sleep(world.wait('unreachable'), call.signal);
    throw new Refusal(502, 'Failed to reach task app endpoint.', { detail: 'agent is unreachable' });
  }
  return agent;
}

function refusedDetail(app: App, path: string): string {
  const address = `[fd7a:115c:a1e0:4658:b23e:6f84:4485:a93c]:${app.port}`;
  return `Get "http://localhost:${app.port}/${path}": connect tcp ${address}: connection was refused`;
}

function rejectedDetail(app: App, reason: string): string {
  const error = {
    $schema: `http://localhost:${app.port}/schemas/ErrorModel.json`,
    title: 'Internal Server Error',
    status: 500,
    detail: 'unexpected error occurred',
    errors: [{ message: `failed to send message: ${reason}` }],
  };
  return `failed to post message: ${JSON.stringify(error)}\n`;
}
