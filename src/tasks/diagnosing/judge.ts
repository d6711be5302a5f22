/** The verdict on a task, from facts alone: what is the matter with it, and why that is known. */

import { isCoderError } from '../../coder/errors/errors.js';
import { failureOf, known } from '../../coder/reading.js';
import type { Task, Workspace, WorkspaceAgent, WorkspaceBuild } from '../../coder/wire/schemas.js';
import { ageText } from '../../text/age.js';
import { timeOf } from '../knowing/build-times.js';
import { causeWords } from '../knowing/causes.js';
import { agentOf, appOf, type DiagnosisFacts } from './facts.js';
import { judgeScreen, SILENT_MS } from './screen.js';
import {
  forAge,
  type Judgement,
  judgeApp,
  judgeBuild,
  judgeConnection,
  judgeFailedDelete,
  judgeQueue,
  judgeRunning,
  judgeScript,
  judgeStart,
} from './start.js';

/** Which verdict fits, with its cause. Reads that failed make it coarser, never wrong. */
export function judgeTask(facts: DiagnosisFacts): Judgement {
  const { view, now } = facts;
  const { task, phase } = view;
  const workspace = known(facts.workspace);
  const build = workspace?.latest_build;
  if (isWorkspaceDeleted(facts)) {
    return { verdict: 'workspace_deleted', cause: 'its workspace was deleted under it' };
  }
  switch (phase) {
    case 'gone':
      return judgeGone(facts, build);
    case 'deleting':
      return judgeWindingDown(facts, build, 'deleted');
    case 'paused':
      return { verdict: 'paused', cause: pauseWords(view, build, now) };
    case 'pausing':
      return judgeWindingDown(facts, build, 'stopped');
    case 'canceling':
      return { verdict: 'canceled', cause: 'a build of its workspace is being canceled' };
    case 'queued':
      return judgeQueue(build, forAge(build?.created_at ?? view.since, now));
    case 'broken':
      return judgeBuild(build, now);
    case 'starting':
      return workspace ? judgeStart(facts, workspace) : startByTask(task);
    case 'unhealthy':
      return judgeUnhealthy(facts, workspace);
    case 'unreachable':
      return judgeUnreachable(facts, workspace);
    case 'working':
    case 'waiting':
    case 'done':
    case 'failed':
    case 'active':
      return judgeActive(facts, workspace);
    case 'unknown':
      return judgeUnknown(facts, workspace);
  }
}

function isWorkspaceDeleted({ view, workspace }: DiagnosisFacts): boolean {
  return (
    view.task.workspace_status === 'deleted' ||
    known(workspace)?.latest_build.status === 'deleted' ||
    isCoderError(failureOf(workspace), 'workspace_deleted')
  );
}

/** A task that Coder no longer has: its workspace goes too, but it may fail to. */
function judgeGone(facts: DiagnosisFacts, build: WorkspaceBuild | undefined): Judgement {
  if (build?.transition === 'delete') {
    if (['failed', 'canceled'].includes(build.job.status)) return judgeFailedDelete(build, facts.now);
    return judgeWindingDown(facts, build, 'deleted');
  }
  return { verdict: 'workspace_deleted', cause: 'the task is gone' };
}

/** A stop or delete build that has been begun. */
function judgeWindingDown(
  facts: DiagnosisFacts,
  build: WorkspaceBuild | undefined,
  end: 'deleted' | 'stopped',
): Judgement {
  const running = build?.job.status === 'running' ? judgeRunning(facts, build) : undefined;
  if (running?.verdict === 'build_stalled') return running;
  const since = end === 'deleted' ? facts.view.since : build?.created_at;
  return { verdict: 'busy', cause: `its workspace is being ${end}${forAge(since, facts.now)}` };
}

/** Why a workspace was stopped, by the reason that its build carries; reasons we do not know are not passed on. */
function pauseWords({ cause }: DiagnosisFacts['view'], build: WorkspaceBuild | undefined, now: number): string {
  const age = forAge(build?.job.completed_at, now);
  if (cause === 'cut_off_by_coder') return `${causeWords.cut_off_by_coder}; it has been paused${age}`;
  switch (build?.reason) {
    case 'task_manual_pause':
      return `somebody paused it; it has been paused${age}`;
    case 'task_auto_pause':
    case 'autostop':
      return `Coder stopped it by itself: it was idle too long or its time was up; it has been paused${age}`;
    case 'dormancy':
      return `Coder stopped it by itself: its workspace was not used for long; it has been paused${age}`;
    default:
      return `its workspace has been stopped${age}`;
  }
}

/** A start whose workspace cannot be read: the task's own fields tell the step. */
function startByTask(task: Task): Judgement {
  if (task.workspace_status === 'starting') return { verdict: 'busy', cause: 'its start build is running' };
  switch (task.workspace_agent_lifecycle) {
    case null:
      return { verdict: 'busy', cause: 'its workspace runs, its workspace agent has not appeared yet' };
    case 'starting':
      return { verdict: 'busy', cause: 'its startup script is running' };
    case 'start_timeout':
      return { verdict: 'script_slow', cause: 'its startup script was given up' };
    case 'start_error':
      return { verdict: 'script_failed', cause: 'its startup script ended with an error' };
    default:
      return { verdict: 'busy', cause: 'its workspace agent or its app is starting' };
  }
}

function judgeUnhealthy(facts: DiagnosisFacts, workspace: Workspace | undefined): Judgement {
  const agent = workspace && agentOf(facts.view.task, workspace);
  const found = agent && (judgeConnection(agent, facts.now) ?? judgeScript(agent, facts.now) ?? judgeApp(facts, agent));
  if (found) return found;
  const byTask = startByTask(facts.view.task);
  if (byTask.verdict !== 'busy') return byTask;
  return { verdict: 'app_unhealthy', cause: 'the health check of its app fails' };
}

function judgeUnreachable(facts: DiagnosisFacts, workspace: Workspace | undefined): Judgement {
  const { view, now } = facts;
  const agent = workspace && agentOf(view.task, workspace);
  const found = agent && (judgeConnection(agent, now) ?? shutDown(agent));
  if (found) return found;
  if (agent?.health?.healthy) return { verdict: 'healthy', cause: 'its workspace agent has connected again' };
  const reason = view.task.workspace_agent_health?.reason ?? '';
  if (/not yet connected|too long to connect/.test(reason)) {
    return {
      verdict: 'agent_never_connected',
      cause: `its workspace agent has not connected${forAge(view.since, now)}`,
    };
  }
  const what = /lost connection/.test(reason) ? 'has lost its connection' : 'is not running';
  return { verdict: 'agent_lost', cause: `its workspace agent ${what}` };
}

function shutDown({ lifecycle_state }: WorkspaceAgent): Judgement | undefined {
  const isDown = lifecycle_state === 'off' || lifecycle_state.startsWith('shut');
  return isDown
    ? { verdict: 'agent_lost', cause: 'its workspace agent shut down although the workspace was not stopped' }
    : undefined;
}

/** An agent that should answer: first whether it does, then whose turn it is. */
function judgeActive(facts: DiagnosisFacts, workspace: Workspace | undefined): Judgement {
  const { view, now } = facts;
  const agent = workspace && agentOf(view.task, workspace);
  const trouble = (agent && judgeConnection(agent, now)) ?? judgeConversation(facts, agent);
  if (trouble) return trouble;
  if (agent && appOf(view.task, agent)?.health === 'unhealthy') {
    return { verdict: 'app_unhealthy', cause: 'the health check of its app has begun to fail' };
  }
  const screen = judgeScreen(facts);
  if (screen) return screen;
  const silentMs = now - Math.max(view.changedAt, ...lastSigns(facts));
  switch (view.phase) {
    case 'done':
      return { verdict: 'waiting', cause: `the agent reported${agoWords(view.since, now)} that it is done` };
    case 'failed':
      return { verdict: 'waiting', cause: 'the agent reported that it could not do it; its last message says why' };
    case 'waiting':
      return { verdict: 'waiting', cause: waitingWords(view, now) };
    case 'working':
      return {
        verdict: 'busy',
        cause:
          silentMs < SILENT_MS
            ? `the agent is at work; its last sign was ${ageText(silentMs)} ago`
            : `the agent says that it works, but nothing has moved for ${ageText(silentMs)}`,
      };
    default:
      return {
        verdict: 'healthy',
        cause: `it runs, and its agent has reported nothing; last sign ${ageText(silentMs)} ago`,
      };
  }
}

function agoWords(at: number | undefined, now: number): string {
  return at === undefined ? '' : ` ${ageText(now - at)} ago`;
}

function waitingWords({ inferred, outcome, since }: DiagnosisFacts['view'], now: number): string {
  const how = `the agent has been ${inferred ? 'quiet' : 'idle'}${forAge(since, now)}`;
  if (outcome === undefined) return `${how}; its last message tells a question from a result`;
  return `${how}; before that it reported ${outcome === 'done' ? 'that it is done' : 'that it could not do it'}`;
}

function lastSigns({ view, conversation }: DiagnosisFacts): number[] {
  const entry = known(conversation)?.logs.at(-1);
  return [view.task.current_state?.timestamp, entry?.time].map((time) => timeOf(time) ?? 0);
}

/** What the refusal to show the conversation says about the app behind it (coder-api §3.6). */
function judgeConversation(facts: DiagnosisFacts, agent: WorkspaceAgent | undefined): Judgement | undefined {
  const error = failureOf(facts.conversation);
  switch (error?.code) {
    case 'app_not_answering':
      return { verdict: 'app_down', cause: 'the agent program refused the connection or closed it' };
    case 'timeout':
      return { verdict: 'app_down', cause: 'the agent program gave no answer in time' };
    case 'app_bad_answer':
      return { verdict: 'app_misconfigured', cause: 'the agent program answers in a form that Coder does not know' };
    case 'agent_unreachable':
      return { verdict: 'agent_lost', cause: 'Coder could not reach its workspace agent' };
    case 'app_misconfigured':
    case 'no_workspace':
      return { verdict: 'app_misconfigured', cause: appFault(facts.view.task, agent) };
    case 'server_error':
      // Coder fails inside when the task's app is none of its agent's (coder-api §3.6 row 13).
      return agent && !appOf(facts.view.task, agent)
        ? { verdict: 'app_misconfigured', cause: 'the app of the task belongs to no workspace agent of it' }
        : undefined;
    case 'not_found':
    case 'no_connect_right':
    case 'forbidden':
      return { verdict: 'no_permission', cause: 'its conversation is closed to this token' };
    default:
      return undefined;
  }
}

function appFault(task: Task, agent: WorkspaceAgent | undefined): string {
  const app = appOf(task, agent);
  if (!app) return 'the task has no app that Coder can talk to';
  if (!app.url) return 'the app of the task has no address';
  return 'the address of the app is not http, and Coder talks to agents over plain http only';
}

function judgeUnknown(facts: DiagnosisFacts, workspace: Workspace | undefined): Judgement {
  const agent = workspace && agentOf(facts.view.task, workspace);
  const found = agent && (judgeConnection(agent, facts.now) ?? shutDown(agent));
  if (found) return found;
  if (isCoderError(failureOf(facts.workspace), 'not_found', 'forbidden')) {
    return { verdict: 'no_permission', cause: 'its workspace is closed to this token' };
  }
  if (workspace && facts.view.task.workspace_app_id === null) {
    return { verdict: 'app_misconfigured', cause: 'the task has no app that Coder can talk to' };
  }
  return { verdict: 'unclear', cause: 'neither its status nor its workspace fits a state that is known' };
}
