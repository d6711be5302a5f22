/** What a verdict rests on, field by field: build, agent, app and conversation as Coder showed them, and what it did not show. */

import { failureOf, known, type Reading } from '../../coder/reading.js';
import type { Task, WorkspaceAgent, WorkspaceBuild } from '../../coder/wire/schemas.js';
import { isoTime } from '../../text/age.js';
import { visibleLine } from '../../text/untrusted.js';
import { timeOf } from '../knowing/build-times.js';
import { agentOf, appOf, type DiagnosisFacts } from './facts.js';

/** Words are Coder's own; times are ISO 8601 in UTC. */
export interface Evidence {
  readonly build?: {
    readonly number: number;
    readonly transition: string;
    readonly status: string;
    readonly reason?: string;
    readonly created_at?: string;
    readonly started_at?: string;
    readonly ended_at?: string;
    readonly error_code?: string;
    readonly queue_position?: number;
    readonly queue_size?: number;
    readonly provisioners?: { readonly matching: number; readonly alive: number; readonly last_seen?: string };
  };
  readonly agent?: {
    readonly status: string;
    readonly lifecycle: string;
    readonly since?: string;
    readonly unhealthy_because?: string;
    readonly startup_script?: { readonly status: string; readonly exit_code?: number };
  };
  readonly app?: { readonly health: string };
  readonly conversation?: { readonly entries?: number; readonly last_entry_at?: string; readonly error?: string };
  readonly report?: { readonly state: string; readonly at?: string };
  readonly workspace_renamed_to?: string;
  /** Reads that failed, each with the code of its error. */
  readonly not_read?: readonly { readonly what: string; readonly error: string }[];
}

/** The evidence as far as it was to be had; what is missing is left out, what could not be read stands in `not_read`. */
export function evidenceOf(facts: DiagnosisFacts): Evidence {
  const { task } = facts.view;
  const workspace = known(facts.workspace);
  const agent = workspace && agentOf(task, workspace);
  const app = appOf(task, agent);
  const state = task.current_state;
  const notRead = unread(facts);
  return {
    ...(workspace && { build: buildEvidence(workspace.latest_build) }),
    ...(agent && { agent: agentEvidence(agent) }),
    ...(app && { app: { health: shown(app.health) } }),
    ...conversationEvidence(facts.conversation),
    ...(state && { report: { state: shown(state.state), ...at('at', state.timestamp) } }),
    ...(isRenamed(task) && { workspace_renamed_to: shown(task.workspace_name) }),
    ...(notRead.length > 0 && { not_read: notRead }),
  };
}

function isRenamed({ workspace_name, name }: Task): boolean {
  return workspace_name !== '' && workspace_name !== name;
}

function buildEvidence(build: WorkspaceBuild): NonNullable<Evidence['build']> {
  const { job, matched_provisioners: provisioners } = build;
  const isQueued = job.status === 'pending';
  return {
    number: build.build_number,
    transition: shown(build.transition),
    status: shown(job.status),
    ...(build.reason && { reason: shown(build.reason) }),
    ...at('created_at', build.created_at),
    ...at('started_at', job.started_at),
    ...at('ended_at', job.completed_at),
    ...(job.error_code && { error_code: shown(job.error_code) }),
    // Once a build is taken these are 0 for every build, and would look like a fault.
    ...(isQueued && { queue_position: job.queue_position, queue_size: job.queue_size }),
    ...(isQueued &&
      provisioners && {
        provisioners: {
          matching: provisioners.count,
          alive: provisioners.available,
          ...at('last_seen', provisioners.most_recently_seen),
        },
      }),
  };
}

function agentEvidence(agent: WorkspaceAgent): NonNullable<Evidence['agent']> {
  const script = agent.scripts.find(({ run_on_start }) => run_on_start);
  return {
    status: shown(agent.status),
    lifecycle: shown(agent.lifecycle_state),
    ...at('since', agentSince(agent)),
    ...(agent.health?.reason && !agent.health.healthy && { unhealthy_because: shown(agent.health.reason) }),
    ...(script?.status && {
      startup_script: {
        status: shown(script.status),
        ...(typeof script.exit_code === 'number' && { exit_code: script.exit_code }),
      },
    }),
  };
}

/** Since when the agent is in the state that `status` and `lifecycle` tell. */
function agentSince(agent: WorkspaceAgent): string | null | undefined {
  if (agent.status === 'disconnected') return agent.disconnected_at ?? agent.last_connected_at;
  if (agent.status !== 'connected') return agent.created_at;
  if (agent.lifecycle_state === 'created') return agent.first_connected_at;
  return agent.lifecycle_state === 'starting' ? agent.started_at : agent.ready_at;
}

function conversationEvidence(conversation: DiagnosisFacts['conversation']): Pick<Evidence, 'conversation'> {
  const error = failureOf(conversation);
  if (error) return { conversation: { error: error.code } };
  const logs = known(conversation)?.logs;
  return logs ? { conversation: { entries: logs.length, ...at('last_entry_at', logs.at(-1)?.time) } } : {};
}

/** A refused conversation is evidence of its own, not a read that failed. */
function unread(facts: DiagnosisFacts): NonNullable<Evidence['not_read']> {
  const reads: readonly (readonly [what: string, reading: Reading<unknown>])[] = [
    ['workspace', facts.workspace],
    ['build log', facts.buildLog],
    ['startup log', facts.startupLog],
  ];
  return reads.flatMap(([what, reading]) => {
    const error = failureOf(reading);
    return error ? [{ what, error: error.code }] : [];
  });
}

function shown(text: string): string {
  return visibleLine(text);
}

/** `{ name: time }`, or nothing where Coder gave no time. */
function at<Name extends string>(name: Name, text: string | null | undefined): { readonly [Key in Name]?: string } {
  const ms = timeOf(text);
  const stamp: { [Key in Name]?: string } = {};
  if (ms !== undefined) stamp[name] = isoTime(ms);
  return stamp;
}
