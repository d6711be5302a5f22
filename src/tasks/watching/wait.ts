/** Waiting for several tasks at once: until one of them, or all, have come to where the caller wants them. */

import type { Task } from '../../coder/wire/schemas.js';
import { timeOf } from '../knowing/build-times.js';
import type { Because } from '../knowing/judgement.js';
import { countPhases, type Phase } from '../knowing/phase.js';
import { type TaskView, viewKey } from '../knowing/view.js';
import type { Following, TaskWatcher } from './watcher.js';

export const waitGoals = ['settled', 'ready', 'paused', 'deleted'] as const;
export type WaitGoal = (typeof waitGoals)[number];

export const waitModes = ['any', 'all'] as const;
export type WaitMode = (typeof waitModes)[number];

// behaviour §7: after this long without a sign of life, waiting on is no advice any more.
const UNCHANGED_MS = 15 * 60_000;
// Tasks that get there together are told together; far below what a caller notices.
const GATHER_MS = 100;
// Tasks whose report says that their turn is over get their look before the wait ends; one agent that does not answer must
// not hold back what the others said.
const MAX_LOOKS_MS = 15_000;
// How the turn ended stands in the workspace, which the stream tells right after it has opened.
const MAX_STREAM_MS = 1_500;

export interface WaitEntry {
  /** The reference as the caller wrote it. */
  readonly ref: string;
  /** As it was just read; of a task that is gone, as memory has it. */
  readonly task: Task;
}

export interface Waited {
  readonly ref: string;
  readonly view: TaskView;
}

export interface WaitResult {
  /** Those that are where the caller wants them now. */
  readonly met: readonly Waited[];
  readonly pending: readonly Waited[];
  /** Those that cannot get there without another call; part of `pending`. */
  readonly impossible: readonly (Waited & { readonly why: string })[];
  /** Those that look different from when the wait began. */
  readonly changed: readonly Waited[];
  /** Of what is pending, the one whose agent reported last during the wait. */
  readonly reported: Waited | undefined;
  /** The phases of what is pending. */
  readonly counts: Partial<Record<Phase, number>>;
  readonly timedOut: boolean;
  /** Server ms: nothing pending has shown a sign of life since, and that is 15 min or more ago. */
  readonly unchangedSince: number | undefined;
}

export interface WaitOptions {
  readonly until: WaitGoal;
  readonly mode: WaitMode;
  /** By the watcher's clock, in ms. */
  readonly deadline: number;
  readonly signal: AbortSignal;
  /** Each task that changed, as it is now. */
  readonly onChange?: (changed: Waited) => void;
}

interface Waiting extends Waited {
  readonly task: Task;
  readonly firstKey: string;
  readonly firstReport: string | undefined;
  view: TaskView;
}

/**
 * Waits until the goal is met by one task (`any`) or all, until one of them cannot get there, or until the deadline.
 * Rejects with the signal's reason at once, or with the CoderError that ended a watch.
 */
export async function waitForTasks(
  watcher: TaskWatcher,
  entries: readonly WaitEntry[],
  options: WaitOptions,
): Promise<WaitResult> {
  options.signal.throwIfAborted();
  const waiting = entries.map(({ ref, task }): Waiting => {
    const view = watcher.glance(task, options.deadline);
    const firstReport = view.task.current_state?.timestamp;
    return { ref, task, view, firstReport, firstKey: viewKey(view, undefined) };
  });
  const isOver = () => hasEnded(waiting, options);
  const isKnown = isOver() && !waiting.some(({ view }) => isUndecided(view, options));
  const timedOut = isKnown ? false : !(await watch(watcher, waiting, isOver, options));
  for (const { view } of waiting) watcher.noteEnd(view, meets(view, options.until));
  return resultOf(waiting, options, timedOut, watcher.now());
}

/** Keeps the views current until the wait is over (true) or its time is up (false). */
function watch(
  watcher: TaskWatcher,
  waiting: readonly Waiting[],
  isOver: () => boolean,
  options: WaitOptions,
): Promise<boolean> {
  const { deadline, signal, onChange } = options;
  const { clock } = watcher;
  const began = clock.now();
  return new Promise((resolve, reject) => {
    const followed: Following[] = [];
    let gathering: unknown;
    const finish = (isCut: boolean, settle: () => void) => {
      clock.clearTimeout(timer);
      clock.clearTimeout(gathering);
      signal.removeEventListener('abort', onAbort);
      for (const [index, one] of followed.entries()) {
        // With the notes that are not told by themselves.
        Object.assign(waiting[index] ?? {}, { view: one.view });
        if (isCut) one.cut();
        else one.close();
      }
      settle();
    };
    const onAbort = () => finish(true, () => reject(signal.reason));
    const onFailure = (error: unknown) => finish(true, () => reject(error));
    const onView = (one: Waiting, view: TaskView) => {
      const hasChanged = viewKey(one.view, undefined) !== viewKey(view, undefined);
      one.view = view;
      if (hasChanged) onChange?.({ ref: one.ref, view });
      if (gathering === undefined && isOver()) endSoon();
    };
    /** At once where nothing more is to be learned; else when the others have had their looks. */
    const endSoon = () => {
      const isAlone = options.mode === 'all' || waiting.length === 1;
      if (isAlone && !isIncomplete()) finish(false, () => resolve(true));
      else gathering = clock.setTimeout(onGathered, GATHER_MS);
    };
    const onGathered = () => {
      gathering = undefined;
      if (!isOver()) return;
      if (isIncomplete()) gathering = clock.setTimeout(onGathered, GATHER_MS);
      else finish(false, () => resolve(true));
    };
    const isIncomplete = () => {
      const elapsed = clock.now() - began;
      if (elapsed < MAX_LOOKS_MS && waiting.some(({ view }) => isUndecided(view, options))) return true;
      return elapsed < MAX_STREAM_MS && waiting.some(({ view }, index) => lacksOutcome(view, followed[index], options));
    };
    const timer = clock.setTimeout(() => finish(false, () => resolve(isOver())), Math.max(0, deadline - clock.now()));
    signal.addEventListener('abort', onAbort);
    for (const one of waiting) {
      followed.push(
        watcher.follow(one.task, (view) => onView(one, view), { stillness: true, lingers: true, onFailure }),
      );
    }
    if (isOver()) endSoon();
  });
}

// The report says that the turn is over, and only a look or a read that is due can tell whether it is.
const undecided: ReadonlySet<Because> = new Set<Because>(['conversation not read yet', 'newer report to read']);

/** It may be settled, but it has not been looked at yet; matters only to who gets all that are settled. */
function isUndecided({ because }: TaskView, { until, mode }: WaitOptions): boolean {
  return until === 'settled' && mode === 'any' && undecided.has(because);
}

function lacksOutcome({ phase, outcome }: TaskView, followed: Following | undefined, { until }: WaitOptions): boolean {
  return until === 'settled' && phase === 'waiting' && outcome === undefined && followed?.hasWorkspace === false;
}

function hasEnded(waiting: readonly Waiting[], { until, mode }: WaitOptions): boolean {
  if (waiting.some(({ view }) => obstacle(view, until) !== undefined)) return true;
  const isMet = ({ view }: Waiting) => meets(view, until);
  return mode === 'any' ? waiting.some(isMet) : waiting.every(isMet);
}

/** Whether the task is where the caller wants it. */
function meets(view: TaskView, goal: WaitGoal): boolean {
  switch (goal) {
    case 'settled':
      return view.settled;
    case 'ready':
      return readyPhases.has(view.phase);
    case 'paused':
      return view.phase === 'paused';
    case 'deleted':
      return view.deleted;
  }
}

const readyPhases: ReadonlySet<Phase> = new Set(['working', 'waiting', 'done', 'failed', 'active']);

/** Why the task cannot get there without another call; undefined while it can. */
function obstacle(view: TaskView, goal: WaitGoal): string | undefined {
  const { phase } = view;
  if (meets(view, goal)) return undefined;
  switch (goal) {
    case 'settled':
      return undefined;
    case 'ready':
      return readyObstacles[phase];
    case 'paused':
      return pausedObstacles[phase];
    case 'deleted':
      return deletedObstacle(view);
  }
}

const isGone = 'the task is gone';
const readyObstacles: Partial<Record<Phase, string>> = {
  gone: isGone,
  deleting: 'the workspace is being deleted',
  paused: 'the task is paused: it becomes ready only when it is resumed',
  pausing: 'the task is being paused: it becomes ready only when it is resumed',
  broken: 'the last build failed or was canceled: it becomes ready only when it is resumed',
  canceling: 'the start was canceled: it becomes ready only when it is resumed',
};
const pausedObstacles: Partial<Record<Phase, string>> = {
  gone: isGone,
  deleting: 'the workspace is being deleted',
  broken: 'the last build failed or was canceled: it is paused only by another call',
};

function deletedObstacle({ phase, workspaceStatus }: TaskView): string | undefined {
  if (phase === 'deleting') return undefined;
  if (phase !== 'gone') return 'nobody is deleting the task';
  switch (workspaceStatus) {
    case 'unreadable':
      return 'the task is gone, but its workspace is not shown to us: whether it is deleted cannot be told';
    case 'failed':
    case 'canceled':
      return 'the task is gone, but deleting its workspace failed: it is still there, and keeps the name';
    default:
      return undefined;
  }
}

function resultOf(waiting: readonly Waiting[], { until }: WaitOptions, timedOut: boolean, now: number): WaitResult {
  const waited = ({ ref, view }: Waiting): Waited => ({ ref, view });
  const pending = waiting.filter(({ view }) => !meets(view, until));
  // Only what somebody else has to do can be missing for too long.
  const others = pending.filter(({ view }) => view.turn === 'agent' || view.turn === 'platform');
  const lastSign = Math.max(...others.map(({ view }) => view.changedAt));
  return {
    met: waiting.filter(({ view }) => meets(view, until)).map(waited),
    pending: pending.map(waited),
    impossible: pending.flatMap((one) => {
      const why = obstacle(one.view, until);
      return why === undefined ? [] : [{ ...waited(one), why }];
    }),
    changed: waiting.filter((one) => viewKey(one.view, undefined) !== one.firstKey).map(waited),
    reported: pending
      .filter(hasReported)
      .sort((one, other) => reportTime(other) - reportTime(one))
      .map(waited)[0],
    counts: countPhases(pending.map(({ view }) => view.phase)),
    timedOut,
    unchangedSince: others.length > 0 && now - lastSign >= UNCHANGED_MS ? lastSign : undefined,
  };
}

function hasReported({ view, firstReport }: Waiting): boolean {
  const report = view.task.current_state;
  return report?.message !== undefined && report.message !== '' && report.timestamp !== firstReport;
}

function reportTime({ view }: Waiting): number {
  return timeOf(view.task.current_state?.timestamp) ?? 0;
}
