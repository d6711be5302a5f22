/** When a task is settled: the quiet rule and every grace time, in one table and one function. */

import type { LogsSeen } from './logs-seen.js';
import type { Since } from './memory.js';
import type { Phase } from './phase.js';
import type { Busy, Sent } from './remembered-task.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

type Rule =
  | { readonly settles: 'never' | 'at once' }
  | { readonly settles: 'after'; readonly ms: number; readonly isStalled: boolean }
  | { readonly settles: 'when quiet'; readonly ms: number };

/** behaviour §2. Times count from the beginning of the phase, by the deployment's clock. */
const rules = {
  gone: { settles: 'at once' },
  deleting: { settles: 'never' },
  // An agent that lost its connection is mostly back within seconds.
  unreachable: { settles: 'after', ms: MINUTE_MS, isStalled: false },
  working: { settles: 'never' },
  // `idle` flashes up between steps: AgentAPI reports it when the screen has stood still for 2 s.
  waiting: { settles: 'when quiet', ms: 3 * SECOND_MS },
  // Both last about 2 s before the screen watcher makes them `idle`: who waits for quiet never sees them.
  done: { settles: 'at once' },
  failed: { settles: 'at once' },
  active: { settles: 'when quiet', ms: 10 * SECOND_MS },
  queued: { settles: 'after', ms: 5 * MINUTE_MS, isStalled: true },
  starting: { settles: 'after', ms: 15 * MINUTE_MS, isStalled: true },
  canceling: { settles: 'never' },
  broken: { settles: 'at once' },
  // The health check fails before the app listens; Coder's own CLI gives it as long (coder-api §8.4).
  unhealthy: { settles: 'after', ms: 5 * MINUTE_MS, isStalled: false },
  pausing: { settles: 'never' },
  paused: { settles: 'at once' },
  unknown: { settles: 'at once' },
} as const satisfies Record<Phase, Rule>;

// The app will hardly come up after its startup script has failed.
const UNHEALTHY_AFTER_BAD_SCRIPT_MS = MINUTE_MS;
// The prompt is typed a few seconds after the workspace is up; until then the agent is idle because it has nothing to do.
const START_GRACE_MS = 30 * SECOND_MS;
// How long a report from before our message is given to be replaced, and for how long the answer must then stand.
const REPORT_AFTER_SEND_MS = 30 * SECOND_MS;
const ANSWER_STANDS_MS = 10 * SECOND_MS;
// AgentAPI calls an agent busy while its screen moves; one that stands still for this long is not.
const BUSY_STANDS_MS = 10 * SECOND_MS;
// One that has moved since, and then stands still, has ended its turn.
const MOVED_STANDS_MS = 3 * SECOND_MS;
// An output's time moves with each rewrite of the screen (coder-api §3.7), but by the clock of the workspace: hence so much.
const LONG_STILL_MS = 60 * SECOND_MS;
// Some inputs have no answer (a command of the agent's own): the report and the standing screen must do.
const UNANSWERED_STANDS_MS = 30 * SECOND_MS;
// The gap between two looks at a screen; a screen that keeps moving is looked at less and less often.
const LOOK_INTERVAL_MS = 3 * SECOND_MS;
const MAX_LOOK_INTERVAL_MS = 5 * SECOND_MS;
const UNREADABLE_RETRY_MS = 15 * SECOND_MS;

/** What is known of the conversation; what was read long ago counts as unread. */
export type LogsKnown =
  | { readonly is: 'unread' }
  | { readonly is: 'unreadable' }
  | { readonly is: 'read'; readonly seen: LogsSeen };

/** All that decides; times in ms by the deployment's clock. */
export interface SettleFacts {
  readonly phase: Phase;
  /** When the read began that showed this phase: a grace time has run out only if a look after its end still shows it. */
  readonly taskReadAt: number;
  readonly since: Since;
  /** The stamp of the report that stands. */
  readonly reportAt: number | undefined;
  /** The startup script failed or timed out. */
  readonly hasBadScript: boolean;
  /** When the workspace was up, its startup scripts done; `unknown` until it has been read. */
  readonly upAt: number | 'unknown' | 'unreadable';
  readonly logs: LogsKnown;
  readonly sent: Sent | undefined;
  readonly busy: Busy | undefined;
  /** Age at which an idle report counts where the logs cannot be read. */
  readonly idleMs: number;
}

/** What has to be read again, and when, for the verdict to change without a change at Coder. */
export interface Again {
  readonly at: number;
  readonly read: 'task' | 'logs' | 'workspace';
}

export interface Verdict {
  readonly phase: Phase;
  /** The phase is not what the task's own report says. */
  readonly inferred: boolean;
  readonly settled: boolean;
  /** In this phase for longer than it normally takes. */
  readonly stalled: boolean;
  /** When the phase began; undefined where nobody knows. */
  readonly since: number | undefined;
  readonly again: Again | undefined;
  readonly notes: readonly string[];
}

/** Whether it is settled whose turn it is, what the phase counts as, and what to read again when. */
export function judge(facts: SettleFacts, now: number): Verdict {
  if (isReported(facts.phase)) {
    const busy = facts.busy && judgeBusy(facts, facts.busy, now);
    if (busy) return busy;
    const sent = facts.sent && judgeAfterSend(facts, facts.sent, now);
    if (sent) return sent;
  }
  const rule = rules[facts.phase];
  switch (rule.settles) {
    case 'never':
      return verdict(facts, {});
    case 'at once':
      return verdict(facts, { settled: true });
    case 'after': {
      const ms = facts.hasBadScript && facts.phase === 'unhealthy' ? UNHEALTHY_AFTER_BAD_SCRIPT_MS : rule.ms;
      return judgeAge(facts, { ms, isStalled: rule.isStalled }, now);
    }
    case 'when quiet':
      return judgeQuiet(facts, rule.ms, now);
  }
}

/** An agent that can be talked to, and is not plainly at work. */
function isReported(phase: Phase): boolean {
  return phase === 'waiting' || phase === 'done' || phase === 'failed' || phase === 'active';
}

/** After a while in a phase; the workspace is read first if the phase may have begun earlier than we saw it. */
function judgeAge(facts: SettleFacts, rule: { ms: number; isStalled: boolean }, now: number): Verdict {
  const { at, isExact, earliest } = facts.since;
  if (!isExact && facts.upAt === 'unknown') {
    if (now < at + rule.ms)
      return verdict(facts, { again: { at: Math.max(now, earliest + rule.ms), read: 'workspace' } });
  }
  const due = at + rule.ms;
  if (facts.taskReadAt < due) return verdict(facts, { again: { at: due, read: 'task' } });
  return verdict(facts, { settled: true, stalled: rule.isStalled });
}

/** When the screen has stood still for a while after the agent's last word. */
function judgeQuiet(facts: SettleFacts, quietMs: number, now: number): Verdict {
  const { phase, logs } = facts;
  if (logs.is === 'unread') return verdict(facts, { again: { at: now, read: 'logs' } });
  if (logs.is === 'unreadable') return judgeUnreadable(facts, now);
  const { seen } = logs;
  const start = awaitPrompt(facts, seen, now);
  if (start) return start;
  if (hasStoodLong(facts, seen)) return verdict(facts, { settled: true });
  // A screen that stood still before the report says nothing about the time after it.
  const reportAt = phase === 'waiting' ? (facts.reportAt ?? 0) : 0;
  const from = Math.max(seen.unchangedFrom, reportAt);
  const due = from + (seen.lastType === 'output' ? quietMs : UNANSWERED_STANDS_MS);
  if (seen.readAt < due)
    return verdict(facts, { again: { at: nextLook(seen, due, reportAt || facts.since.at), read: 'logs' } });
  if (facts.taskReadAt < due) return verdict(facts, { again: { at: due, read: 'task' } });
  return phase === 'active'
    ? verdict(facts, { settled: true, phase: 'waiting', inferred: true, since: seen.unchangedFrom })
    : verdict(facts, { settled: true });
}

/** Whether one look tells enough: the report and the agent's last word are both old, so nothing has moved since. */
function hasStoodLong({ phase, reportAt }: SettleFacts, seen: LogsSeen): boolean {
  if (phase !== 'waiting' || reportAt === undefined || seen.lastType !== 'output' || seen.changedAt === 0) return false;
  return seen.readAt - Math.max(reportAt, seen.changedAt) >= LONG_STILL_MS;
}

/** Where the conversation is closed to us, only the age of the report can tell. */
function judgeUnreadable(facts: SettleFacts, now: number): Verdict {
  if (facts.phase === 'active' || facts.reportAt === undefined) {
    const notes = ['the agent does not report and its conversation cannot be read: whose turn it is cannot be told'];
    return verdict(facts, { again: { at: now + UNREADABLE_RETRY_MS, read: 'logs' }, notes });
  }
  const due = facts.reportAt + facts.idleMs;
  if (facts.taskReadAt < due) return verdict(facts, { again: { at: due, read: 'task' } });
  return verdict(facts, { settled: true });
}

/** Right after a start the agent is idle because its prompt has not been typed yet. */
function awaitPrompt(facts: SettleFacts, seen: LogsSeen, now: number): Verdict | undefined {
  if (seen.lastInput !== undefined) return undefined;
  if (facts.upAt === 'unknown') return verdict(facts, { again: { at: now, read: 'workspace' } });
  const upAt = facts.upAt === 'unreadable' ? facts.since.at : facts.upAt;
  const due = upAt + START_GRACE_MS;
  if (seen.readAt >= due) return undefined;
  return verdict(facts, { again: { at: nextLook(seen, due, upAt), read: 'logs' } });
}

/** The report says idle, a message was refused as busy: the screen decides. */
function judgeBusy(facts: SettleFacts, busy: Busy, now: number): Verdict | undefined {
  const working = (again: Again) =>
    verdict(facts, {
      phase: 'working',
      inferred: true,
      since: busy.at,
      again,
      notes: ['Coder says idle, but the agent refused a message as busy: it is at work'],
    });
  const { logs } = facts;
  if (logs.is === 'unread') return working({ at: now, read: 'logs' });
  if (logs.is === 'unreadable') {
    const due = busy.at + facts.idleMs;
    return now < due ? working({ at: due, read: 'task' }) : undefined;
  }
  const standsMs = busy.hasMoved ? MOVED_STANDS_MS : BUSY_STANDS_MS;
  const due = Math.max(busy.at, logs.seen.unchangedFrom) + standsMs;
  return logs.seen.readAt < due ? working({ at: nextLook(logs.seen, due, busy.at), read: 'logs' }) : undefined;
}

/** A report from before our message says nothing about the turn that the message began. */
function judgeAfterSend(facts: SettleFacts, sent: Sent, now: number): Verdict | undefined {
  const { logs, reportAt, phase } = facts;
  const patienceEnds = sent.at + REPORT_AFTER_SEND_MS;
  const working = (again: Again) =>
    verdict(facts, {
      phase: 'working',
      inferred: true,
      since: sent.at,
      again,
      notes: ['the last report is older than the message sent to the agent'],
    });
  if (phase === 'active') {
    // Without reports there is none to wait for: quiet decides, once our message stands in the logs.
    const isAwaited = logs.is === 'read' && now < patienceEnds && !hasArrived(logs.seen, sent);
    return isAwaited ? working({ at: nextLook(logs.seen, patienceEnds, sent.at), read: 'logs' }) : undefined;
  }
  if (reportAt === undefined || reportAt >= sent.at) return undefined;
  if (now < patienceEnds) {
    // One look early enough that an answer which stands at the end is known to have stood.
    const firstLook = patienceEnds - ANSWER_STANDS_MS;
    return working({ at: now < firstLook ? firstLook : patienceEnds, read: 'logs' });
  }
  if (logs.is === 'unread') return working({ at: now, read: 'logs' });
  // Its message never reached the conversation: the old report stands.
  if (logs.is === 'unreadable' || !hasArrived(logs.seen, sent)) return undefined;
  const due = logs.seen.unchangedFrom + (logs.seen.lastType === 'output' ? ANSWER_STANDS_MS : UNANSWERED_STANDS_MS);
  if (logs.seen.readAt < due) return working({ at: nextLook(logs.seen, due, sent.at), read: 'logs' });
  if (facts.taskReadAt < due) return working({ at: due, read: 'task' });
  return verdict(facts, { phase: 'waiting', inferred: true, settled: true, since: logs.seen.unchangedFrom });
}

function hasArrived({ lastInput }: LogsSeen, sent: Sent): boolean {
  if (lastInput === undefined) return false;
  // A conversation that started over counts its entries from 0 again; then the input's own time tells.
  return lastInput.id > (sent.lastIdBefore ?? -1) || (lastInput.at !== undefined && lastInput.at >= sent.at);
}

/**
 * When to look at the screen again: as the rule wants it, but in between too, since a screen can come back to a text.
 * `since` is when it should have come to rest.
 */
function nextLook(seen: LogsSeen, due: number, since: number): number {
  const movesFor = seen.hasMoved ? seen.unchangedFrom - since : 0;
  const interval = Math.min(Math.max(LOOK_INTERVAL_MS, movesFor / 4), MAX_LOOK_INTERVAL_MS);
  return due > seen.readAt + 1.5 * interval ? seen.readAt + interval : Math.max(due, seen.unchangedFrom + interval);
}

function verdict(facts: SettleFacts, differs: Partial<Verdict>): Verdict {
  return {
    phase: facts.phase,
    inferred: false,
    settled: false,
    stalled: false,
    since: facts.since.isKnown ? facts.since.at : undefined,
    again: undefined,
    notes: [],
    ...differs,
  };
}
