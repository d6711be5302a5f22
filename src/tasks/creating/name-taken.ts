/** What holds a name that Coder says is taken, and whether it is the very task that was to be made (behaviour §3.3). */

import type { CoderClient } from '../../coder/client.js';
import { type Clock, sleep } from '../../coder/clock.js';
import { CoderError } from '../../coder/errors/errors.js';
import type { Task, Workspace } from '../../coder/wire/schemas.js';
import { normalizeInput } from '../../text/slug.js';
import { phaseOf } from '../knowing/phase.js';
import { nameOf } from '../summary.js';
import { anotherName } from './name.js';
import type { Owner } from './owner.js';
import { found } from './template-version.js';

/** `same`: this brief's task; everything else only has its name. */
export type Holder =
  | { readonly kind: 'same' | 'another task'; readonly task: Task }
  | { readonly kind: 'a deletion' | 'a failed deletion' | 'a workspace' | 'unseen' };

export interface TakenName {
  /** A user name, an id or `me`. */
  readonly owner: string;
  readonly name: string;
  readonly input: string;
}

export interface LookContext {
  readonly coder: CoderClient;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

// Of two creates at once, the loser hears of the name before the winner's task can be read.
const LOOKS = 3;
const LOOK_EVERY_MS = 1_000;

/** Reads the task of that name, and its workspace where there is none; up to three times in two seconds. */
export async function holderOf(taken: TakenName, { coder, clock, signal }: LookContext): Promise<Holder> {
  const { owner, name, input } = taken;
  for (let look = 1; ; look++) {
    const task = await found(coder.getTask({ user: owner, task: name }, { signal }));
    if (task) return holderIn(task, input);
    const workspace = await found(coder.getWorkspaceByName(owner, name, { signal }));
    const kind = workspace && kindOf(workspace);
    if (kind) return { kind };
    if (look === LOOKS) return { kind: 'unseen' };
    await sleep(clock, LOOK_EVERY_MS, signal);
  }
}

/** Whether a task is what this brief asks for: the prompts are compared as the derived name takes them. */
export function isSameBrief(task: Task, input: string): boolean {
  return phaseOf(task) !== 'deleting' && normalizeInput(task.initial_prompt) === normalizeInput(input);
}

/** The error for a name that something else has; where that is another task of the owner, the next step is to talk to it. */
export function takenError(owner: Pick<Owner, 'name'>, name: string, holder: Holder, cause?: unknown): CoderError {
  const error = cause instanceof CoderError ? cause : undefined;
  const advice =
    holder.kind === 'another task'
      ? {
          why: 'A task of this name exists, and its prompt is another one.',
          next: `coder_send_task_input(task: ${nameOf(holder.task)}) to give that task this input, or the same call with name: ${anotherName(holder.task.name, [])}`,
        }
      : undefined;
  return new CoderError(
    'name_taken',
    `nothing was created: the name ${name} of ${owner.name} is taken ${holderWords(holder)}`,
    { ...error, ...(advice && { advice }), reached: 'no', cause },
  );
}

/** Completes "the name is taken …". */
export function holderWords(holder: Holder): string {
  switch (holder.kind) {
    case 'same':
      return 'by this very task';
    case 'another task':
      return `by a task with another prompt (${phaseOf(holder.task)})`;
    case 'a deletion':
      return 'until the workspace of a deleted task is gone, which takes seconds to minutes';
    case 'a failed deletion':
      return 'by the workspace of a deleted task whose deletion failed; it must be deleted as a workspace';
    case 'a workspace':
      return 'by a workspace that belongs to no task';
    case 'unseen':
      return 'by something that cannot be seen with this token, or that has just gone';
  }
}

function holderIn(task: Task, input: string): Holder {
  if (phaseOf(task) === 'deleting') return { kind: 'a deletion' };
  return { kind: isSameBrief(task, input) ? 'same' : 'another task', task };
}

/** Nothing for a workspace whose task is still to appear. */
function kindOf({
  latest_build: build,
  task_id,
}: Workspace): 'a deletion' | 'a failed deletion' | 'a workspace' | undefined {
  if (build.transition === 'delete') {
    const isOver = build.status === 'failed' || build.status === 'canceled';
    return isOver ? 'a failed deletion' : 'a deletion';
  }
  return task_id ? undefined : 'a workspace';
}
