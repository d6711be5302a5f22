/** What the conversation of an agent says about why it does not go on: its screen, and what stands in it and what does not. */

import { known } from '../../coder/reading.js';
import type { LogEntry } from '../../coder/wire/schemas.js';
import { ageText } from '../../text/age.js';
import { timeOf } from '../knowing/build-times.js';
import { causeWords } from '../knowing/causes.js';
import { findOwnWords } from '../screen/own-words.js';
import { isBusy, readRows } from '../screen/roles.js';
import { openSelectionList } from '../screen/selection-list.js';
import { agentOf, type DiagnosisFacts } from './facts.js';
import type { Judgement } from './start.js';

// An agent at work shows some sign within this time (behaviour §7).
export const SILENT_MS = 15 * 60_000;
// The prompt is typed a few seconds after the workspace is up.
const PROMPT_GRACE_MS = 30_000;
const LAST_ROWS = 6;
// Pages of agents that take a key and no message: first run, trust, login (screens §2 J).
const page =
  /\bpress (?:any key|enter|return)\b|\b(?:enter|return) to (?:confirm|continue)\b|\besc to cancel\b|\b(?:select|choose) (?:a )?login method\b|\bpaste (?:the )?code here\b/i;

/** A screen that takes no message, a first prompt that is not there, or a report that stands too long. */
export function judgeScreen(facts: DiagnosisFacts): Judgement | undefined {
  const entries = known(facts.conversation)?.logs;
  if (!entries) return undefined;
  return judgePage(entries) ?? judgePrompt(facts, entries) ?? judgeReport(facts, entries);
}

function judgePage(entries: readonly LogEntry[]): Judgement | undefined {
  const last = entries.at(-1);
  if (last?.type !== 'output') return undefined;
  if (openSelectionList(last.content) !== undefined) {
    return {
      verdict: 'screen_blocked',
      cause: 'a list to choose from is open on the screen of the agent: a message may take the entry that is marked',
    };
  }
  const rows = readRows(last.content).rows.filter(({ role }) => role !== 'blank' && role !== 'frame');
  const isPage = rows.slice(-LAST_ROWS).some(({ text }) => page.test(text));
  return isPage && !isBusy(last.content)
    ? {
        verdict: 'screen_blocked',
        cause: 'the screen of the agent shows a page that waits for a key and takes no message',
      }
    : undefined;
}

/** Only before anything was said, and never after a resume: a session that goes on has its prompt further up. */
function judgePrompt({ view, workspace, now }: DiagnosisFacts, entries: readonly LogEntry[]): Judgement | undefined {
  const { task, phase } = view;
  const prompt = task.initial_prompt ?? '';
  const build = known(workspace)?.latest_build.build_number ?? task.workspace_build_number ?? 1;
  if (phase === 'working' || build > 1 || prompt.trim() === '' || task.current_state?.message) return undefined;
  const space = known(workspace);
  const readyAt = timeOf(space && agentOf(task, space)?.ready_at);
  if (readyAt !== undefined && now - readyAt < PROMPT_GRACE_MS) return undefined;
  const isUntouched = entries.every(
    ({ type, content }) => type === 'output' && !isBusy(content) && findOwnWords(content, prompt) === 'absent',
  );
  return isUntouched && entries.length > 0
    ? { verdict: 'prompt_missing', cause: causeWords.prompt_missing }
    : undefined;
}

/** A report that says `working` beside a conversation in which nothing has moved for long. */
function judgeReport({ view, now }: DiagnosisFacts, entries: readonly LogEntry[]): Judgement | undefined {
  const report = view.task.current_state;
  const reportedAt = timeOf(report?.timestamp);
  if (report?.state !== 'working' || reportedAt === undefined) return undefined;
  const last = entries.at(-1);
  const movedAt = timeOf(last?.time) ?? view.changedAt;
  const quietMs = now - Math.max(reportedAt, movedAt);
  if (quietMs < SILENT_MS || (last && isBusy(last.content))) return undefined;
  return {
    verdict: 'report_stale',
    cause: `its report has said "working" for ${ageText(now - reportedAt)}, but its conversation has not moved for ${ageText(now - movedAt)}`,
  };
}
