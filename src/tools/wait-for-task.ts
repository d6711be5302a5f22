/** coder_wait_for_task: hold the call until tasks need somebody, instead of asking again and again. */

import { z } from 'zod';
import { sleep } from '../coder/clock.js';
import { TimeUpError, withDeadline } from '../coder/deadline.js';
import { CoderError, InputError, isCoderError, isTransient, withoutRequest } from '../coder/errors/errors.js';
import type { FoundTasks } from '../tasks/find-several.js';
import { phases } from '../tasks/knowing/phase.js';
import { nameOf, reportOf, taskState } from '../tasks/summary.js';
import { isWaitHandle } from '../tasks/watching/handles.js';
import { type Waited, type WaitResult, waitForTasks, waitGoals, waitModes } from '../tasks/watching/wait.js';
import { ageText } from '../text/age.js';
import { listNames } from '../text/names.js';
import { visibleLine } from '../text/untrusted.js';
import { defineTool, type ToolContext } from './define.js';
import { next, notes, now, summarizedTask } from './outputs.js';
import { MAX_TASKS, waitedTaskParam, waitSecondsParam } from './params.js';
import { numberedQuotes } from './quotes.js';
import { stuckAmong } from './wait-stuck.js';
import { DEFAULT_WAIT_SECONDS, MAX_SUMMARIES, nextOf, notesOf, pendingLine, type WaitArguments } from './wait-words.js';
import { factLines, headline } from './wording.js';

// The counts tell how many there are; the handle stands for them all.
const MAX_PENDING_NAMES = 20;
// A call that is not to wait reads its tasks all the same.
const MIN_READ_MS = 15_000;
const FIRST_RETRY_MS = 1_000;
const MAX_RETRY_MS = 5_000;

export const waitForTask = defineTool({
  name: 'coder_wait_for_task',
  title: 'Wait for tasks',
  description:
    'Wait until a task needs you: a question, a result, a failed start, a pause. Use it after create, send and ' +
    "resume, to be told when an agent is finished; do not poll coder_get_task. waiting means that the agent's " +
    'turn is over: the answer brings its last message and says whether it reported a result. timed_out is normal: ' +
    'make the call in next. Several tasks: returns all that need you, the rest stays in pending.',
  effect: 'read',
  input: z.strictObject({
    tasks: z
      .array(waitedTaskParam)
      .min(1)
      .max(MAX_TASKS)
      .describe('name, owner/name or id; or the handle of an earlier wait (@w3)'),
    until: z
      .enum(waitGoals)
      .default('settled')
      .describe('ready: the agent can be reached; deleted: the workspace is gone'),
    mode: z.enum(waitModes).default('any').describe('of several tasks'),
    wait_seconds: waitSecondsParam(DEFAULT_WAIT_SECONDS, 'longer ones end at the cap of the host'),
  }),
  output: z.object({
    now,
    tasks: z.array(summarizedTask),
    pending: z.array(z.string()),
    handle: z.string().optional(),
    counts: z.partialRecord(z.enum(phases), z.int()).optional(),
    not_found: z.array(z.string()).optional(),
    stuck: z.array(z.object({ task: z.string(), cause: z.string() })).optional(),
    reported: z.string().optional(),
    timed_out: z.boolean(),
    waited_seconds: z.int(),
    until: z.enum(waitGoals),
    notes,
    next,
    untrusted: z.object({ report: z.string() }).optional(),
  }),
  async run({ tasks: given, ...options }, context) {
    const { clock, host } = context;
    const references = given.flatMap((reference) => expandHandle(reference, context));
    const startedAt = clock.now();
    const deadline = startedAt + Math.min(options.wait_seconds, host.maxWaitSeconds) * 1_000;
    const waitedSeconds = () => Math.round((clock.now() - startedAt) / 1_000);
    const found = await findPatiently(references, deadline, context);
    if (found instanceof CoderError) return unread(given, options, found, waitedSeconds());
    const result = await waitFor(found, options, deadline, context);
    return { ...(await answerOf(found, result, options, context)), waited_seconds: waitedSeconds() };
  },
  text: (output, words) => [
    ...output.tasks.flatMap((task, index) => {
      const line = headline(task, words);
      return [output.tasks.length > 1 ? `${index + 1} ${line}` : line, ...factLines(task)];
    }),
    output.pending.length > 0 && pendingLine(output),
    ...(output.stuck ?? []).map(({ task, cause }) => `cause: ${output.pending.length > 1 ? `${task}, ` : ''}${cause}`),
    output.reported && output.pending.length > 1 && `newest report: ${output.reported}`,
    output.not_found && `not found: ${listNames(output.not_found, MAX_TASKS)}`,
  ],
  quote: ({ tasks, untrusted }) => [
    ...numberedQuotes(tasks),
    ...(untrusted ? [{ label: 'newest report', text: untrusted.report }] : []),
  ],
});

/** The tasks that a handle stands for, by id; any other reference as it is. */
function expandHandle(reference: string, { tasks }: ToolContext): readonly string[] {
  if (!isWaitHandle(reference)) return [reference];
  const ids = tasks.handles.ids(reference);
  if (ids) return ids;
  throw new InputError({
    argument: 'tasks',
    received: reference,
    expectation: 'names of tasks, or a handle that this server has given since it was started',
    next: 'coder_list_tasks shows the tasks; wait for their names',
  });
}

/**
 * Reads the tasks; where Coder has just stopped answering, again and again until the time is up. The error that was left
 * then; a call that has no time to wait rejects with the first one.
 */
async function findPatiently(
  references: readonly string[],
  deadline: number,
  { tasks, clock, signal, progress }: ToolContext,
): Promise<FoundTasks | CoderError> {
  const hasTime = deadline > clock.now();
  let last: CoderError | undefined;
  for (let delay = FIRST_RETRY_MS; ; delay = Math.min(2 * delay, MAX_RETRY_MS)) {
    try {
      const left = Math.max(delay === FIRST_RETRY_MS ? MIN_READ_MS : 0, deadline - clock.now());
      return await withDeadline(clock, left, signal, (limited) => tasks.findSeveral(references, limited));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof TimeUpError) {
        const silence = last ?? new CoderError('timeout', 'Coder did not answer in the time of this wait');
        if (!hasTime) throw silence;
        return silence;
      }
      // An address that never answered is more likely a wrong setting than a restart (behaviour §6).
      if (!(error instanceof CoderError) || !isTransient(error) || isCoderError(error, 'network', 'proxy')) throw error;
      if (!hasTime) throw error;
      last = error;
      if (clock.now() >= deadline) return error;
      progress('Coder does not answer; trying again');
      const left = deadline - clock.now();
      await sleep(clock, Math.min(delay, left), signal);
    }
  }
}

/** The answer of a wait whose tasks could not be read all the time. */
function unread(given: readonly string[], options: WaitArguments, error: CoderError, waited_seconds: number) {
  const call = { tasks: [...given], options };
  return {
    tasks: [],
    pending: given.slice(0, MAX_PENDING_NAMES),
    timed_out: true,
    waited_seconds,
    until: options.until,
    notes: [`their state could not be read: ${causeWords(error)}`],
    next: nextOf({ told: [], impossible: [], stuck: [], silent: undefined, wait: call }),
  };
}

/** Our words for a failure; Coder's own words and paths do not belong into a line of ours. */
function causeWords({ status, code, message }: CoderError): string {
  return status === undefined ? visibleLine(withoutRequest(message)) : code.replaceAll('_', ' ');
}

function waitFor(
  { found }: FoundTasks,
  { until, mode }: WaitArguments,
  deadline: number,
  { tasks, clock, signal, progress }: ToolContext,
): Promise<WaitResult> {
  progress(`waiting for ${found.length === 1 && found[0] ? nameOf(found[0].task) : `${found.length} tasks`}`);
  return waitForTasks(tasks.watcher, found, {
    until,
    mode,
    signal,
    // Where there is nothing to wait for, only the names that were not found are the answer.
    deadline: found.length === 0 ? clock.now() : deadline,
    onChange: ({ view }) => progress(`${nameOf(view.task)}: ${view.phase}`),
  });
}

async function answerOf(
  { found, missing }: FoundTasks,
  result: WaitResult,
  options: WaitArguments,
  context: ToolContext,
) {
  const { tasks, coder } = context;
  const { until, mode } = options;
  const { met, changed, impossible } = result;
  const told = mode === 'any' ? met : changed.concat(met.filter(isNotIn(changed)));
  const pending = result.pending.map(({ view }) => nameOf(view.task));
  const timed_out = result.timedOut && found.length > 0;
  const stuck = timed_out ? await stuckAmong(result.pending, context) : [];
  const silence = result.unchangedSince === undefined ? undefined : ageText(coder.now() - result.unchangedSince);
  const waitable = result.pending.filter(isNotIn(impossible)).map(({ view }) => view.task);
  const handle = waitable.length > 1 ? tasks.handles.of(waitable.map(({ id }) => id)) : undefined;
  const report = timed_out && result.reported ? reportOf(result.reported.view.task) : undefined;
  const next =
    found.length === 0
      ? [{ tool: 'coder_list_tasks' as const, arguments: {}, why: 'the tasks that exist' }]
      : nextOf({
          told,
          impossible,
          stuck,
          silent: silence === undefined ? undefined : pending[0],
          wait: { tasks: handle === undefined ? waitable.map(nameOf) : [handle], options },
        });
  return {
    tasks: await summariesOf(told, mode === 'all' ? changed : told, options, context),
    pending: pending.slice(0, MAX_PENDING_NAMES),
    ...(handle !== undefined && { handle }),
    ...(pending.length > 0 && { counts: result.counts }),
    ...(missing.length > 0 && { not_found: missing.map(({ ref }) => ref) }),
    ...(stuck.length > 0 && { stuck }),
    ...(report !== undefined && result.reported && { reported: nameOf(result.reported.view.task) }),
    timed_out,
    until,
    ...notesOf({ told, pending: result.pending, impossible, missing, silence }),
    next,
    ...(report !== undefined && { untrusted: { report } }),
  };
}

function isNotIn(others: readonly Waited[]): (one: Waited) => boolean {
  return (one) => !others.some(({ ref }) => ref === one.ref);
}

/** Summaries for the first few of those that have something to say, one line for the rest. */
async function summariesOf(
  told: readonly Waited[],
  worthIt: readonly Waited[],
  { until }: WaitArguments,
  { tasks, signal }: ToolContext,
) {
  // Whoever waits for a pause or a deletion wants no message.
  const full = new Set(until === 'settled' ? worthIt.slice(0, MAX_SUMMARIES) : []);
  return Promise.all(
    told.map(async (one) => {
      if (!full.has(one)) return taskState(one.view);
      const { notes: _notes, next: _next, ...summary } = await tasks.brief(one.view, signal);
      return summary;
    }),
  );
}
