/** What every answer about a task says of it: two sizes of one summary (behaviour §3.4). */

import type { LogEntry, Task } from '../coder/wire/schemas.js';
import { isoTime, isoTimeOf } from '../text/age.js';
import { clipEnd } from '../text/clip.js';
import { decodeEntities } from '../text/html.js';
import { visibleLine } from '../text/untrusted.js';
import { lastMessageOf } from './conversation/last-message.js';
import { isQuestion } from './conversation/question.js';
import type { Phase } from './knowing/phase.js';
import type { TaskView } from './knowing/view.js';
import { type Link, linksOf } from './links.js';
import { nextCalls } from './next.js';
import { squash } from './screen/own-words.js';
import { openSelectionList } from './screen/selection-list.js';

export const lastMessageGaps = [
  'unreachable',
  'not_read',
  'no_connect_right',
  'paused_on_this_version',
  'no_snapshot',
  'none_yet',
] as const;

/** Why the agent's last message is missing where it belongs. */
export type LastMessageGap = (typeof lastMessageGaps)[number];

/** The conversation as far as it was read beside the task: its entries, or why there are none. */
export type Conversation = { readonly entries: readonly LogEntry[] } | { readonly missing: LastMessageGap };

/** What was read beside the task itself. */
export interface SummaryReads {
  readonly conversation?: Conversation | undefined;
  /** Why it is broken or stuck, in one line of ours. */
  readonly cause?: string | undefined;
  /** What this process said to the agent last. */
  readonly said?: string | undefined;
  /** False for a task of somebody else: nothing that changes it is offered. */
  readonly isMine?: boolean | undefined;
}

/** The small summary: wait, send, logs, pause, resume, update, delete. Its shape stands in `tools/outputs.ts`. */
export type BriefSummary = ReturnType<typeof briefSummary>;

/** The large summary: create and get. */
export type FullSummary = ReturnType<typeof fullSummary>;

/** owner/name: how answers name a task. */
export function nameOf(task: Task): string {
  return `${task.owner_name}/${task.name}`;
}

/** What all answers say first of a task: its phase, whose turn it is, since when, and how the agent's turn ended. */
export function taskState(view: TaskView) {
  const { task, phase, turn, outcome, stalled, interrupted, since } = view;
  return {
    task: nameOf(task),
    phase,
    turn,
    ...(outcome !== undefined && { outcome }),
    ...(since !== undefined && { since: isoTime(since) }),
    ...(stalled && { stalled }),
    ...(interrupted && { interrupted }),
  };
}

// Enough to tell tasks apart; forty of them are read at once (behaviour §12).
const MAX_LINE_CHARS = 80;

/** One of many tasks in a list: its state, and what it is about and reported last, 80 characters each. */
export function listedTask(view: TaskView) {
  const { task } = view;
  const title = titleOf(task) ?? visibleLine(task.initial_prompt);
  const report = reportOf(task);
  const [link] = linksOf(task.current_state?.uri);
  return {
    ...taskState(view),
    ...(view.cause !== undefined && { cause: view.cause.replaceAll('_', ' ') }),
    untrusted: {
      ...(title !== '' && { title: clipEnd(title, MAX_LINE_CHARS) }),
      ...(report !== undefined && { report: clipEnd(report, MAX_LINE_CHARS) }),
      ...(link && { link: link.url }),
    },
  };
}

// Where the conversation is closed, these can only fail.
const needsConnection = ['coder_send_task_input', 'coder_get_task_logs'];

// The agent's turn is over: its last words may ask something, also beside a report that it is done.
const hasEnded: ReadonlySet<Phase> = new Set(['waiting', 'done', 'failed']);

/** The small summary of a view. */
export function briefSummary(view: TaskView, { conversation, cause, isMine = true, said }: SummaryReads = {}) {
  const { task, phase, outcome, inferred, stalled, turn } = view;
  const missing = conversation && 'missing' in conversation ? conversation.missing : undefined;
  const entries = conversation && 'entries' in conversation ? conversation.entries : [];
  const message = lastMessageOf(entries, task.initial_prompt);
  const last = entries.at(-1);
  // Only on the last screen: an answered list stays in older entries for ever.
  const isSelectionOpen = turn === 'you' && last?.type === 'output' && openSelectionList(last.content) !== undefined;
  const links = linksOf(task.current_state?.uri, message?.addresses);
  const gap = missing ?? (conversation && message === undefined ? ('none_yet' as const) : undefined);
  const notes = [
    ...view.notes,
    ...(message?.isBeforeToolCall ? ['its last message stands before its last tool call'] : []),
  ];
  const isCut = (message?.missing ?? 0) > 0;
  const next = nextCalls({ task: nameOf(task), phase, outcome, stalled, isMine, isCut, isSelectionOpen });
  return {
    ...taskState(view),
    ...(hasEnded.has(phase) && message && isQuestion(message.text) && { asks: 'guess' as const }),
    ...(isSelectionOpen && { selection_open: true }),
    ...(inferred && { inferred }),
    ...(cause !== undefined && { cause }),
    ...(gap !== undefined && { last_message_missing: gap }),
    ...(notes.length > 0 && { notes }),
    next: next.filter(({ tool }) => missing !== 'no_connect_right' || !needsConnection.includes(tool)),
    ...untrustedPart({
      report: reportOf(task, said),
      last_message: message?.text,
      links: links.length > 0 ? links : undefined,
    }),
  };
}

/** Words of others about a task. */
interface UntrustedWords {
  readonly title?: string | undefined;
  readonly report?: string | undefined;
  readonly report_address?: string | undefined;
  readonly last_message?: string | undefined;
  readonly links?: readonly Link[] | undefined;
}

/** The same under the key that says so; nothing where there are none. */
function untrustedPart(words: UntrustedWords): { readonly untrusted?: UntrustedWords } {
  const { title, report, report_address, last_message, links } = words;
  const present = {
    ...(title !== undefined && { title }),
    ...(report !== undefined && { report }),
    ...(report_address !== undefined && { report_address }),
    ...(last_message !== undefined && { last_message }),
    ...(links !== undefined && { links }),
  };
  return Object.keys(present).length > 0 ? { untrusted: present } : {};
}

// What Coder itself says in place of a report while a workspace starts (coder-api §6.2); the phase says it too.
const startingMessage =
  /^(?:Workspace is (?:pending|starting)|Agent is (?:connecting|starting)|App is initializing|Initializing workspace\b.*)$/;

/**
 * What the agent reported last, on one line; undefined while only Coder speaks, and for a report that only cites what was
 * said to the agent, its prompt or `said`: who said it knows it.
 */
export function reportOf(task: Task, said = ''): string | undefined {
  const message = visibleLine(decodeEntities(task.current_state?.message ?? ''));
  const isCitation = [task.initial_prompt, said].some((words) => cites(message, words));
  return message === '' || isOfCoder(task) || isCitation ? undefined : message;
}

// In fewer letters an accident is likely; a report holds no more than 160.
const MIN_CITED_CHARS = 8;
const MAX_CITED_CHARS = 40;

function cites(message: string, words: string): boolean {
  const cited = squash(words.slice(0, 4 * MAX_CITED_CHARS)).slice(0, MAX_CITED_CHARS);
  return cited.length >= MIN_CITED_CHARS && squash(message).includes(cited);
}

/** The title that its maker gave it, on one line; undefined where it has none but its name. */
function titleOf(task: Task): string | undefined {
  const title = visibleLine(task.display_name);
  return title === '' || title === task.name ? undefined : title;
}

function isOfCoder({ status, current_state }: Task): boolean {
  return status === 'initializing' && startingMessage.test(current_state?.message ?? '');
}

/** The large summary of a view. `origin` is the deployment's address. */
export function fullSummary(view: TaskView, reads: SummaryReads, origin: string) {
  const { task } = view;
  const { untrusted, ...brief } = briefSummary(view, reads);
  const state = isOfCoder(task) ? undefined : task.current_state;
  const stateAt = isoTimeOf(state?.timestamp);
  const createdAt = isoTimeOf(task.created_at);
  const address = visibleLine(state?.uri ?? '');
  return {
    ...brief,
    id: task.id,
    status: visibleLine(task.status),
    ...(state && { state: { state: visibleLine(state.state), ...(stateAt !== undefined && { at: stateAt }) } }),
    ...(task.template_name && { template: visibleLine(task.template_name) }),
    ...(createdAt !== undefined && { created_at: createdAt }),
    url: `${origin}/tasks/${task.owner_name}/${task.id}`,
    ...untrustedPart({
      ...untrusted,
      title: titleOf(task),
      // Mostly one of the links; else it is shown as what it is, no link.
      report_address: address === '' || untrusted?.links?.some(({ url }) => url === address) ? undefined : address,
    }),
  };
}
