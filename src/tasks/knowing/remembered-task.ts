/** What is remembered of one task: as it was read, since when it is in its phase, and what this process did to it. */

import type { Task } from '../../coder/wire/schemas.js';
import { type BuildTimes, sinceByWire, timeOf } from './build-times.js';
import type { LogsSeen } from './logs-seen.js';
import { type Phase, phaseOf, turnOf } from './phase.js';
import { type Outcome, outcomeOf, type Report } from './reports.js';

// A phase whose beginning lies between two looks this close together was seen to begin.
const WITNESSED_MS = 15_000;

/** This process's last message to a task, known or thought to be delivered. */
export interface SentMessage {
  readonly input: string;
  /** When its request began, by the deployment's clock. */
  readonly at: number;
  /** The newest log entry before it; undefined when there was none, or the logs could not be read. */
  readonly lastIdBefore: number | undefined;
}

/** A message was refused because the agent was at work, whatever its report said. */
export interface BusyRefusal {
  readonly at: number;
  /** The report that stood then. */
  readonly report: string;
  /** Whether the conversation has changed since. */
  readonly hasMoved: boolean;
}

/** A task as it is remembered: tells one that is gone from one that never was. */
export interface SeenTask {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** As it was read last; of a task that is gone, the last sight of it. */
  readonly task: Task;
  readonly phase: Phase;
  /** Server times in ms. */
  readonly lastSeen: number;
  readonly goneAt: number | undefined;
}

/** Since when a task is in its phase, in ms by the deployment's clock. */
export interface Since {
  /** For grace times: when it began, or when this process first saw it. */
  readonly at: number;
  /** Whether it is an age to show: Coder said it, or this process saw the phase begin. */
  readonly isKnown: boolean;
  /** False while the workspace, not read yet, would tell more. */
  readonly isExact: boolean;
  /** It cannot have been earlier than this. */
  readonly earliest: number;
}

/** An end of a turn that was found to be settled. */
export interface SettledTurn {
  readonly key: string;
  readonly phase: Phase;
  readonly reportAt: number | undefined;
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
  sent: SentMessage | undefined;
  busy: BusyRefusal | undefined;
  /** How many messages of this process are being typed. */
  posts: number;
  settled: SettledTurn | undefined;
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
    posts: 0,
    settled: undefined,
  };
}

/** The times of the build that the task is on, if they were read since another phase was last seen. */
export function currentBuild({ build, task, otherSeen }: RememberedTask): BuildTimes | undefined {
  const isCurrent = build !== undefined && build.number === task.workspace_build_number;
  return isCurrent && build.readAt >= (otherSeen ?? 0) ? build : undefined;
}

/** How the turn ended that stands now, where the reports of its workspace, read before, prove it. */
export function provenOutcome(known: RememberedTask): Outcome | undefined {
  const { task, reports, logs, sent } = known;
  const build = currentBuild(known);
  return outcomeOf({
    reports,
    standing: task.current_state,
    lastInputAt: Math.max(logs?.lastInput?.at ?? 0, sent?.at ?? 0),
    startedAt: build?.startedAt ?? build?.createdAt,
  });
}

/** Since when the task is in its phase, and whether reading the workspace would make that better. */
export function sinceOf(task: Task, known: RememberedTask | undefined, now: number): Since {
  if (known?.goneAt !== undefined) {
    const isKnown = known.goneAt - known.lastSeen <= WITNESSED_MS;
    return { at: known.goneAt, isKnown, isExact: true, earliest: known.goneAt };
  }
  const phase = phaseOf(task);
  const isSame = known !== undefined && known.phase === phase;
  const began = isSame ? known.began : sinceByWire(task, phase, undefined);
  const otherSeen = isSame ? known.otherSeen : undefined;
  // An app can fail long after its build ended: not before this process saw it well.
  const wasWell = isSame && known.otherPhase !== undefined && turnOf(known.otherPhase) !== 'platform';
  const lower = phase === 'unhealthy' && wasWell ? known.firstSeen : 0;
  const isWitnessed = otherSeen !== undefined && known !== undefined && known.firstSeen - otherSeen <= WITNESSED_MS;
  if (began !== undefined) {
    // Coder keeps no time of an app's health.
    const isKnown = phase !== 'unhealthy' || isWitnessed || (known !== undefined && !hasReported(known) && lower === 0);
    return { at: Math.max(began, lower), isKnown, isExact: true, earliest: began };
  }
  const firstSeen = isSame ? known.firstSeen : now;
  const isExact = isSame && currentBuild(known) !== undefined;
  const created = task.workspace_build_number === 1 ? Date.parse(task.created_at) || 0 : 0;
  return { at: firstSeen, isKnown: isWitnessed, isExact, earliest: Math.max(created, otherSeen ?? 0) };
}

/** The end of a turn as it stands now. Another input, another message or another build makes it another one. */
export function turnOfNow({ task, phase, logs, sent }: RememberedTask): SettledTurn {
  const { workspace_build_number, current_state } = task;
  const key = JSON.stringify([workspace_build_number, current_state?.message, logs?.lastInput, sent?.at]);
  return { key, phase, reportAt: timeOf(current_state?.timestamp) };
}

/** Whether the turn that stands now was found settled before: the same report, or the `idle` that follows a final one. */
export function isSettledTurn(known: RememberedTask): boolean {
  const { settled } = known;
  const now = turnOfNow(known);
  if (settled === undefined || settled.key !== now.key) return false;
  if (settled.reportAt === now.reportAt) return settled.phase === now.phase;
  return now.phase === 'waiting' && (settled.phase === 'done' || settled.phase === 'failed');
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
/** Whether a report with a message stands that was made since the build came up: those before it say nothing of this start. */
export function hasOwnReport(known: RememberedTask): boolean {
  const { task, reports } = known;
  const up = currentBuild(known)?.completedAt;
  if (up === undefined) return false;
  if (reports.some(({ message, at }) => message !== '' && at > up)) return true;
  const { message = '', timestamp } = task.current_state ?? {};
  return task.status === 'active' && message !== '' && (timeOf(timestamp) ?? 0) > up;
}

export function reportOf(task: Task): string {
  const report = task.current_state;
  return report ? `${report.timestamp} ${report.state}` : '';
}
