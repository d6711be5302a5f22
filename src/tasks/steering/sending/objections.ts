/** What speaks against posting a message now: what stands there has to be read before it is answered (behaviour §3.10). */

import { createHash } from 'node:crypto';
import type { LogEntry } from '../../../coder/wire/schemas.js';
import { ageText } from '../../../text/age.js';
import { afterStart } from '../../conversation/after-start.js';
import { timeOf } from '../../knowing/build-times.js';
import type { TaskView } from '../../knowing/view.js';
import { isShortText } from '../../screen/own-words.js';
import { openSelectionList } from '../../screen/selection-list.js';
import { nameOf } from '../../summary.js';
import { sameWords } from './arrival.js';
import type { ResumedFor } from './outbox.js';

export interface Objection {
  readonly code: 'started_anew' | 'selection_open';
  /** For the answer: the code, and why. */
  readonly cause: string;
  /** Another state of the same kind is another objection. */
  readonly key: string;
}

// A host that restarts this server repeats its call within minutes.
const SAME_WORDS_MS = 10 * 60_000;

/** After a resume of ours: the agent did its prompt anew, and does not report that it is done, so it may ask something. */
export function startedAnew(resumed: ResumedFor, view: TaskView, logs: readonly LogEntry[]): Objection | undefined {
  const { task, outcome } = view;
  const course = afterStart({
    entries: logs,
    saved: resumed.saved,
    prompt: task.initial_prompt,
    report: task.current_state,
    startedAt: resumed.at,
  });
  if (course !== 'anew' || outcome === 'done') return undefined;
  const cause =
    'started_anew: after the resume the agent did its initial prompt again, and your text was not written for what it says now. ' +
    'Nothing was sent: read its last message; the same call again sends';
  return { code: 'started_anew', cause, key: `started_anew ${task.workspace_build_number}` };
}

/** A selection list is open: whatever is typed may take the highlighted entry, or cancel the list. */
export function selectionOpen(
  view: TaskView,
  logs: readonly LogEntry[],
  origin: string | undefined,
): Objection | undefined {
  const last = logs.at(-1);
  const list = last === undefined || last.type === 'input' ? undefined : openSelectionList(last.content);
  if (list === undefined) return undefined;
  const { task } = view;
  const page = origin === undefined ? 'the dashboard' : `${origin}/tasks/${task.owner_name}/${task.id}`;
  const cause =
    'selection_open: a list to choose from is open on the screen of the agent, and a message may take its highlighted entry whatever it says, or cancel it. ' +
    `Nothing was sent: a person can choose at ${page} or with coder ssh ${nameOf(task)}; the same call again sends all the same`;
  return {
    code: 'selection_open',
    cause,
    key: `selection_open ${createHash('sha1').update(list).digest('base64url')}`,
  };
}

/** Since when the same words stand as the newest input, where somebody else, or this server before a restart, sent them. */
export function alreadySaid(input: string, logs: readonly LogEntry[], now: number): string | undefined {
  if (isShortText(input)) return undefined;
  const newest = logs.findLast(({ type }) => type === 'input');
  const saidAt = timeOf(newest?.time);
  if (newest === undefined || saidAt === undefined || now - saidAt > SAME_WORDS_MS) return undefined;
  return sameWords(newest.content, input) ? ageText(Math.max(0, now - saidAt)) : undefined;
}
