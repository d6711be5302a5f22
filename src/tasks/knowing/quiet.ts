/** The quiet rule: whether the turn of an agent is over, by its reports, its conversation and its screen (screens §2 A to C). */

import { judgement, type NextRead, type SettleFacts, type SettleJudgement } from './judgement.js';
import type { LogsSeen } from './logs-seen.js';
import type { Phase } from './phase.js';
import type { BusyRefusal, SentMessage } from './remembered-task.js';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

// The prompt is typed a few seconds after the workspace is up; until then the agent is idle because it has nothing to do.
const START_GRACE_MS = 30 * SECOND_MS;
// After a restart an agent that begins its prompt anew has moved its screen by then.
const OLD_SESSION_STANDS_MS = 8 * SECOND_MS;
// How long a report from before our message is given to be replaced, and for how long the answer must then stand.
const REPORT_AFTER_SEND_MS = 30 * SECOND_MS;
const ANSWER_STANDS_MS = 10 * SECOND_MS;
// AgentAPI calls an agent busy while its screen moves; one that stands still for this long is not.
const BUSY_STANDS_MS = 10 * SECOND_MS;
// One that has moved since, and then stands still, has ended its turn.
const MOVED_STANDS_MS = 3 * SECOND_MS;
// Some inputs have no answer (a command of the agent's own): the report and the standing screen must do.
const UNANSWERED_STANDS_MS = 30 * SECOND_MS;
// The gap between two looks at a screen; a screen that keeps moving is looked at less and less often.
const LOOK_INTERVAL_MS = 3 * SECOND_MS;
const MAX_LOOK_INTERVAL_MS = 5 * SECOND_MS;
// A screen that says that the agent works mostly changes together with its report, and that is told.
const BUSY_LOOK_INTERVAL_MS = 15 * SECOND_MS;
const UNREADABLE_RETRY_MS = 15 * SECOND_MS;
// An agent at work shows some sign within this time (behaviour §7): a busy row or a report that stands longer is stale.
const STALE_MS = 15 * MINUTE_MS;
// Beside a stale report the screen must have stood for this long: agents with long tool calls stand still for seconds.
const STALE_SCREEN_MS = MINUTE_MS;
const STALE_LOOK_INTERVAL_MS = 5 * MINUTE_MS;

const endedTurns: ReadonlySet<Phase> = new Set(['waiting', 'done', 'failed', 'active']);

/** An agent that can be talked to, and does not report that it works. */
export function hasEndedTurn(phase: Phase): boolean {
  return endedTurns.has(phase);
}

/** The judgement on an agent that can be talked to; undefined while it is plainly at work. */
export function judgeConversation(facts: SettleFacts, quietMs: number, now: number): SettleJudgement | undefined {
  if (facts.phase === 'working') return judgeStaleReport(facts, now);
  return (
    (facts.busy && judgeBusy(facts, facts.busy, now)) ??
    (facts.sent && judgeAfterSend(facts, facts.sent, now)) ??
    (facts.isPosting ? judgement(facts, 'message being typed', {}) : judgeQuiet(facts, quietMs, now))
  );
}

/** When the screen has stood still for a while after the agent's last word. */
function judgeQuiet(facts: SettleFacts, quietMs: number, now: number): SettleJudgement {
  const { phase, logs } = facts;
  if (facts.hasNewerReport) return judgement(facts, 'newer report to read', { nextRead: { at: now, read: 'task' } });
  if (facts.wasSettled) return judgement(facts, 'settled before', {});
  // `idle` follows 2 s after the screen has come to rest.
  if (phase === 'waiting' && facts.hasOutcome) return judgement(facts, 'turn proven over by its reports', {});
  if (logs.is === 'unread')
    return judgement(facts, 'conversation not read yet', { nextRead: { at: now, read: 'logs' } });
  if (logs.is === 'unreadable') return judgeUnreadable(facts, now);
  const { seen } = logs;
  if (seen.saysBusy) return judgeBusyRow(facts, seen);
  const start = phase === 'waiting' || phase === 'active' ? judgeStart(facts, seen, now) : undefined;
  return start ?? judgeStanding(facts, seen, quietMs);
}

function judgeStanding(facts: SettleFacts, seen: LogsSeen, quietMs: number): SettleJudgement {
  const { phase } = facts;
  const inferred = { phase: 'waiting', inferred: true, since: quietFrom(seen) } as const;
  const differs = phase === 'active' ? inferred : {};
  if (seen.lastType === 'output' && seen.lastAt !== undefined) {
    const due = seen.lastAt + quietMs;
    if (seen.readAt < due) return judgement(facts, 'screen moved lately', { nextRead: lookAt(seen, due, facts) });
    return judgement(facts, 'quiet by the time of its last output', differs);
  }
  // A screen that stood still before the report says nothing about the time after it.
  const reportAt = phase === 'active' ? 0 : (facts.reportAt ?? 0);
  const isAnswered = seen.lastType === 'output';
  const due = Math.max(seen.unchangedFrom, reportAt) + (isAnswered ? quietMs : UNANSWERED_STANDS_MS);
  if (seen.readAt < due) return judgement(facts, 'screen moved lately', { nextRead: lookAt(seen, due, facts) });
  if (facts.taskReadAt < due) return judgement(facts, 'screen moved lately', { nextRead: { at: due, read: 'task' } });
  return judgement(facts, isAnswered ? 'quiet in two looks' : 'message without answer for long', differs);
}

/** The screen itself says that the agent works; after long without a change it is only a row that was left behind. */
function judgeBusyRow(facts: SettleFacts, seen: LogsSeen): SettleJudgement {
  const due = quietFrom(seen) + STALE_MS;
  if (seen.readAt < due) {
    const interval = Math.max(LOOK_INTERVAL_MS, Math.min((seen.readAt - quietFrom(seen)) / 4, BUSY_LOOK_INTERVAL_MS));
    const nextRead = { at: Math.min(due, seen.readAt + interval), read: 'logs' } as const;
    return judgement(facts, 'screen says busy', { nextRead });
  }
  const notes = ['its screen still says that it works, but has not changed for 15 min'];
  return judgement(facts, 'busy row stale', { phase: 'waiting', inferred: true, since: quietFrom(seen), notes });
}

/** Some templates stick at `working` for ever; what counts then is that nothing has moved for long. */
function judgeStaleReport(facts: SettleFacts, now: number): SettleJudgement | undefined {
  const { reportAt, logs, isPosting } = facts;
  if (reportAt === undefined || isPosting) return undefined;
  const staleAt = reportAt + STALE_MS;
  const look = (at: number) => judgement(facts, 'phase goes on', { nextRead: { at, read: 'logs' } });
  if (now < staleAt || logs.is === 'unread') return look(Math.max(now, staleAt));
  if (logs.is === 'unreadable') return undefined;
  const { seen } = logs;
  const stoodAt = quietFrom(seen) + (seen.saysBusy ? STALE_MS : STALE_SCREEN_MS);
  if (seen.readAt < Math.max(staleAt, stoodAt))
    return look(Math.max(staleAt, Math.min(stoodAt, seen.readAt + STALE_LOOK_INTERVAL_MS), now));
  if (seen.lastType !== 'output') return look(seen.readAt + STALE_LOOK_INTERVAL_MS);
  const notes = ['its report has said "working" for 15 min or more, but its conversation stands still'];
  return judgement(facts, 'working report stale', { phase: 'waiting', inferred: true, since: quietFrom(seen), notes });
}

/** Where the conversation is closed to us, only the age of the report can tell. */
function judgeUnreadable(facts: SettleFacts, now: number): SettleJudgement {
  if (facts.phase === 'active' || facts.reportAt === undefined) {
    const notes = ['the agent does not report and its conversation cannot be read: whose turn it is cannot be told'];
    return judgement(facts, 'conversation not readable', {
      nextRead: { at: now + UNREADABLE_RETRY_MS, read: 'logs' },
      notes,
    });
  }
  const due = facts.reportAt + facts.idleMs;
  if (facts.taskReadAt < due)
    return judgement(facts, 'conversation not readable', { nextRead: { at: due, read: 'task' } });
  return judgement(facts, 'report old enough', {});
}

/** Right after a start the agent is idle because it has not been given its prompt yet; undefined once that is over. */
function judgeStart(facts: SettleFacts, seen: LogsSeen, now: number): SettleJudgement | undefined {
  if (seen.lastInput !== undefined || seen.answersPrompt || facts.hasOwnReport) return undefined;
  if (facts.upAt === 'unknown') return judgement(facts, 'start grace', { nextRead: { at: now, read: 'workspace' } });
  const upAt = facts.upAt === 'unreadable' ? facts.since.at : facts.upAt;
  const isOldSession = facts.isRestart && seen.hasTurns && seen.lastAt !== undefined;
  const due = Math.min(
    upAt + START_GRACE_MS,
    isOldSession ? seen.lastAt + OLD_SESSION_STANDS_MS : upAt + START_GRACE_MS,
  );
  if (seen.readAt >= due) return undefined;
  return judgement(facts, 'start grace', { nextRead: { at: nextLook(seen, due, upAt), read: 'logs' } });
}

/** The report says idle, a message was refused as busy: the screen decides. */
function judgeBusy(facts: SettleFacts, busy: BusyRefusal, now: number): SettleJudgement | undefined {
  const working = (nextRead: NextRead | undefined) =>
    judgement(facts, 'message refused as busy', {
      phase: 'working',
      inferred: true,
      since: busy.at,
      nextRead,
      notes: ['Coder says idle, but the agent refused a message as busy: it is at work'],
    });
  const { logs } = facts;
  if (facts.isPosting) return working(undefined);
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
function judgeAfterSend(facts: SettleFacts, sent: SentMessage, now: number): SettleJudgement | undefined {
  const { logs, reportAt, phase } = facts;
  const patienceEnds = sent.at + REPORT_AFTER_SEND_MS;
  const working = (nextRead: NextRead | undefined) =>
    judgement(facts, 'report older than our message', {
      phase: 'working',
      inferred: true,
      since: sent.at,
      nextRead,
      notes: ['the last report is older than the message sent to the agent'],
    });
  if (phase === 'active') {
    // Without reports there is none to wait for: quiet decides, once our message stands in the logs.
    const isAwaited = logs.is === 'read' && now < patienceEnds && !hasArrived(logs.seen, sent);
    return isAwaited ? working({ at: nextLook(logs.seen, patienceEnds, sent.at), read: 'logs' }) : undefined;
  }
  if (reportAt === undefined || reportAt >= sent.at) return undefined;
  if (facts.isPosting) return working(undefined);
  if (now < patienceEnds) {
    // One look early enough that an answer which stands at the end is known to have stood.
    const firstLook = patienceEnds - ANSWER_STANDS_MS;
    return working({ at: now < firstLook ? firstLook : patienceEnds, read: 'logs' });
  }
  if (logs.is === 'unread') return working({ at: now, read: 'logs' });
  // Its message never reached the conversation: the old report stands.
  if (logs.is === 'unreadable' || !hasArrived(logs.seen, sent)) return undefined;
  const { seen } = logs;
  const due = seen.unchangedFrom + (seen.lastType === 'output' ? ANSWER_STANDS_MS : UNANSWERED_STANDS_MS);
  if (seen.readAt < due) return working({ at: nextLook(seen, due, sent.at), read: 'logs' });
  if (facts.taskReadAt < due) return working({ at: due, read: 'task' });
  return judgement(facts, 'answer stood still after the message', {
    phase: 'waiting',
    inferred: true,
    since: quietFrom(seen),
  });
}

function hasArrived({ lastInput }: LogsSeen, sent: SentMessage): boolean {
  if (lastInput === undefined) return false;
  // A conversation that started over counts its entries from 0 again; then the input's own time tells.
  return lastInput.id > (sent.lastIdBefore ?? -1) || (lastInput.at !== undefined && lastInput.at >= sent.at);
}

/** Since when the conversation has stood as it is. */
function quietFrom({ lastAt, unchangedFrom }: LogsSeen): number {
  return lastAt ?? unchangedFrom;
}

function lookAt(seen: LogsSeen, due: number, { phase, reportAt, since }: SettleFacts): NextRead {
  const rest = phase === 'active' ? since.at : (reportAt ?? since.at);
  return { at: nextLook(seen, due, rest), read: 'logs' };
}

/**
 * When to look at the screen again: as the rule wants it, but in between too, since a screen can come back to a text.
 * `since` is when it should have come to rest.
 */
function nextLook(seen: LogsSeen, due: number, since: number): number {
  const movesFor = seen.hasMoved ? Math.max(0, seen.unchangedFrom - since) : 0;
  const slower = Math.min(movesFor / 4, MAX_LOOK_INTERVAL_MS);
  const interval = Math.max(LOOK_INTERVAL_MS, slower);
  if (due > seen.readAt + 1.5 * interval) return seen.readAt + interval;
  // The time of an output says exactly when it is old enough.
  return seen.lastAt === undefined ? Math.max(due, seen.unchangedFrom + interval) : Math.max(due, seen.readAt + slower);
}
