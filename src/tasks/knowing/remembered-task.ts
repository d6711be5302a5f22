/** What is remembered of one task: as it was read, since when it is in its phase, and what this process did to it. */

import type { Task } from '../../coder/wire/schemas.js';
import { type BuildTimes, sinceByWire, timeOf } from './build-times.js';
import type { LogsSeen } from './logs-seen.js';
import type { Phase } from './phase.js';
import type { Report } from './reports.js';

/** This process's last message to a task, known or thought to be delivered. */
export interface Sent {
  readonly input: string;
  /** When its request began, by the deployment's clock. */
  readonly at: number;
  /** The newest log entry before it; undefined when there was none, or the logs could not be read. */
  readonly lastIdBefore: number | undefined;
}

/** A message was refused because the agent was at work, whatever its report said. */
export interface Busy {
  readonly at: number;
  /** The report that stood then. */
  readonly report: string;
  /** Whether the conversation has changed since. */
  readonly hasMoved: boolean;
}

export interface RememberedTask {
  task: Task;
  phase: Phase;
  /** When this process first saw the phase, and when it last saw another one. */
  firstSeen: number;
  otherSeen: number | undefined;
  otherPhase: Phase | undefined;
  /** Since when by the wire at the first sight of the phase. */
  began: number | undefined;
  lastSeen: number;
  usedAt: number;
  goneAt: number | undefined;
  build: (BuildTimes & { readonly readAt: number }) | undefined;
  /** Of the build that was read last, newest first. */
  reports: readonly Report[];
  logs: LogsSeen | undefined;
  sent: Sent | undefined;
  busy: Busy | undefined;
}

export function rememberTask(task: Task, phase: Phase, now: number): RememberedTask {
  return {
    task,
    phase,
    firstSeen: now,
    otherSeen: undefined,
    otherPhase: undefined,
    began: sinceByWire(task, phase, undefined),
    lastSeen: now,
    usedAt: now,
    goneAt: undefined,
    build: undefined,
    reports: [],
    logs: undefined,
    sent: undefined,
    busy: undefined,
  };
}

/** The times of the build that the task is on, if they were read since another phase was last seen. */
export function currentBuild({ build, task, otherSeen }: RememberedTask): BuildTimes | undefined {
  const isCurrent = build !== undefined && build.number === task.workspace_build_number;
  return isCurrent && build.readAt >= (otherSeen ?? 0) ? build : undefined;
}

/** Whether the agent's program has reported since the current build came up: then its app was healthy once. */
export function hasReported(known: RememberedTask): boolean {
  const build = currentBuild(known);
  if (build === undefined) return false;
  const reportAt = timeOf(known.task.current_state?.timestamp) ?? 0;
  return known.reports.length > 0 || (build.completedAt !== undefined && reportAt > build.completedAt);
}

export function refreshBeginning(known: RememberedTask): void {
  // An agent at work reports each step, so its first report counts; all other phases begin anew with a new stamp.
  if (known.phase === 'working' && known.began !== undefined) return;
  known.began = sinceByWire(known.task, known.phase, currentBuild(known)) ?? known.began;
}

export function nameKey(task: { readonly owner_name: string; readonly name: string }): string {
  return `${task.owner_name}/${task.name}`.toLowerCase();
}

/** One text for one report: a new one always differs, since Coder stamps each. */
export function reportOf(task: Task): string {
  const report = task.current_state;
  return report ? `${report.timestamp} ${report.state}` : '';
}
