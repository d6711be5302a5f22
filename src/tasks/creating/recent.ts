/** Young tasks that are perhaps the same brief in other words: a new conversation words it differently (behaviour §3.3). */

import type { Task } from '../../coder/wire/schemas.js';
import { wordsOf } from '../../text/words.js';
import { type Phase, phaseOf } from '../knowing/phase.js';
import { nameOf } from '../summary.js';
import type { CreatedHere } from './created-here.js';

export interface RecentTask {
  readonly task: string;
  readonly phase: Phase;
  readonly createdAt: string;
}

const RECENT_MS = 30 * 60_000;
const MAX_RECENT = 3;
// "Most of its words": a fan-out over one repository shares its frame, not its matter.
const SHARED_PART = 0.6;

/**
 * At most three of `mine` that are like the task that was just created: from its template, younger than 30 min, not
 * created by this process, and with most of the words of its prompt. `now` is the deployment's time in ms.
 */
export function recentBeside(
  task: Task,
  mine: readonly Task[],
  { now, createdHere }: { readonly now: number; readonly createdHere: Pick<CreatedHere, 'has'> },
): RecentTask[] {
  const words = wordsOf(task.initial_prompt);
  return mine
    .filter(
      (other) =>
        other.id !== task.id &&
        other.template_id === task.template_id &&
        !createdHere.has(other.id) &&
        now - Date.parse(other.created_at) < RECENT_MS &&
        phaseOf(other) !== 'deleting' &&
        sharesMost(words, wordsOf(other.initial_prompt)),
    )
    .slice(0, MAX_RECENT)
    .map((other) => ({ task: nameOf(other), phase: phaseOf(other), createdAt: other.created_at }));
}

/** Whether most of the words of both stand in the other one. */
function sharesMost(words: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  if (words.size === 0 || others.size === 0) return false;
  let shared = 0;
  for (const word of words) if (others.has(word)) shared += 1;
  return shared >= SHARED_PART * Math.max(words.size, others.size);
}
