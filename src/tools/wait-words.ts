/** What the answer of a wait says beside its tasks: what is pending, notes, and the calls that make sense next. */

import type { MissingTask } from '../tasks/find-several.js';
import type { Phase } from '../tasks/knowing/phase.js';
import { type NextCall, nextCalls } from '../tasks/next.js';
import { nameOf } from '../tasks/summary.js';
import type { Waited, WaitGoal, WaitMode } from '../tasks/watching/wait.js';
import { listNames } from '../text/names.js';
import { countWords } from './wording.js';

export const DEFAULT_WAIT_SECONDS = 45;
// Past this, one line each: whoever waits for many reads them one after the other.
export const MAX_SUMMARIES = 10;
const MAX_NEAREST = 3;
const MAX_CALLS = 3;
const MAX_TEXT_NAMES = 20;

/** The arguments of a wait but its tasks. */
export interface WaitArguments {
  readonly until: WaitGoal;
  readonly mode: WaitMode;
  readonly wait_seconds: number;
}

export interface PendingFacts {
  readonly pending: readonly string[];
  readonly handle?: string | undefined;
  readonly counts?: Partial<Record<Phase, number>> | undefined;
  readonly stuck?: readonly unknown[] | undefined;
  readonly timed_out: boolean;
  readonly waited_seconds: number;
  readonly until: WaitGoal;
}

// A phase that looks like the end of a turn, of a task that is pending.
const unsettledWords: Partial<Record<string, string>> = {
  waiting: 'waiting (not settled yet)',
  done: 'reported done (still writing)',
  failed: 'reported failed (still writing)',
};

/** What is pending, by phase; "normal" is said only of what can go on by itself. */
export function pendingLine({
  pending,
  handle,
  counts,
  stuck,
  timed_out,
  waited_seconds,
  until,
}: PendingFacts): string {
  const phases = Object.entries(counts ?? {});
  const only = phases.length === 1 && pending.length === 1 ? phases[0]?.[0] : undefined;
  const words = Object.fromEntries(
    phases.map(([phase, count]) => [until === 'settled' ? (unsettledWords[phase] ?? phase) : phase, count]),
  );
  const state =
    phases.length === 0
      ? `not read: ${listNames(pending, MAX_TEXT_NAMES)}`
      : only === undefined
        ? `pending${handle === undefined ? '' : ` (${handle})`}: ${countWords(words)}: ${listNames(pending, MAX_TEXT_NAMES)}`
        : `still ${Object.keys(words)[0]}`;
  if (!timed_out) return state;
  const isNormal = (stuck ?? []).length === 0 && phases.length > 0;
  const advice = isNormal ? ', which is normal: same call again, or end your turn' : '';
  return `${state}; not ${until} after ${waited_seconds} s${advice}`;
}

export interface NoteFacts {
  readonly told: readonly Waited[];
  readonly pending: readonly Waited[];
  readonly impossible: readonly (Waited & { readonly why: string })[];
  readonly missing: readonly MissingTask[];
  /** For how long nothing that somebody else has to do has shown a sign of life, in words. */
  readonly silence: string | undefined;
}

export function notesOf({ told, pending, impossible, missing, silence }: NoteFacts): { readonly notes?: string[] } {
  const unsaid = told.length - MAX_SUMMARIES;
  const troubles = new Set(pending.flatMap(({ view }) => view.notes.filter((note) => note.includes('out of date'))));
  const lines = [
    ...impossible.map(({ view, why }) => `${nameOf(view.task)}: ${why}`),
    ...missing
      .filter(({ nearest }) => nearest.length > 0)
      .map(({ ref, nearest }) => `nearest to ${ref}: ${listNames(nearest, MAX_NEAREST)}`),
    ...told.slice(0, MAX_SUMMARIES).flatMap(({ view }) => view.notes.map((note) => `${nameOf(view.task)}: ${note}`)),
    ...(unsaid > 0 ? [`of ${unsaid} more only the state is told: coder_get_task brings the last message of each`] : []),
    ...troubles,
    ...(silence === undefined
      ? []
      : [`no sign of life for ${silence}: look at the conversation, then tell the person`]),
  ];
  return lines.length > 0 ? { notes: lines } : {};
}

export interface NextFacts {
  readonly told: readonly Waited[];
  readonly impossible: readonly Waited[];
  /** What cannot go on by itself. */
  readonly stuck: readonly { readonly task: string }[];
  /** A task that has not shown a sign of life for long. */
  readonly silent: string | undefined;
  /** The wait for what is pending; none where `tasks` is empty. */
  readonly wait: { readonly tasks: readonly string[]; readonly options: WaitArguments };
}

/** What to do with those that were told, then the wait for those that were not: a task never ends two waits. */
export function nextOf({ told, impossible, stuck, silent, wait }: NextFacts): NextCall[] {
  const { until, mode, wait_seconds } = wait.options;
  const isWaiting = wait.tasks.length > 0;
  const goesOn: NextCall = {
    tool: 'coder_wait_for_task',
    arguments: {
      tasks: wait.tasks,
      ...(until !== 'settled' && { until }),
      ...(mode !== 'any' && { mode }),
      ...(wait_seconds !== DEFAULT_WAIT_SECONDS && { wait_seconds }),
    },
    why: 'goes on',
  };
  const diagnosis = ({ task }: { readonly task: string }): NextCall => ({
    tool: 'coder_diagnose',
    arguments: { task },
    why: 'says why it does not go on',
  });
  const look = (task: string): NextCall => ({
    tool: 'coder_get_task_logs',
    arguments: { task },
    why: 'what it is doing',
  });
  return [
    ...stuck.slice(0, 1).map(diagnosis),
    ...[...impossible, ...told].slice(0, isWaiting ? 2 : 3).flatMap((one) => callFor(one, until)),
    ...(silent === undefined ? [] : [look(silent)]),
  ]
    .slice(0, isWaiting ? MAX_CALLS - 1 : MAX_CALLS)
    .concat(isWaiting ? [goesOn] : []);
}

/** The first call that makes sense for a task; for one that should become ready, the one that starts it. */
function callFor({ view }: Waited, until: WaitGoal): NextCall[] {
  const { task, phase, outcome, stalled, turn } = view;
  const calls = nextCalls({ task: nameOf(task), phase, outcome, stalled, isMine: turn !== 'owner' });
  const resume = until === 'ready' ? calls.find(({ tool }) => tool === 'coder_resume_task') : undefined;
  return resume ? [resume] : calls.slice(0, 1);
}
