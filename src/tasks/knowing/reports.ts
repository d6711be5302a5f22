/** The history of an agent's reports, and what it proves about the end of its turn (behaviour §2, "Question or result?"). */

import type { Task, Workspace } from '../../coder/wire/schemas.js';
import { timeOf } from './build-times.js';

/** One report of an agent, or of the screen watcher beside it. */
export interface Report {
  /** Ms by the deployment's clock: Coder stamps reports itself. */
  readonly at: number;
  /** In Coder's words: `working`, `idle`, `complete`, `failure`. */
  readonly state: string;
  readonly message: string;
  readonly uri: string;
}

export const outcomes = ['done', 'failed'] as const;

/** How the agent's turn ended by its own report. */
export type Outcome = (typeof outcomes)[number];

const outcomeByState: ReadonlyMap<string, Outcome> = new Map([
  ['complete', 'done'],
  ['failure', 'failed'],
  ['failed', 'failed'],
]);

/**
 * The reports to the task's app in the workspace's latest build, newest first. Coder lists them in no order on 2.29. Reports
 * without a readable time are left out. Empty from a stop until the resumed agent reports.
 */
export function reportsOf(workspace: Workspace, appId?: string | null): readonly Report[] {
  const apps = workspace.latest_build.resources.flatMap(({ agents }) => agents).flatMap((agent) => agent.apps);
  const own = apps.filter(({ id }) => id === appId);
  return (own.length > 0 ? own : apps)
    .flatMap(({ statuses }) => statuses)
    .flatMap(({ created_at, state, message, uri }) => {
      const at = timeOf(created_at);
      return at === undefined ? [] : [{ at, state, message, uri }];
    })
    .sort((one, other) => other.at - one.at);
}

export interface OutcomeFacts {
  /** Newest first. */
  readonly reports: readonly Report[];
  /** The report that stands, as the task was read. */
  readonly standing: Task['current_state'];
  /** When the last message to the agent was given; undefined when there was none, or it is not known. */
  readonly lastInputAt: number | undefined;
  /** When the build began that the agent runs on. */
  readonly startedAt: number | undefined;
}

/**
 * How the turn ended that stands now; undefined where no report proves it. An `idle` keeps the message of the report before
 * it, so that only a `complete` or `failure` newer than the last `working` counts.
 */
export function outcomeOf({ reports, standing, lastInputAt, startedAt }: OutcomeFacts): Outcome | undefined {
  if (standing === null || standing === undefined) return undefined;
  const turnBegan = Math.max(lastInputAt ?? 0, startedAt ?? 0);
  const standingAt = timeOf(standing.timestamp);
  const own = outcomeByState.get(standing.state);
  if (own !== undefined) return standingAt !== undefined && standingAt < turnBegan ? undefined : own;
  if (standing.state !== 'idle') return undefined;
  // A history that lacks the report that stands is older than the task, or of another app: it proves nothing.
  const newest = reports[0];
  if (newest?.state !== 'idle' || newest.at !== standingAt) return undefined;
  const last = reports.find(({ state }) => state !== 'idle');
  return last === undefined || last.at < turnBegan ? undefined : outcomeByState.get(last.state);
}
