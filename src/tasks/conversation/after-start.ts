/** What an agent did after its workspace started: its prompt anew, or on with its old session (screens §2 D). */

import type { LogEntry, Task } from '../../coder/wire/schemas.js';
import { findOwnWords, squash } from '../screen/own-words.js';
import { lastPromptOf, tellingRowsOf } from '../screen/turns.js';

/**
 * `anew`: it does its prompt, or has done it. `goes on`: the old session stands on its screen. `cut off`: so does its
 * first turn, in which it was stopped. `not told`: there is nothing of either.
 */
export type AfterStart = 'anew' | 'goes on' | 'cut off' | 'not told';

export interface StartEvidence {
  /** The conversation since the start, read when it was settled whose turn it is. */
  readonly entries: readonly LogEntry[];
  /** The conversation as it was saved at the pause; empty where it is not known. */
  readonly saved: readonly LogEntry[];
  /** The prompt that the start was made with, and the one before it where that was replaced. */
  readonly prompt: string;
  readonly report: Task['current_state'];
  /** When the start was asked for, in ms by the deployment's clock. */
  readonly startedAt: number;
}

/** What the evidence shows. */
export function afterStart(evidence: StartEvidence): AfterStart {
  const { entries, saved, prompt } = evidence;
  if (hasTypedPrompt(evidence) || hasOwnReport(evidence)) return 'anew';
  const screens = entries.filter(({ type }) => type !== 'input').map(({ content }) => content);
  const before = saved.findLast(({ type, content }) => type !== 'input' && content.trim() !== '')?.content ?? '';
  const now = new Set(screens.flatMap(tellingRowsOf));
  if (tellingRowsOf(before).some((row) => now.has(row))) return 'goes on';
  const said = screens.findLast((screen) => lastPromptOf(screen) !== undefined);
  const lastSaid = said === undefined ? undefined : lastPromptOf(said);
  if (lastSaid === undefined) return 'not told';
  // A prompt that the screen shows cut is not taken for another one.
  return squash(prompt).startsWith(squash(lastSaid).slice(0, 200)) ? 'cut off' : 'goes on';
}

/** An input in the prompt's words that was typed since the start. */
function hasTypedPrompt({ entries, prompt, startedAt }: StartEvidence): boolean {
  return entries.some(
    ({ type, content, time }) =>
      type === 'input' && squash(content) === squash(prompt) && !(Date.parse(time) < startedAt),
  );
}

/** A report with a message of the agent's own: after a start the screen watcher's reports have none. */
function hasOwnReport({ report, startedAt }: Pick<StartEvidence, 'report' | 'startedAt'>): boolean {
  return (
    report !== null && report !== undefined && report.message.trim() !== '' && Date.parse(report.timestamp) >= startedAt
  );
}

/**
 * Whether the agent was told its new prompt: by the whole prompt in the conversation, else by what it did after the
 * start. Undefined where that cannot be told. `previous` is the prompt before: where it holds the new one, the screen of
 * an old session proves nothing.
 */
export function wasTold(evidence: StartEvidence, previous: string | undefined): boolean | undefined {
  const { entries, prompt } = evidence;
  const course = afterStart(evidence);
  if (course === 'anew') return true;
  const isPartOfPrevious = previous !== undefined && squash(previous).includes(squash(prompt));
  const found = entries.map(({ content }) => findOwnWords(content, prompt));
  if (!isPartOfPrevious && found.includes('whole')) return true;
  if (course === 'not told') return undefined;
  return !isPartOfPrevious && found.includes('beginning') ? undefined : false;
}
