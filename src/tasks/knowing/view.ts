/** What a task looks like to those who wait: its phase as it counts, whether that is settled, and since when. */

import type { CoderError } from '../../coder/errors/errors.js';
import type { LogEntry, Task } from '../../coder/wire/schemas.js';
import { timeOf } from './build-times.js';
import type { Cause } from './causes.js';
import type { TaskMemory } from './memory.js';
import { type Phase, phaseOf, SCRIPT_FAILED_REASON, type Turn, turnOf } from './phase.js';
import type { Outcome } from './reports.js';
import { type Again, judge, type LogsKnown } from './settled.js';

export interface TaskView {
  /** As it was read last; of a task that is gone, the last sight of it. */
  readonly task: Task;
  readonly phase: Phase;
  readonly turn: Turn;
  /** The phase is not what the task's own report says; `notes` say why. */
  readonly inferred: boolean;
  readonly settled: boolean;
  /** In this phase for longer than it normally takes. */
  readonly stalled: boolean;
  /** When the phase began, in ms by the deployment's clock; left out where neither Coder nor this process knows it. */
  readonly since?: number;
  /** The last sign of life: a new phase, report or log entry; ms by the deployment's clock. */
  readonly changedAt: number;
  /** How the agent's turn ended by its own report; undefined while it goes on, and where no report proves it. */
  readonly outcome?: Outcome;
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

/** What a watch knows beyond the task itself. */
export interface Sight {
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

export interface Judged {
  readonly view: TaskView;
  readonly again: Again | undefined;
}

const badScripts = ['start_error', 'start_timeout'];

/** The view of a task, and what has to be read again for it to change by time alone. */
export function viewOf(sight: Sight, memory: TaskMemory, context: { now: number; idleMs: number }): Judged {
  const { task, logs, entries, logsError, workspaceStatus } = sight;
  const isGone = memory.seen({ id: task.id })?.goneAt !== undefined;
  const since = memory.since(task);
  const reportAt = timeOf(task.current_state?.timestamp);
  const {
    again,
    notes,
    since: began,
    ...verdict
  } = judge(
    {
      phase: isGone ? 'gone' : phaseOf(task),
      taskReadAt: sight.taskReadAt,
      since,
      reportAt,
      hasBadScript: badScripts.includes(task.workspace_agent_lifecycle ?? ''),
      upAt: memory.upAt(task.id) ?? (sight.isWorkspaceUnreadable ? 'unreadable' : 'unknown'),
      logs,
      sent: memory.lastSent(task.id),
      busy: memory.busy(task.id),
      idleMs: context.idleMs,
    },
    context.now,
  );
  const seenLogs = memory.logs(task.id);
  const hasEnded = verdict.phase === 'waiting' || verdict.phase === 'done' || verdict.phase === 'failed';
  const outcome = hasEnded ? memory.outcome(task.id) : undefined;
  const stop = verdict.phase === 'paused' || verdict.phase === 'pausing' ? memory.stopByCoder(task) : undefined;
  const view: TaskView = {
    task,
    ...verdict,
    ...(began !== undefined && { since: began }),
    turn: turnOf(verdict.phase, { isOthers: memory.isOthers(task), wasCutOff: stop === 'at work' }),
    changedAt: Math.max(began ?? since.at, reportAt ?? 0, seenLogs?.changedAt ?? 0),
    ...(outcome !== undefined && { outcome }),
    ...(stop !== undefined && { cause: stop === 'at work' ? 'cut_off_by_coder' : 'stopped_by_coder' }),
    deleted: workspaceStatus === 'deleted',
    ...(workspaceStatus !== undefined && { workspaceStatus }),
    ...(entries !== undefined && { entries }),
    ...(logsError !== undefined && { logsError }),
    notes: [...notes, ...healthNotes(task), ...(sight.trouble === undefined ? [] : [sight.trouble])],
  };
  return { view, again };
}

function healthNotes(task: Task): string[] {
  const health = task.workspace_agent_health;
  const hasFailed = health?.healthy === false && health.reason === SCRIPT_FAILED_REASON;
  return hasFailed ? ["the workspace's startup script failed; the agent runs all the same"] : [];
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
