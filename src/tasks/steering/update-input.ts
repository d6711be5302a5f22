/** Replacing the initial prompt of a task, and starting it anew with that: every call looks where it stands and goes on. */

import { CoderError, isCoderError } from '../../coder/errors/errors.js';
import type { Task } from '../../coder/wire/schemas.js';
import { type Phase, phaseOf } from '../knowing/phase.js';
import type { NextCall } from '../next.js';
import { nameOf } from '../summary.js';
import { pauseTask } from './pause.js';
import { isTold, savedConversation } from './prompt-changes.js';
import { resumeTask } from './resume.js';
import { reread, type SteeringContext, watchAfterwards } from './steering.js';
import { type Switched, switched } from './switching.js';

/** What was done by the end of the call: on the way to the pause, prompt replaced, starting with it, started with it. */
export const updateStages = ['pausing', 'updated', 'resuming', 'resumed'] as const;
type UpdateStage = (typeof updateStages)[number];

/** `changed` means the prompt. */
export interface Update extends Switched {
  readonly stage: UpdateStage;
  /** Whether the agent has got the prompt, as its conversation shows; undefined where that cannot be told, or not yet. */
  readonly told?: boolean;
}

export interface PromptUpdate {
  /** As `readInput` gives it. */
  readonly input: string;
  /** Pause if need be, and resume afterwards. */
  readonly restart: boolean;
  readonly deadline: number | undefined;
}

export type UpdateStep = 'pause' | 'replace' | 'resume' | 'nothing' | 'refuse';

// Each step is done once or twice; more often only where somebody else undoes it.
const MAX_STEPS = 8;
const REPLACING = 'the task is paused, but its prompt could not be replaced';
const RESUMING = 'the prompt is replaced, but the workspace could not be started with it';

/** What is to be done next with a task as it stands. */
export function nextStep(task: Task, { input, restart }: Pick<PromptUpdate, 'input' | 'restart'>): UpdateStep {
  const phase = phaseOf(task);
  if (phase === 'deleting') return 'refuse';
  if (task.initial_prompt.trim() !== input) {
    if (phase === 'paused') return 'replace';
    return restart || phase === 'pausing' ? 'pause' : 'refuse';
  }
  if (!restart) return 'nothing';
  switch (phase) {
    case 'pausing':
      return 'pause';
    case 'paused':
    case 'broken':
    case 'canceling':
      return 'resume';
    default:
      // A prompt can be replaced only between a stop and the next start (coder-api §3.5): the build that runs has taken it.
      return 'nothing';
  }
}

/**
 * Replaces the prompt of a task that was just read. Errors: `task_must_be_paused` without `restart`; what pausing and
 * resuming throw. A step that outlasts the deadline is no error: `stage` says how far it has come.
 */
export async function updateInput(task: Task, update: PromptUpdate, context: SteeringContext): Promise<Update> {
  const { coder, tasks } = context;
  let changed = false;
  let current = task;
  let last: Switched | undefined;
  tasks.promptChanges.given(task.id, update.input, task.initial_prompt);
  for (let steps = 0; steps < MAX_STEPS; steps++) {
    switch (nextStep(current, update)) {
      case 'nothing':
        return withTold(await asItStands(current, changed, last, update, context), update, context);
      case 'refuse':
        throw mustBePaused(current);
      case 'replace':
        changed = (await doing(last && REPLACING, () => replace(current, update.input, context))) || changed;
        current = await reread(current, context);
        break;
      case 'pause':
        last = await pauseTask(current, update.deadline, context);
        current = last.view.task;
        if (last.view.phase !== 'paused') return unpaused(last, update);
        break;
      case 'resume': {
        const saved = await savedConversation(current, context);
        tasks.promptChanges.started(task.id, coder.now(), saved);
        last = await doing(changed && RESUMING, () => resumeTask(current, update.deadline, context));
        return withTold({ ...last, changed, stage: stageOf(last.view.phase) }, update, context);
      }
    }
  }
  throw new CoderError('conflict', `somebody else keeps changing the state of ${nameOf(task)}`, { reached: 'no' });
}

/** Does the next step; if it fails, the error tells how far the call has come. */
async function doing<T>(words: string | false | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    if (!words || !(error instanceof CoderError)) throw error;
    throw new CoderError(error.code, words, { ...error, cause: error });
  }
}

/** True when the prompt was replaced; false when the task has left its pause meanwhile. */
async function replace(task: Task, input: string, { coder, signal, progress }: SteeringContext): Promise<boolean> {
  try {
    await coder.updateTaskInput({ user: 'me', task: task.id }, input, { signal });
  } catch (error) {
    if (isCoderError(error, 'task_must_be_paused')) return false;
    throw error;
  }
  progress(`the prompt of ${nameOf(task)} is replaced`);
  return true;
}

function stageOf(phase: Phase): UpdateStage {
  switch (phase) {
    case 'paused':
    case 'pausing':
      return 'updated';
    case 'queued':
    case 'starting':
    case 'canceling':
    case 'broken':
      return 'resuming';
    default:
      return 'resumed';
  }
}

/** The prompt stands: it was replaced just now, or before this call. With time, the agent's first turn is waited for. */
async function asItStands(
  task: Task,
  changed: boolean,
  last: Switched | undefined,
  { restart, deadline }: PromptUpdate,
  context: SteeringContext,
): Promise<Update> {
  const stage = stageOf(phaseOf(task));
  const isAwaited = restart && deadline !== undefined && (stage === 'resuming' || stage === 'resumed');
  const watched = isAwaited
    ? await watchAfterwards(task, ({ settled }) => settled, deadline, context)
    : { view: context.tasks.view(task), reached: true };
  const note = changed
    ? 'the next start of its workspace takes the new prompt'
    : stage === 'updated'
      ? 'this prompt stood already; the next start of its workspace takes it'
      : 'this prompt stood already, and its workspace was started since: nothing was done';
  const notes = [...(last?.notes ?? []), note];
  return { ...switched(changed, watched, isAwaited ? deadline : undefined, notes), stage: stageOf(watched.view.phase) };
}

const toldPhases: ReadonlySet<Phase> = new Set(['working', 'waiting', 'done', 'failed', 'active']);
const NOT_TOLD =
  'the prompt stands in Coder, but the agent was not told it: the template resumes its old session. coder_send_task_input tells it';
const UNCLEAR = 'whether the agent was told the prompt cannot be seen in its conversation';

/** Says whether the agent has got the prompt: that Coder has it is not enough. */
async function withTold(outcome: Update, { input }: PromptUpdate, context: SteeringContext): Promise<Update> {
  const { stage, view, notes } = outcome;
  if (stage !== 'resumed' || !toldPhases.has(view.phase)) return outcome;
  const told = await isTold(view.task, input, context);
  if (told === true) return { ...outcome, told };
  // Before it is settled whose turn it is, the prompt may still be on its way to the screen.
  if (!view.settled) return outcome;
  return { ...outcome, ...(told === false && { told }), notes: [...notes, told === false ? NOT_TOLD : UNCLEAR] };
}

/** The pause has not come to its end. */
function unpaused(paused: Switched, { restart }: PromptUpdate): Update {
  const { view } = paused;
  if (!restart) throw mustBePaused(view.task);
  const note =
    view.phase === 'pausing'
      ? 'the prompt is not replaced yet: make the same call again when the task is paused'
      : 'the task did not come to its pause, and the prompt is not replaced';
  return { ...paused, changed: false, stage: 'pausing', notes: [...paused.notes, note] };
}

function mustBePaused(task: Task): CoderError {
  const words = `nothing was done: ${nameOf(task)} is ${phaseOf(task)}`;
  return new CoderError(phaseOf(task) === 'deleting' ? 'task_gone' : 'task_must_be_paused', words, { reached: 'no' });
}

/** What makes sense next, where that is not what the phase alone says. */
export function nextAfterUpdate({
  stage,
  view,
  told,
}: Pick<Update, 'stage' | 'view' | 'told'>): readonly NextCall[] | undefined {
  const task = nameOf(view.task);
  if (view.phase === 'pausing' && stage === 'pausing') {
    const args = { tasks: [task], until: 'paused' };
    return [{ tool: 'coder_wait_for_task', arguments: args, why: 'then the same update again' }];
  }
  if (told === false)
    return [
      { tool: 'coder_send_task_input', arguments: { task }, why: 'with input: the prompt, which it was not told' },
    ];
  if (view.phase !== 'paused') return undefined;
  return [{ tool: 'coder_resume_task', arguments: { tasks: [task] }, why: 'starts its workspace with this prompt' }];
}
