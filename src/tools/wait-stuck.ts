/** Which of the tasks that a wait left pending cannot go on by themselves, and why. */

import { isCoderError } from '../coder/errors/errors.js';
import { diagnose } from '../tasks/diagnosing/diagnosis.js';
import { timeOf } from '../tasks/knowing/build-times.js';
import { causeWords } from '../tasks/knowing/causes.js';
import type { TaskView } from '../tasks/knowing/view.js';
import { nameOf } from '../tasks/summary.js';
import type { Waited } from '../tasks/watching/wait.js';
import type { ToolContext } from './define.js';

export interface StuckTask {
  readonly task: string;
  /** In our own words. */
  readonly cause: string;
}

// A time-out is answered soon: few tasks are looked at, and none for long.
const MAX_LOOKS = 2;
const LOOK_TIMEOUT_MS = 3_000;
// A younger report is a sign of life itself.
const OLD_REPORT_MS = 60_000;
// What the platform does takes about as long; then it is worth asking why it does not go on.
const USUAL_START_MS = 30_000;

// Verdicts on a start or an agent that goes on by itself.
const goesOn: ReadonlySet<string> = new Set([
  'busy',
  'queue_busy',
  'healthy',
  'waiting',
  'paused',
  'script_slow',
  'unclear',
]);

/** Those that are known to be stuck, and of the others the two that look most like it. */
export async function stuckAmong(pending: readonly Waited[], context: ToolContext): Promise<StuckTask[]> {
  const now = context.coder.now();
  const looks = pending.filter(({ view }) => view.cause === undefined && isWorthALook(view, now)).slice(0, MAX_LOOKS);
  const asked = await Promise.all(looks.map(({ view }) => causeOf(view, context)));
  const known = pending.map(({ view }) => ({ view, cause: view.cause && causeWords[view.cause] }));
  return [...known, ...looks.map(({ view }, index) => ({ view, cause: asked[index] }))].flatMap(({ view, cause }) =>
    cause === undefined ? [] : [{ task: nameOf(view.task), cause }],
  );
}

function isWorthALook({ phase, since, task }: TaskView, now: number): boolean {
  if (phase === 'unhealthy' || phase === 'unreachable') return true;
  if (phase === 'queued' || phase === 'starting') return since === undefined || now - since >= USUAL_START_MS;
  return phase === 'working' && now - (timeOf(task.current_state?.timestamp) ?? now) >= OLD_REPORT_MS;
}

async function causeOf(view: TaskView, { coder, signal }: ToolContext): Promise<string | undefined> {
  try {
    if (view.phase === 'working') {
      await coder.getTaskLogs({ user: 'me', task: view.task.id }, { signal, timeoutMs: LOOK_TIMEOUT_MS });
      return undefined;
    }
    const { verdict, cause } = await diagnose(coder, view, signal);
    return goesOn.has(verdict) ? undefined : cause;
  } catch (error) {
    signal.throwIfAborted();
    // Only Coder's own word counts: an answer that we did not wait for says nothing.
    return isCoderError(error, 'app_not_answering') ? causeWords.app_down : undefined;
  }
}
