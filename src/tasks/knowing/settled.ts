/** When a task is settled, and why: every grace time in one table, and the rules for agents that report. */

import { judgement, type SettleFacts, type SettleJudgement } from './judgement.js';
import type { Phase } from './phase.js';
import { hasEndedTurn, judgeConversation } from './quiet.js';

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
  // Agents report the end of a turn by a tool call and go on writing: 9 s longer was seen (screens §1.1).
  done: { settles: 'when quiet', ms: 3 * SECOND_MS },
  failed: { settles: 'when quiet', ms: 3 * SECOND_MS },
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

// The app will hardly come up after its startup script has failed, or come back by itself once its program has died.
const UNHEALTHY_WITH_REASON_MS = MINUTE_MS;
// An agent for which Coder's own time to connect is over; some images still boot then.
const LATE_AGENT_MS = 3 * MINUTE_MS;

/** Whether it is settled whose turn it is, what the phase counts as, and what to read again when. */
export function judge(facts: SettleFacts, now: number): SettleJudgement {
  const { phase } = facts;
  if (hasEndedTurn(phase) || phase === 'working') {
    const judged = judgeConversation(facts, ruleMs(phase), now);
    if (judged) return judged;
  }
  const rule = rules[phase];
  switch (rule.settles) {
    case 'at once':
      return judgement(facts, 'phase settles at once', {});
    case 'after':
      return judgeAge(facts, graceOf(facts, rule), now);
    case 'never':
    case 'when quiet':
      return judgement(facts, 'phase goes on', {});
  }
}

function ruleMs(phase: Phase): number {
  const rule = rules[phase];
  return rule.settles === 'when quiet' ? rule.ms : 0;
}

interface Grace {
  readonly ms: number;
  readonly isStalled: boolean;
}

function graceOf({ phase, hasBadApp, startObstacle }: SettleFacts, rule: Grace): Grace {
  if (phase === 'unhealthy' && hasBadApp) return { ...rule, ms: UNHEALTHY_WITH_REASON_MS };
  if (phase === 'starting' && startObstacle === 'agent_late') return { ...rule, ms: LATE_AGENT_MS };
  return rule;
}

/** After a while in a phase; the workspace is read first if the phase may have begun earlier than we saw it. */
function judgeAge(facts: SettleFacts, grace: Grace, now: number): SettleJudgement {
  if (facts.phase === 'starting' && facts.startObstacle === 'no_agent')
    return judgement(facts, 'start cannot succeed', { stalled: true });
  if (facts.mayLackAgent && facts.upAt === 'unknown')
    return judgement(facts, 'grace time runs', { nextRead: { at: now, read: 'workspace' } });
  const { at, isExact, earliest } = facts.since;
  if (!isExact && facts.upAt === 'unknown' && now < at + grace.ms) {
    const nextRead = { at: Math.max(now, earliest + grace.ms), read: 'workspace' } as const;
    return judgement(facts, 'grace time runs', { nextRead });
  }
  const due = at + grace.ms;
  if (facts.taskReadAt < due) return judgement(facts, 'grace time runs', { nextRead: { at: due, read: 'task' } });
  return judgement(facts, 'grace time over', { stalled: grace.isStalled });
}
