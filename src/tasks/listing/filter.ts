/** Which tasks of a list are wanted: what Coder's own filter cannot tell. */

import { listNames, nearest } from '../../text/names.js';
import { hasWords } from '../../text/words.js';
import type { Phase } from '../knowing/phase.js';
import type { TaskView } from '../knowing/view.js';
import { nameOf } from '../summary.js';

export interface ListFilter {
  /** `done` and `failed` also hold for a waiting task that reported so. */
  readonly phase?: readonly Phase[] | undefined;
  readonly turn?: string | undefined;
  /** Name or id, in any case. */
  readonly template?: string | undefined;
  /** All words, in name, title or prompt. */
  readonly search?: string | undefined;
}

/** Whether a task is wanted. */
export function matches(view: TaskView, { phase, turn, template, search }: ListFilter): boolean {
  const { task, outcome } = view;
  if (phase && !phase.includes(view.phase) && !(outcome && phase.includes(outcome))) return false;
  if (turn && view.turn !== turn) return false;
  if (template && !isFrom(template, view)) return false;
  return !search || hasWords(`${nameOf(task)}\n${task.display_name}\n${task.initial_prompt}`, search);
}

/** Names that exist, where no task is from the template that is asked for. */
export function templateNotes(template: string | undefined, views: readonly TaskView[]): readonly string[] {
  if (template === undefined || views.some((view) => isFrom(template, view))) return [];
  const names = views.map(({ task }) => task.template_name).filter((name) => name !== '');
  if (names.length === 0) return [];
  return [`no task here is from that template; nearest: ${listNames(nearest(template, names), 3)}`];
}

function isFrom(template: string, { task }: TaskView): boolean {
  return task.template_name.toLowerCase() === template.toLowerCase() || task.template_id === template;
}
