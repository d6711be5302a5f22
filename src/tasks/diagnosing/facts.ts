/** What a diagnosis of one task looks at, read in parallel as far as its phase makes it worth it. */

import type { CoderClient } from '../../coder/client.js';
import { known, type Reading, reading } from '../../coder/reading.js';
import type {
  AgentLogLine,
  BuildLogLine,
  Task,
  TaskLogs,
  Workspace,
  WorkspaceAgent,
  WorkspaceApp,
} from '../../coder/wire/schemas.js';
import type { Phase } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';

export interface DiagnosisFacts {
  readonly view: Pick<
    TaskView,
    'task' | 'phase' | 'since' | 'inferred' | 'stalled' | 'changedAt' | 'cause' | 'outcome'
  >;
  /** The deployment's time in ms. */
  readonly now: number;
  readonly workspace: Reading<Workspace>;
  readonly conversation: Reading<TaskLogs>;
  readonly buildLog: Reading<readonly BuildLogLine[]>;
  readonly startupLog: Reading<readonly AgentLogLine[]>;
}

// AgentAPI answers within a second or not at all; nobody waits the 30 s that Coder gives an unreachable agent.
const CONVERSATION_TIMEOUT_MS = 10_000;

const answering: ReadonlySet<Phase> = new Set(['working', 'waiting', 'done', 'failed', 'active']);

/** Reads what tells; a read that fails is part of the facts. Rejects only with the signal's reason. */
export async function gatherFacts(coder: CoderClient, view: TaskView, signal: AbortSignal): Promise<DiagnosisFacts> {
  const { task, phase } = view;
  const [workspace, conversation] = await Promise.all([
    task.workspace_id === null ? undefined : reading(coder.getWorkspace(task.workspace_id, { signal }), signal),
    answering.has(phase)
      ? reading(
          coder.getTaskLogs({ user: 'me', task: task.id }, { signal, timeoutMs: CONVERSATION_TIMEOUT_MS }),
          signal,
        )
      : undefined,
  ]);
  const { buildLogOf, startupLogOf } = logsWorthReading(task, known(workspace));
  const [buildLog, startupLog] = await Promise.all([
    buildLogOf === undefined ? undefined : reading(coder.getBuildLogs(buildLogOf, { signal }), signal),
    startupLogOf === undefined ? undefined : reading(coder.getAgentLogs(startupLogOf, { signal }), signal),
  ]);
  return { view, now: coder.now(), workspace, conversation, buildLog, startupLog };
}

function logsWorthReading(task: Task, workspace: Workspace | undefined) {
  if (!workspace) return {};
  const { job, id } = workspace.latest_build;
  const isBuilt = job.status === 'succeeded';
  const agent = agentOf(task, workspace);
  const isQuiet = agent?.lifecycle_state === 'ready' && appOf(task, agent)?.health === 'healthy';
  const hasRun = agent !== undefined && agent.lifecycle_state !== 'created' && !isQuiet;
  return {
    ...(!isBuilt && job.status !== 'pending' && { buildLogOf: id }),
    ...(isBuilt && hasRun && workspace.latest_build.transition === 'start' && { startupLogOf: agent.id }),
  };
}

/** The agents of the latest build, in Coder's order. */
export function agentsOf(workspace: Workspace): readonly WorkspaceAgent[] {
  return workspace.latest_build.resources.flatMap(({ agents }) => agents);
}

/** The agent of the task; where the build links none, the first of the workspace. */
export function agentOf(task: Task, workspace: Workspace): WorkspaceAgent | undefined {
  const agents = agentsOf(workspace);
  return agents.find(({ id }) => id === task.workspace_agent_id) ?? agents[0];
}

/** The app that the task talks to; undefined where the build links none. */
export function appOf(task: Task, agent: WorkspaceAgent | undefined): WorkspaceApp | undefined {
  return agent?.apps.find(({ id }) => id === task.workspace_app_id);
}
