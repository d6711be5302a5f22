/** What a task looks like to those who wait: its phase as it counts, whether that is settled, and since when. */

import { type CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../coder/wire/schemas.js';
import { timeOf } from './build-times.js';
import type { Cause } from './causes.js';
import type { Because, LogsKnown, NextRead, SettleFacts, SettleJudgement } from './judgement.js';
import type { TaskMemory } from './memory.js';
import { type Phase, phaseOf, SCRIPT_FAILED_REASON, type Turn, turnOf } from './phase.js';
import { hasEndedTurn } from './quiet.js';
import type { Outcome } from './reports.js';
import { judge } from './settled.js';

export interface TaskView {
  /** As it was read last; of a task that is gone, the last sight of it. */
  readonly task: Task;
  readonly phase: Phase;
  readonly turn: Turn;
  /** The phase is not what the task's own report says; `notes` say why. */
  readonly inferred: boolean;
  readonly settled: boolean;
  /** Why it is settled, or not yet. */
  readonly because: Because;
  /** In this phase for longer than it normally takes, or for ever. */
  readonly stalled: boolean;
  /** When the phase began, in ms by the deployment's clock; left out where neither Coder nor this process knows it. */
  readonly since?: number;
  /** The last sign of life: a new phase, report or log entry; ms by the deployment's clock. */
  readonly changedAt: number;
  /** How the agent's turn ended by its own report; undefined while it goes on, and where no report proves it. */
  readonly outcome?: Outcome;
  /** A pause of this process cut its agent off at work. */
  readonly interrupted?: true;
  /** The workspace is gone too, not only the task. */
  readonly deleted: boolean;
  /** Of the workspace behind a task that is gone, once read; `unreadable` when Coder does not show it to us. */
  readonly workspaceStatus?: string;
  /** The whole conversation, if it was read. */
  readonly entries?: readonly LogEntry[];
  /** Why the conversation could not be read. */
  readonly logsError?: CoderError;
  /** Why the task is where nobody wanted it, where that is known without another read. */
  readonly cause?: Cause;
  readonly notes: readonly string[];
}

/** What was read of a task, beside what the memory holds. */
export interface TaskReadings {
  readonly task: Task;
  readonly taskReadAt: number;
  readonly logs: LogsKnown;
  readonly entries?: readonly LogEntry[] | undefined;
  readonly logsError?: CoderError | undefined;
  /** The workspace was asked for its times in vain. */
  readonly isWorkspaceUnreadable: boolean;
  readonly workspaceStatus?: string | undefined;
  readonly trouble?: string | undefined;
}

export interface ViewWithRead {
  readonly view: TaskView;
  readonly nextRead: NextRead | undefined;
}

const badScripts = ['start_error', 'start_timeout'];
const LATE_AGENT_REASON = 'agent is taking too long to connect';

/** The view of a task, and what has to be read again for it to change by time alone. */
export function viewOf(
  readings: TaskReadings,
  memory: TaskMemory,
  { now, idleMs }: { readonly now: number; readonly idleMs: number },
): ViewWithRead {
  const { task, entries, logsError, workspaceStatus } = readings;
  const facts = factsOf(readings, memory, idleMs);
  const { nextRead, notes, since, ...judged } = judge(facts, now);
  if (judged.settled && hasEndedTurn(facts.phase) && facts.phase !== 'active') memory.noteSettled(task.id);
  const hasEnded = hasEndedTurn(judged.phase) && judged.phase !== 'active';
  const outcome = hasEnded ? memory.outcome(task.id) : undefined;
  const isStopped = judged.phase === 'paused' || judged.phase === 'pausing';
  const stop = isStopped ? memory.stopByCoder(task) : undefined;
  const cause = causeOf(facts, judged, stop, logsError);
  const view: TaskView = {
    task,
    ...judged,
    ...(since !== undefined && { since }),
    turn: turnOf(judged.phase, { isOthers: memory.isOthers(task), wasCutOff: stop === 'at work' }),
    changedAt: Math.max(since ?? facts.since.at, facts.reportAt ?? 0, memory.logs(task.id)?.changedAt ?? 0),
    ...(outcome !== undefined && { outcome }),
    ...(cause !== undefined && { cause }),
    ...(isStopped && memory.interrupted.has(task.id) && { interrupted: true }),
    deleted: workspaceStatus === 'deleted',
    ...(workspaceStatus !== undefined && { workspaceStatus }),
    ...(entries !== undefined && { entries }),
    ...(logsError !== undefined && { logsError }),
    notes: [...notes, ...screenNotes(facts), ...healthNotes(task), ...(readings.trouble ? [readings.trouble] : [])],
  };
  return { view, nextRead };
}

function factsOf(readings: TaskReadings, memory: TaskMemory, idleMs: number): SettleFacts {
  const { task, taskReadAt, logs } = readings;
  const { id } = task;
  const { hasReported, hasNoAgent } = memory.health(id);
  const isGone = memory.seen({ id })?.goneAt !== undefined;
  const isLate = task.workspace_agent_health?.reason === LATE_AGENT_REASON;
  return {
    phase: isGone ? 'gone' : phaseOf(task),
    taskReadAt,
    since: memory.since(task),
    reportAt: timeOf(task.current_state?.timestamp),
    hasOutcome: memory.outcome(id) !== undefined,
    hasNewerReport: memory.hasNewerReport(id, taskReadAt),
    hasOwnReport: memory.hasOwnReport(id),
    hasBadApp: hasReported || badScripts.includes(task.workspace_agent_lifecycle ?? ''),
    startObstacle: hasNoAgent ? 'no_agent' : isLate ? 'agent_late' : undefined,
    mayLackAgent: task.workspace_status === 'running' && task.workspace_agent_lifecycle === null,
    upAt: memory.upAt(id) ?? (readings.isWorkspaceUnreadable ? 'unreadable' : 'unknown'),
    isRestart: (task.workspace_build_number ?? 1) > 1,
    logs,
    wasSettled: memory.wasSettled(id),
    isPosting: memory.isPosting(id),
    sent: memory.lastSent(id),
    busy: memory.busy(id),
    idleMs,
  };
}

/** What the watcher itself can tell of why a task does not go on as it should. */
function causeOf(
  facts: SettleFacts,
  { phase, settled }: Pick<SettleJudgement, 'phase' | 'settled'>,
  stop: 'at work' | 'at rest' | undefined,
  logsError: CoderError | undefined,
): Cause | undefined {
  if (stop !== undefined) return stop === 'at work' ? 'cut_off_by_coder' : 'stopped_by_coder';
  if (phase === 'starting') return facts.startObstacle;
  const canTalk = phase === 'working' || hasEndedTurn(phase);
  if (canTalk && isCoderError(logsError, 'app_not_answering')) return 'app_down';
  const { logs, isRestart, hasOwnReport } = facts;
  const isAbsent = logs.is === 'read' && logs.seen.prompt === 'absent' && !logs.seen.saysBusy;
  return settled && phase === 'waiting' && isAbsent && !isRestart && !hasOwnReport ? 'prompt_missing' : undefined;
}

function screenNotes({ phase, logs }: SettleFacts): string[] {
  const isOpen = hasEndedTurn(phase) && logs.is === 'read' && logs.seen.isListOpen;
  return isOpen ? ['a list to choose from is open on its screen: a message may take the entry that is marked'] : [];
}

function healthNotes(task: Task): string[] {
  const health = task.workspace_agent_health;
  const hasFailed = health?.healthy === false && health.reason === SCRIPT_FAILED_REASON;
  return hasFailed ? ["the workspace's startup script failed; its agent is connected all the same"] : [];
}

/** Two views with the same key look the same to those who wait: only a change of it is published. */
export function viewKey(view: TaskView, logs: string | undefined): string {
  const report = view.task.current_state;
  return JSON.stringify([
    view.phase,
    view.inferred,
    view.settled,
    view.stalled,
    view.outcome,
    view.turn,
    view.cause,
    view.deleted,
    view.workspaceStatus,
    view.task.status,
    view.task.workspace_status,
    report?.state,
    report?.message,
    report?.uri,
    report?.timestamp,
    logs,
  ]);
}
