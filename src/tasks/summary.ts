/** What every answer about a task says of it: two sizes of one summary (behaviour §3.4). */

import type { LogEntry, Task } from '../coder/wire/schemas.js';
import { isoTime } from '../text/age.js';
import { decodeEntities } from '../text/html.js';
import { visibleLine } from '../text/untrusted.js';
import { lastMessageOf } from './conversation/last-message.js';
import type { Phase, Turn } from './knowing/phase.js';
import type { Outcome } from './knowing/reports.js';
import type { TaskView } from './knowing/view.js';
import { type Link, linksOf } from './links.js';
import { type NextCall, nextCalls } from './next.js';

export const lastMessageGaps = ['unreachable', 'no_connect_right', 'paused_on_this_version', 'no_snapshot'] as const;

/** Why the agent's last message is missing where it belongs. */
export type LastMessageGap = (typeof lastMessageGaps)[number];

export interface BriefSummary {
  /** owner/name */
  readonly task: string;
  readonly phase: Phase;
  readonly turn: Turn;
  /** When the phase began, ISO 8601 UTC. */
  readonly since?: string;
  /** `waiting` was inferred from a quiet screen; the agent did not report it. */
  readonly inferred?: boolean;
  /** How the agent's turn ended by its own report, where the reports prove it. */
  readonly outcome?: Outcome;
  /** Longer in this phase than it normally takes. */
  readonly stalled?: boolean;
  readonly links?: readonly Link[];
  readonly last_message_missing?: LastMessageGap;
  readonly cause?: string;
  readonly notes?: readonly string[];
  readonly next?: readonly NextCall[];
  readonly untrusted?: { readonly report?: string; readonly last_message?: string };
}

export interface FullSummary extends BriefSummary {
  readonly id: string;
  readonly display_name?: string;
  readonly status: string;
  readonly state?: { readonly state: string; readonly at: string; readonly uri?: string };
  readonly template?: string;
  readonly created_at: string;
  /** The dashboard's page of the task. */
  readonly url: string;
}

/** The conversation as far as it was read beside the task: its entries, or why there are none. */
export type Conversation = { readonly entries: readonly LogEntry[] } | { readonly missing: LastMessageGap };

/** What was read beside the task itself. */
export interface Beside {
  readonly conversation?: Conversation | undefined;
  /** Why it is broken or stuck, in one line of ours. */
  readonly cause?: string | undefined;
}

/** owner/name: how answers name a task. */
export function nameOf(task: Task): string {
  return `${task.owner_name}/${task.name}`;
}

/** One line of several tasks: whose turn it is, and the first of its links. */
export function taskLine(
  view: TaskView,
): Pick<BriefSummary, 'task' | 'phase' | 'turn' | 'since' | 'outcome' | 'stalled' | 'links'> {
  const { task, phase, turn, outcome, stalled, since } = view;
  const links = linksOf(task.current_state?.uri, undefined).slice(0, 1);
  return {
    task: nameOf(task),
    phase,
    turn,
    ...(since !== undefined && { since: isoTime(since) }),
    ...(outcome !== undefined && { outcome }),
    ...(stalled && { stalled }),
    ...(links.length > 0 && { links }),
  };
}

// For who may see a task and not connect to its workspace these can only fail.
const needsConnection = ['coder_send_task_input', 'coder_get_task_logs'];

/** The small summary: wait, send, logs, pause, resume, update, delete. */
export function briefSummary(view: TaskView, { conversation, cause }: Beside = {}): BriefSummary {
  const { task, phase, turn, inferred, stalled, since } = view;
  const name = nameOf(task);
  const report = reportOf(task);
  const isRead = conversation && 'entries' in conversation;
  const message = isRead ? lastMessageOf(conversation.entries, task.initial_prompt) : undefined;
  const lastMessage = message?.text;
  const links = linksOf(task.current_state?.uri, message?.addresses.join('\n'));
  const isClosed = conversation && 'missing' in conversation && conversation.missing === 'no_connect_right';
  const untrusted = {
    ...(report !== undefined && { report }),
    ...(lastMessage !== undefined && { last_message: lastMessage }),
  };
  return {
    task: name,
    phase,
    turn,
    ...(since !== undefined && { since: isoTime(since) }),
    ...(inferred && { inferred }),
    ...(view.outcome !== undefined && { outcome: view.outcome }),
    ...(stalled && { stalled }),
    ...(links.length > 0 && { links }),
    ...(cause !== undefined && { cause }),
    ...(conversation && 'missing' in conversation && { last_message_missing: conversation.missing }),
    ...(view.notes.length > 0 && { notes: view.notes }),
    next: nextCalls({ task: name, phase, stalled }).filter(({ tool }) => !isClosed || !needsConnection.includes(tool)),
    ...(Object.keys(untrusted).length > 0 && { untrusted }),
  };
}

// What Coder itself says in place of a report while a workspace starts (coder-api §6.2); the phase says it too.
const startingMessage =
  /^(?:Workspace is (?:pending|starting)|Agent is (?:connecting|starting)|App is initializing|Initializing workspace\b.*)$/;

/** What the agent reported last, on one line; nothing while only Coder speaks. */
function reportOf(task: Task): string | undefined {
  const message = visibleLine(decodeEntities(task.current_state?.message ?? ''));
  return message === '' || isOfCoder(task) ? undefined : message;
}

function isOfCoder({ status, current_state }: Task): boolean {
  return status === 'initializing' && startingMessage.test(current_state?.message ?? '');
}

/** The large summary: create and get. `origin` is the deployment's address. */
export function fullSummary(view: TaskView, beside: Beside, origin: string): FullSummary {
  const { task } = view;
  const state = isOfCoder(task) ? undefined : task.current_state;
  const template = task.template_name;
  return {
    ...briefSummary(view, beside),
    id: task.id,
    ...(task.display_name && { display_name: visibleLine(task.display_name) }),
    status: visibleLine(task.status),
    ...(state && {
      state: {
        state: visibleLine(state.state),
        at: isoTime(Date.parse(state.timestamp)),
        ...(state.uri && { uri: visibleLine(state.uri) }),
      },
    }),
    ...(template && { template: visibleLine(template) }),
    created_at: isoTime(Date.parse(task.created_at)),
    url: `${origin}/tasks/${task.owner_name}/${task.id}`,
  };
}
