/** What decides whether a task is settled, and how the judgement on it looks. */

import type { LogsSeen } from './logs-seen.js';
import type { Phase } from './phase.js';
import type { BusyRefusal, SentMessage, Since } from './remembered-task.js';

/** What is known of the conversation; what was read long ago counts as unread. */
export type LogsKnown =
  | { readonly is: 'unread' }
  | { readonly is: 'unreadable' }
  | { readonly is: 'read'; readonly seen: LogsSeen };

/** What keeps a start from ever coming to its end. */
type StartObstacle = 'no_agent' | 'agent_late';

/** All that decides; times in ms by the deployment's clock. */
export interface SettleFacts {
  readonly phase: Phase;
  /** When the read began that showed this phase: a grace time has run out only if a look after its end still shows it. */
  readonly taskReadAt: number;
  readonly since: Since;
  /** The stamp of the report that stands. */
  readonly reportAt: number | undefined;
  /** The reports prove how the turn ended that stands now. */
  readonly hasOutcome: boolean;
  /** The workspace, read after the task, shows a newer report than the task does. */
  readonly hasNewerReport: boolean;
  /** The agent itself has reported something since its workspace came up: a report with a message. */
  readonly hasOwnReport: boolean;
  /** The startup script failed or timed out, or the app was healthy before in this build. */
  readonly hasBadApp: boolean;
  readonly startObstacle: StartObstacle | undefined;
  /** The workspace runs and the task names no agent: the workspace tells whether there is one. */
  readonly mayLackAgent: boolean;
  /** When the workspace was up, its startup scripts done; `unknown` until it has been read. */
  readonly upAt: number | 'unknown' | 'unreadable';
  /** The workspace was started before: its agent may go on with an old conversation. */
  readonly isRestart: boolean;
  readonly logs: LogsKnown;
  /** This process has found the same end of a turn settled before. */
  readonly wasSettled: boolean;
  /** A message of this process is being typed: until it is, the conversation cannot be read (screens §1.6). */
  readonly isPosting: boolean;
  readonly sent: SentMessage | undefined;
  readonly busy: BusyRefusal | undefined;
  /** Age at which a report counts where the logs cannot be read. */
  readonly idleMs: number;
}

/** What has to be read again, and when, for the judgement to change without a change at Coder. */
export interface NextRead {
  readonly at: number;
  readonly read: 'task' | 'logs' | 'workspace';
}

/** Why a task counts as settled, or not yet. */
export type Because = (typeof settledBecause)[number] | (typeof unsettledBecause)[number];

const settledBecause = [
  'phase settles at once',
  'grace time over',
  'start cannot succeed',
  'quiet by the time of its last output',
  'quiet in two looks',
  'turn proven over by its reports',
  'report old enough',
  'message without answer for long',
  'answer stood still after the message',
  'working report stale',
  'busy row stale',
  'settled before',
] as const;

const unsettledBecause = [
  'phase goes on',
  'grace time runs',
  'newer report to read',
  'conversation not read yet',
  'conversation not readable',
  'screen moved lately',
  'screen says busy',
  'start grace',
  'message refused as busy',
  'report older than our message',
  'message being typed',
] as const;

export interface SettleJudgement {
  readonly phase: Phase;
  /** The phase is not what the task's own report says. */
  readonly inferred: boolean;
  readonly settled: boolean;
  readonly because: Because;
  /** In this phase for longer than it normally takes, or for ever. */
  readonly stalled: boolean;
  /** When the phase began; undefined where nobody knows. */
  readonly since: number | undefined;
  readonly nextRead: NextRead | undefined;
  readonly notes: readonly string[];
}

/** A judgement on the facts as they are, but for what is given. The reason decides whether it is settled. */
export function judgement(
  facts: SettleFacts,
  because: Because,
  differs: Partial<Omit<SettleJudgement, 'because' | 'settled'>>,
): SettleJudgement {
  return {
    phase: facts.phase,
    inferred: false,
    settled: isSettledReason(because),
    because,
    stalled: false,
    since: facts.since.isKnown ? facts.since.at : undefined,
    nextRead: undefined,
    notes: [],
    ...differs,
  };
}

const settledReasons: ReadonlySet<string> = new Set(settledBecause);

function isSettledReason(because: Because): boolean {
  return settledReasons.has(because);
}
