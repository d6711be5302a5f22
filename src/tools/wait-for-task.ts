/** coder_wait_for_task: hold the call until tasks need somebody, instead of asking again and again. */

import { z } from 'zod';
import { isCoderError } from '../coder/errors/errors.js';
import type { Task } from '../coder/wire/schemas.js';
import { type Phase, phases } from '../tasks/knowing/phase.js';
import { type NextCall, nextCalls } from '../tasks/next.js';
import { nameOf, taskState } from '../tasks/summary.js';
import { type Waited, type WaitGoal, waitForTasks, waitGoals, waitModes } from '../tasks/watching/wait.js';
import { ageText } from '../text/age.js';
import { listNames } from '../text/names.js';
import { defineTool, type ToolContext } from './define.js';
import { next, notes, now, summarizedTask } from './outputs.js';
import { MAX_WAITED_TASKS, taskReference, waitSecondsParam } from './params.js';
import { numberedQuotes } from './quotes.js';
import { countWords, factLines, headline } from './wording.js';

const DEFAULT_WAIT_SECONDS = 45;
const MAX_NEAREST = 3;
// Past this, one line each: whoever waits for many reads them one after the other.
const MAX_SUMMARIES = 10;

export const waitForTask = defineTool({
  name: 'coder_wait_for_task',
  title: 'Wait for tasks',
  description:
    'Wait until a task needs you: a question, a result, a failed start, a pause. Use it after create, send and ' +
    "resume, to be told when an agent is finished; do not poll coder_get_task. waiting means that the agent's " +
    'turn is over: the answer brings its last message and says whether it reported a result. timed_out is normal: ' +
    'make the call in next. Several tasks: returns at the first that needs you, the rest stays in pending.',
  effect: 'read',
  input: z.strictObject({
    tasks: z.array(taskReference).min(1).max(MAX_WAITED_TASKS).describe('one or several'),
    until: z
      .enum(waitGoals)
      .default('settled')
      .describe(
        'settled (default): its turn is over or it cannot go on; ready: the agent can be reached; deleted: the workspace is gone',
      ),
    mode: z.enum(waitModes).default('any').describe('of several: any (default) or all'),
    wait_seconds: waitSecondsParam(DEFAULT_WAIT_SECONDS, 'longer ones end at the cap of the host'),
  }),
  output: z.object({
    now,
    tasks: z.array(summarizedTask),
    pending: z.array(z.string()),
    counts: z.partialRecord(z.enum(phases), z.number()).optional(),
    not_found: z.array(z.string()).optional(),
    timed_out: z.boolean(),
    waited_seconds: z.number(),
    until: z.enum(waitGoals),
    notes,
    next,
  }),
  async run({ tasks: references, until, mode, wait_seconds }, context) {
    const { tasks, clock, host, signal, progress, coder } = context;
    const startedAt = clock.now();
    const { found, missing } = await findAll(references, context);
    progress(`waiting for ${found.length === 1 ? found[0]?.ref : `${found.length} tasks`}`);
    const result = await waitForTasks(tasks.watcher, found, {
      until,
      mode,
      signal,
      // Where there is nothing to wait for, only the names that were not found are the answer.
      deadline: startedAt + (found.length === 0 ? 0 : Math.min(wait_seconds, host.maxWaitSeconds) * 1_000),
      onChange: ({ view }) => progress(`${nameOf(view.task)}: ${view.phase}`),
    });
    const told = mode === 'any' ? result.met : result.changed.concat(result.met.filter(isNotIn(result.changed)));
    const pending = result.pending.map(({ view }) => nameOf(view.task));
    const silence = result.unchangedSince === undefined ? undefined : ageText(coder.now() - result.unchangedSince);
    return {
      tasks: await summariesOf(told, mode === 'all' ? result.changed : told, context),
      pending,
      ...(pending.length > 0 && { counts: result.counts }),
      ...(missing.length > 0 && { not_found: missing.map(({ ref }) => ref) }),
      timed_out: result.timedOut && found.length > 0,
      waited_seconds: Math.round((clock.now() - startedAt) / 1_000),
      until,
      ...notesOf(told, result.impossible, missing, silence),
      next:
        found.length === 0
          ? [{ tool: 'coder_list_tasks', arguments: {}, why: 'the tasks that exist' }]
          : nextOf({ ...result, told, pending, until, mode, wait_seconds, isSilent: silence !== undefined }),
    };
  },
  text: ({ tasks, pending, counts, not_found, timed_out, waited_seconds, until }, words) => [
    ...tasks.flatMap((task, index) => {
      const line = headline(task, words);
      return [tasks.length > 1 ? `${index + 1} ${line}` : line, ...factLines(task)];
    }),
    pending.length > 0 && pendingLine(pending.length, counts ?? {}, timed_out ? { until, waited_seconds } : undefined),
    not_found && `not found: ${listNames(not_found, MAX_WAITED_TASKS)}`,
  ],
  quote: ({ tasks }) => numberedQuotes(tasks),
});

/** How many are still pending, by phase; their names stand in the next call. */
function pendingLine(
  count: number,
  counts: Partial<Record<Phase, number>>,
  timeOut: { readonly until: WaitGoal; readonly waited_seconds: number } | undefined,
): string {
  const pending = count === 1 ? `still ${Object.keys(counts)[0]}` : `pending: ${countWords(counts)}`;
  if (!timeOut) return pending;
  return `${pending}; not ${timeOut.until} after ${timeOut.waited_seconds} s, which is normal: same call again, or end your turn`;
}

interface Found {
  readonly ref: string;
  readonly task: Task;
}

interface Missing {
  readonly ref: string;
  /** Names that exist. */
  readonly nearest: readonly string[];
}

/** The tasks that exist or are remembered as gone, each once; and the references of those that were never seen. */
async function findAll(
  references: readonly string[],
  { tasks, signal }: ToolContext,
): Promise<{ found: Found[]; missing: Missing[] }> {
  const byId = new Map<string, Found>();
  const missing: Missing[] = [];
  const read = async (ref: string): Promise<Found | Missing> => {
    try {
      return { ref, task: await tasks.findOrGone(ref, signal) };
    } catch (error) {
      // Up to 2.30 a user who does not exist is another error than a task that does not.
      if (isCoderError(error, 'not_found', 'user_not_found')) return { ref, nearest: error.alternatives };
      throw error;
    }
  };
  for (const one of await Promise.all([...new Set(references)].map(read))) {
    if ('nearest' in one) missing.push(one);
    else if (!byId.has(one.task.id)) byId.set(one.task.id, one);
  }
  return { found: [...byId.values()], missing };
}

function isNotIn(others: readonly Waited[]): (one: Waited) => boolean {
  return (one) => !others.some(({ ref }) => ref === one.ref);
}

/** Summaries for the first few of those that have something to say, one line for the rest. */
async function summariesOf(told: readonly Waited[], worthIt: readonly Waited[], { tasks, signal }: ToolContext) {
  const full = new Set(worthIt.slice(0, MAX_SUMMARIES));
  return Promise.all(
    told.map(async (one) => {
      if (!full.has(one)) return taskState(one.view);
      const { notes: _notes, next: _next, ...summary } = await tasks.brief(one.view, signal);
      return summary;
    }),
  );
}

function notesOf(
  told: readonly Waited[],
  impossible: readonly (Waited & { why: string })[],
  missing: readonly Missing[],
  silence: string | undefined,
) {
  const lines = [
    ...impossible.map(({ view, why }) => `${nameOf(view.task)}: ${why}`),
    ...missing
      .filter(({ nearest }) => nearest.length > 0)
      .map(({ ref, nearest }) => `nearest to ${ref}: ${listNames(nearest, MAX_NEAREST)}`),
    ...told.slice(0, MAX_SUMMARIES).flatMap(({ view }) => view.notes.map((note) => `${nameOf(view.task)}: ${note}`)),
    ...(silence === undefined
      ? []
      : [`no sign of life for ${silence}: look at the conversation, then tell the person`]),
  ];
  return lines.length > 0 ? { notes: lines } : {};
}

interface NextFacts {
  readonly told: readonly Waited[];
  readonly impossible: readonly Waited[];
  readonly pending: readonly string[];
  readonly until: WaitGoal;
  readonly mode: (typeof waitModes)[number];
  readonly wait_seconds: number;
  readonly isSilent: boolean;
}

/** What to do with those that were told, then the wait for those that were not: a task never ends two waits. */
function nextOf({ told, impossible, pending, until, mode, wait_seconds, isSilent }: NextFacts): NextCall[] {
  const of = ({ view }: Waited) => {
    const calls = nextCalls({
      task: nameOf(view.task),
      phase: view.phase,
      outcome: view.outcome,
      stalled: view.stalled,
    });
    const resume = until === 'ready' ? calls.find(({ tool }) => tool === 'coder_resume_task') : undefined;
    return resume ? [resume] : calls.slice(0, 1);
  };
  const stuck = impossible.map(({ view }) => nameOf(view.task));
  const waitable = pending.filter((name) => !stuck.includes(name));
  const wait: NextCall = {
    tool: 'coder_wait_for_task',
    arguments: {
      tasks: waitable,
      ...(until !== 'settled' && { until }),
      ...(mode !== 'any' && { mode }),
      ...(wait_seconds !== DEFAULT_WAIT_SECONDS && { wait_seconds }),
    },
    why: 'goes on',
  };
  const look = (task: string): NextCall => ({
    tool: 'coder_get_task_logs',
    arguments: { task },
    why: 'what it is doing',
  });
  return [
    ...[...impossible, ...told].slice(0, waitable.length > 0 ? 2 : 3).flatMap(of),
    ...(isSilent ? waitable.slice(0, 1).map(look) : []),
    ...(waitable.length > 0 ? [wait] : []),
  ].slice(0, 3);
}
