/** What matters of a conversation for telling whose turn it is: how it ends, and for how long it has looked like that. */

import { createHash } from 'node:crypto';
import type { LogEntry } from '../../coder/wire/schemas.js';
import { timeOf } from './build-times.js';

/** Server times in ms throughout. */
export interface LogsSeen {
  readonly digest: string;
  /** `none` when the conversation is empty. */
  readonly lastType: 'input' | 'output' | 'none';
  readonly lastId: number | undefined;
  readonly lastInput: { readonly id: number; readonly at: number | undefined } | undefined;
  /** When this text was first read, and when the last read that showed it began. */
  readonly unchangedFrom: number;
  readonly readAt: number;
  /** Whether another text was read before this one, so that it is known to have moved. */
  readonly hasMoved: boolean;
  /** The last time that the conversation is known to have grown or moved. */
  readonly changedAt: number;
}

/** The conversation as just read, set against how it looked before. */
export function seeLogs(
  before: LogsSeen | undefined,
  logs: readonly LogEntry[],
  read: { readonly startedAt: number; readonly now: number },
): LogsSeen {
  const digest = digestOf(logs);
  const isSame = before?.digest === digest;
  const last = logs.at(-1);
  const lastInput = logs.findLast((entry) => entry.type === 'input');
  return {
    digest,
    lastType: last === undefined ? 'none' : last.type === 'input' ? 'input' : 'output',
    lastId: last?.id,
    lastInput: lastInput && { id: lastInput.id, at: timeOf(lastInput.time) },
    unchangedFrom: isSame ? before.unchangedFrom : read.now,
    readAt: isSame ? Math.max(before.readAt, read.startedAt) : read.startedAt,
    hasMoved: isSame ? before.hasMoved : before !== undefined,
    // An entry's time is the workspace's, whose clock may run ahead.
    changedAt: isSame ? before.changedAt : before ? read.now : Math.min(read.now, timeOf(last?.time) ?? 0),
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
