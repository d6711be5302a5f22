/** What holds up the start of a task: its queue, its build, its agent, its startup script or its app, in this order. */

import { known } from '../../coder/reading.js';
import type { Workspace, WorkspaceAgent, WorkspaceBuild } from '../../coder/wire/schemas.js';
import { ageText } from '../../text/age.js';
import { visibleLine } from '../../text/untrusted.js';
import { timeOf } from '../knowing/build-times.js';
import { agentOf, agentsOf, appOf, type DiagnosisFacts } from './facts.js';
import type { Verdict } from './verdicts.js';

/** A verdict and, in one line of our own words, why. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly cause: string;
}

const MINUTE_MS = 60_000;
// Most scripts install a program or two; Coder itself calls 1 to 5 minutes usual (coder-api §8.4).
const SCRIPT_SLOW_MS = 5 * MINUTE_MS;
// A health check fails for about a minute before Coder says so.
const APP_SLOW_MS = 2 * MINUTE_MS;
const BUILD_SLOW_MS = 10 * MINUTE_MS;
// Terraform says "Still creating…" every 10 s; no provider that works is silent for so long.
const BUILD_SILENT_MS = 10 * MINUTE_MS;
// What Coder's provider sets where a template says nothing.
const CONNECT_TIMEOUT_S = 120;

/** " for 4 min" since a time of Coder's, or nothing when it gave none. */
export function forAge(time: string | number | null | undefined, now: number): string {
  const at = typeof time === 'number' ? time : timeOf(time);
  return at === undefined ? '' : ` for ${ageText(now - at)}`;
}

/** A build that nobody has begun. `available: 0` says something only now: it is 0 for every build that was taken. */
export function judgeQueue(build: WorkspaceBuild | undefined, waiting: string): Judgement {
  const provisioners = build?.matched_provisioners;
  if (build?.job.status === 'pending' && provisioners && provisioners.available === 0) {
    const matching =
      provisioners.count === 0
        ? 'no provisioner matches the tags of its template'
        : `${provisioners.count} provisioners match the tags of its template, but none is alive`;
    return { verdict: 'no_provisioner', cause: `its build has been queued${waiting}: ${matching}` };
  }
  const { queue_position: position = 0, queue_size: size = 0 } = build?.job ?? {};
  const place = position > 0 ? `, place ${position} of ${Math.max(position, size)}` : '';
  return { verdict: 'queue_busy', cause: `its build has been queued${waiting}${place}` };
}

const LICENCE = /\blicen[cs]e\b|^Build is not permitted/i;

/** A build that ended without success. */
export function judgeBuild(build: WorkspaceBuild | undefined, now: number): Judgement {
  if (!build) return { verdict: 'build_failed', cause: 'the last build of its workspace did not succeed' };
  const { job, transition } = build;
  if (transition === 'delete') return judgeFailedDelete(build, now);
  const what = `the ${transition || 'last'} build`;
  const ended = timeOf(job.completed_at);
  const ago = ended === undefined ? '' : ` ${ageText(now - ended)} ago`;
  if (job.error_code === 'INSUFFICIENT_QUOTA' || /insufficient quota/i.test(job.error ?? '')) {
    return { verdict: 'quota', cause: `${what} was refused${ago}: not enough quota` };
  }
  if (LICENCE.test(job.error ?? '')) return { verdict: 'licence', cause: `${what} was refused${ago} by the licence` };
  // A start that is canceled while it runs often ends as failed, because Terraform fails then (coder-api §8.1).
  if (job.status === 'canceling') return { verdict: 'canceled', cause: `${what} is being canceled` };
  if (job.status === 'canceled' || timeOf(job.canceled_at) !== undefined) {
    return { verdict: 'canceled', cause: `${what} was canceled${ago}` };
  }
  return { verdict: 'build_failed', cause: `${what} failed${ago}${failedStep(job)}` };
}

/** A delete build that ended without success: the workspace is still there. */
export function judgeFailedDelete(build: WorkspaceBuild, now: number): Judgement {
  const ended = timeOf(build.job.completed_at);
  const how = build.job.status === 'failed' ? 'failed' : 'was canceled';
  return {
    verdict: 'delete_failed',
    cause: `the delete build of ${workspaceName(build)} ${how}${ended === undefined ? '' : ` ${ageText(now - ended)} ago`}`,
  };
}

/** As `coder delete` takes it. */
function workspaceName({ workspace_owner_name: owner, workspace_name: name }: WorkspaceBuild): string {
  return owner === '' || name === '' ? 'its workspace' : visibleLine(`${owner}/${name}`);
}

/** Where the build failed, in our words: the error itself is text from outside. */
function failedStep(job: WorkspaceBuild['job']): string {
  if (job.error_code === 'REQUIRED_TEMPLATE_VARIABLES') return ': a variable of the template has no value';
  const step = /\bterraform (init|plan|apply|graph)\b/i.exec(job.error ?? '')?.[1]?.toLowerCase();
  if (step !== undefined) return ` in terraform ${step}`;
  return /hung|timed? ?out|deadline/i.test(job.error ?? '') ? ': it took too long' : '';
}

/** A start that is under way: the first of its steps that has not been taken. */
export function judgeStart(facts: DiagnosisFacts, workspace: Workspace): Judgement {
  const { view, now } = facts;
  const build = workspace.latest_build;
  switch (build.job.status) {
    case 'pending':
      return judgeQueue(build, forAge(build.created_at, now));
    case 'running':
      return judgeRunning(facts, build);
    case 'succeeded':
      break;
    default:
      return judgeBuild(build, now);
  }
  if (agentsOf(workspace).length === 0) {
    return { verdict: 'no_agent_in_template', cause: 'its workspace was built without a workspace agent' };
  }
  // The links are made as the build succeeds; a task read just before has none yet.
  if (view.task.workspace_status === 'running' && view.task.workspace_app_id === null) {
    return { verdict: 'app_misconfigured', cause: 'its template names an app that no workspace agent has' };
  }
  const agent = agentOf(view.task, workspace);
  return (
    (agent && (judgeConnection(agent, now) ?? judgeScript(agent, now) ?? judgeApp(facts, agent))) ?? {
      verdict: 'busy',
      cause: 'its workspace agent is up and its app healthy: it is ready any moment',
    }
  );
}

/** A build that a provisioner has taken: it goes on as long as it writes something. */
export function judgeRunning({ buildLog, now }: DiagnosisFacts, build: WorkspaceBuild): Judgement {
  const startedAt = timeOf(build.job.started_at) ?? now;
  const age = now - startedAt;
  const what = `its ${build.transition || 'current'} build has been running for ${ageText(age)}`;
  const lines = known(buildLog);
  const silentMs = now - Math.max(startedAt, ...(lines ?? []).map(({ created_at }) => timeOf(created_at) ?? 0));
  if (lines && silentMs >= BUILD_SILENT_MS) {
    const silence = lines.length === 0 ? 'and has written no line' : `and has written nothing for ${ageText(silentMs)}`;
    return { verdict: 'build_stalled', cause: `${what} ${silence}` };
  }
  return { verdict: 'busy', cause: `${what}${age > BUILD_SLOW_MS ? ', longer than it normally takes' : ''}` };
}

/** An agent that is not connected. */
export function judgeConnection(agent: WorkspaceAgent, now: number): Judgement | undefined {
  switch (agent.status) {
    case 'timeout':
      return {
        verdict: 'agent_never_connected',
        cause: `its workspace agent has not connected${forAge(agent.created_at, now)}`,
      };
    case 'connecting': {
      const limitMs = (agent.connection_timeout_seconds || CONNECT_TIMEOUT_S) * 1_000;
      const isLate = now - (timeOf(agent.created_at) ?? now) > limitMs;
      const cause = `its workspace agent has been awaited${forAge(agent.created_at, now)}`;
      return { verdict: isLate ? 'agent_never_connected' : 'busy', cause };
    }
    case 'disconnected':
      return {
        verdict: 'agent_lost',
        cause: `its workspace agent has been disconnected${forAge(agent.disconnected_at ?? agent.last_connected_at, now)}`,
      };
    default:
      return undefined;
  }
}

/** A connected agent whose startup script has not ended well. */
export function judgeScript(agent: WorkspaceAgent, now: number): Judgement | undefined {
  const script = 'its startup script';
  switch (agent.lifecycle_state) {
    case 'created':
      return { verdict: 'busy', cause: `its workspace agent is connected, ${script} begins now` };
    case 'starting': {
      const age = now - (timeOf(agent.started_at) ?? now);
      return {
        verdict: age > SCRIPT_SLOW_MS ? 'script_slow' : 'busy',
        cause: `${script} has been running for ${ageText(age)}`,
      };
    }
    case 'start_timeout':
      return { verdict: 'script_slow', cause: `${script} was given up after ${runTime(agent)}` };
    case 'start_error': {
      const code = agent.scripts.find(({ run_on_start, exit_code }) => run_on_start && exit_code)?.exit_code;
      return {
        verdict: 'script_failed',
        cause: `${script} ended with an error${code ? ` (exit code ${code})` : ''} after ${runTime(agent)}`,
      };
    }
    default:
      return undefined;
  }
}

function runTime({ started_at, ready_at }: WorkspaceAgent): string {
  const [from, to] = [timeOf(started_at), timeOf(ready_at)];
  return from === undefined || to === undefined ? 'some time' : ageText(to - from);
}

/** A ready agent whose app is not healthy. */
export function judgeApp({ view, now }: DiagnosisFacts, agent: WorkspaceAgent): Judgement | undefined {
  switch (appOf(view.task, agent)?.health) {
    case 'initializing': {
      const age = now - (timeOf(agent.ready_at) ?? now);
      const cause = `its app has not passed a health check in ${ageText(age)}`;
      return age > APP_SLOW_MS
        ? { verdict: 'app_unhealthy', cause }
        : { verdict: 'busy', cause: 'its app is starting' };
    }
    case 'unhealthy':
      return { verdict: 'app_unhealthy', cause: unhealthyWords(view, agent, now) };
    default:
      return undefined;
  }
}

/** Coder keeps no time of an app's health: what is known is for how long we have seen it, and when it could begin. */
function unhealthyWords(view: DiagnosisFacts['view'], agent: WorkspaceAgent, now: number): string {
  const seenMs = view.phase === 'unhealthy' ? now - (view.since ?? now) : 0;
  const seen = seenMs >= MINUTE_MS ? `, seen for ${ageText(seenMs)}` : '';
  const ready = timeOf(agent.ready_at);
  return `the health check of its app fails${seen}${ready === undefined ? '' : `; its workspace agent has been ready${forAge(ready, now)}`}`;
}
