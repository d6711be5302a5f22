/** What matters of a conversation for telling whose turn it is: how it ends, for how long it has stood, what its screen says. */

import { createHash } from 'node:crypto';
import type { LogEntry } from '../../coder/wire/schemas.js';
import { findOwnWords, hasAnswerBelow, type OwnWords } from '../screen/own-words.js';
import { readRows } from '../screen/roles.js';
import { openSelectionList } from '../screen/selection-list.js';
import { timeOf } from './build-times.js';

/** Server times in ms throughout. */
export interface LogsSeen extends ScreenSeen {
  readonly digest: string;
  /** `none` when the conversation is empty. */
  readonly lastType: 'input' | 'output' | 'none';
  readonly lastId: number | undefined;
  readonly lastInput: { readonly id: number; readonly at: number | undefined } | undefined;
  /**
   * The `time` of the last entry, which moves with each rewrite of the screen (coder-api §3.7); undefined where it is
   * missing, lies in the future, or the clock of the workspace has been seen to be wrong.
   */
  readonly lastAt: number | undefined;
  readonly isClockWrong: boolean;
  /** When this text was first read, and when the last read that showed it began. */
  readonly unchangedFrom: number;
  readonly readAt: number;
  /** Whether another text was read before this one, so that it is known to have moved. */
  readonly hasMoved: boolean;
  /** The last time that the conversation is known to have grown or moved. */
  readonly changedAt: number;
}

/** What the screen of the last entry shows, if that is an output. */
interface ScreenSeen {
  /** One of its last rows says that the agent works ("esc to interrupt"). */
  readonly saysBusy: boolean;
  /** A list to choose from is open. */
  readonly isListOpen: boolean;
  /** A prompt or a block of the agent stands on it: more than a welcome. */
  readonly hasTurns: boolean;
  /** Whether the initial prompt stands on it; undefined where the conversation has entries of type `input`. */
  readonly prompt: OwnWords | undefined;
  /** The initial prompt stands on it, with rows of the agent below. */
  readonly answersPrompt: boolean;
}

export interface LogsRead {
  readonly startedAt: number;
  readonly now: number;
  /** The task's initial prompt, as Coder keeps it. */
  readonly prompt?: string | undefined;
}

// Coder's Date has whole seconds, and an answer takes a moment.
const CLOCK_SLACK_MS = 1_000;
// A rewritten entry whose time is off by more than this was stamped by a wrong clock (screens §2 A).
const WRONG_CLOCK_MS = 5_000;

/** The conversation as just read, set against how it looked before. */
export function seeLogs(before: LogsSeen | undefined, logs: readonly LogEntry[], read: LogsRead): LogsSeen {
  const digest = digestOf(logs);
  if (before?.digest === digest) return { ...before, readAt: Math.max(before.readAt, read.startedAt) };
  const last = logs.at(-1);
  const lastInput = logs.findLast((entry) => entry.type === 'input');
  const stamp = timeOf(last?.time);
  const isClockWrong = before?.isClockWrong === true || (before !== undefined && isOff(stamp, before, read));
  const isUsable = stamp !== undefined && !isClockWrong && stamp <= read.now + CLOCK_SLACK_MS;
  return {
    digest,
    lastType: last === undefined ? 'none' : last.type === 'input' ? 'input' : 'output',
    lastId: last?.id,
    lastInput: lastInput && { id: lastInput.id, at: timeOf(lastInput.time) },
    lastAt: isUsable ? Math.min(stamp, read.now) : undefined,
    isClockWrong,
    unchangedFrom: read.now,
    readAt: read.startedAt,
    hasMoved: before !== undefined,
    // An entry's time is the workspace's, whose clock may run ahead.
    changedAt: before ? read.now : Math.min(read.now, stamp ?? 0),
    ...seeScreen(last?.type === 'input' ? '' : (last?.content ?? ''), lastInput ? undefined : read.prompt),
  };
}

/** It changed after the read before began, so it cannot have been written long before that, or in the future. */
function isOff(stamp: number | undefined, before: LogsSeen, read: LogsRead): boolean {
  if (stamp === undefined) return false;
  return stamp < before.readAt - WRONG_CLOCK_MS || stamp > read.now + WRONG_CLOCK_MS;
}

function seeScreen(content: string, prompt: string | undefined): ScreenSeen {
  const { rows } = readRows(content);
  const found = prompt === undefined ? undefined : findOwnWords(content, prompt);
  return {
    saysBusy: rows.some(({ role }) => role === 'busy'),
    isListOpen: openSelectionList(content) !== undefined,
    hasTurns: rows.some(({ role, startsBlock }) => role === 'prompt' || startsBlock),
    prompt: found,
    answersPrompt: prompt !== undefined && found === 'whole' && hasAnswerBelow(content, prompt),
  };
}

// Only the end of a conversation changes, or all of it when it starts over: then the time of its last input does (coder-api §3.7).
function digestOf(logs: readonly LogEntry[]): string {
  const last = logs.at(-1);
  const lastInput = logs.findLast((entry) => entry.type === 'input');
  const hash = createHash('sha1');
  hash.update(`${logs.length} ${lastInput?.id} ${lastInput?.time} ${last?.id} ${last?.type}\n${last?.content ?? ''}`);
  return hash.digest('base64url');
}
