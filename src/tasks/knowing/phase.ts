/** What a task is doing, in one word: the only reader of status, workspace status and current state together. */

export const phases = [
  'gone',
  'deleting',
  'unreachable',
  'working',
  'waiting',
  'done',
  'failed',
  'active',
  'queued',
  'starting',
  'canceling',
  'broken',
  'unhealthy',
  'pausing',
  'paused',
  'unknown',
] as const;

export type Phase = (typeof phases)[number];

export const turns = ['you', 'agent', 'platform', 'owner', 'nobody'] as const;

/** Who has to act next. */
export type Turn = (typeof turns)[number];

/** The part of Coder's Task object that decides the phase (coder-api §6). */
export interface PhaseFacts {
  readonly status: string;
  readonly workspace_status?: string | null | undefined;
  readonly workspace_agent_health?:
    | { readonly healthy: boolean; readonly reason?: string | null | undefined }
    | null
    | undefined;
  readonly current_state?: { readonly state: string } | null | undefined;
}

const turnByPhase = {
  gone: 'nobody',
  deleting: 'platform',
  unreachable: 'platform',
  working: 'agent',
  waiting: 'you',
  done: 'you',
  failed: 'you',
  active: 'agent',
  queued: 'platform',
  starting: 'platform',
  canceling: 'platform',
  broken: 'you',
  unhealthy: 'platform',
  pausing: 'platform',
  paused: 'nobody',
  unknown: 'you',
} as const satisfies Record<Phase, Turn>;

/** What decides whose turn it is beside the phase. */
export interface TurnFacts {
  /** The task is known to belong to somebody else than the owner of the token. */
  readonly isOthers?: boolean;
  /** Coder itself paused the task while its agent was at work. */
  readonly wasCutOff?: boolean;
}

/** Who has to act when a task is in this phase; `owner` where that is the person whose task it is, and not the caller. */
export function turnOf(phase: Phase, { isOthers = false, wasCutOff = false }: TurnFacts = {}): Turn {
  const turn = phase === 'paused' && wasCutOff ? 'you' : turnByPhase[phase];
  return turn === 'you' && isOthers ? 'owner' : turn;
}

// Such an agent is up and works: its failed startup script is a note, not a reason to wait.
export const SCRIPT_FAILED_REASON = 'agent startup script exited with an error';

/** The phase of a task as it was read; `gone` never comes from here, since a gone task cannot be read (coder-api §8.1). */
export function phaseOf(task: PhaseFacts): Phase {
  const workspace = task.workspace_status;
  if (workspace === 'deleting' || workspace === 'deleted') return 'deleting';
  switch (task.status) {
    case 'active':
      return activePhaseOf(task);
    case 'pending':
      return 'queued';
    case 'initializing':
      // Up to 2.31.0 a queued build is reported as initializing too (coder-api §1.1).
      return workspace === 'pending' ? 'queued' : 'starting';
    case 'error':
      if (workspace === 'canceling') return 'canceling';
      if (workspace === 'failed' || workspace === 'canceled') return 'broken';
      return workspace === 'running' ? 'unhealthy' : 'unknown';
    case 'unknown':
      // `unknown` right after a pause is the normal way down, not a failure.
      return workspace === 'stopping' || workspace === 'pending' ? 'pausing' : 'unknown';
    case 'paused':
      return 'paused';
    default:
      return 'unknown';
  }
}

/** What the agent of an active task reports, in Coder's words; any other report, or none, leaves it `active`. */
export const phaseByReport: ReadonlyMap<string, Phase> = new Map([
  ['working', 'working'],
  ['idle', 'waiting'],
  ['complete', 'done'],
  ['failed', 'failed'],
  ['failure', 'failed'],
]);

/** How many there are of each phase; phases of which there is none are left out. */
export function countPhases(all: readonly Phase[]): Partial<Record<Phase, number>> {
  const counts: Partial<Record<Phase, number>> = {};
  for (const phase of all) counts[phase] = (counts[phase] ?? 0) + 1;
  return counts;
}

function activePhaseOf(task: PhaseFacts): Phase {
  const health = task.workspace_agent_health;
  if (health && !health.healthy && health.reason !== SCRIPT_FAILED_REASON) return 'unreachable';
  return phaseByReport.get(task.current_state?.state ?? '') ?? 'active';
}
