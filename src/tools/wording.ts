/** How a task reads in the text form of answers: the same few lines in every tool. */

import type { NextCall } from '../tasks/next.js';
import type { Words } from './define.js';
import type { SummarizedTask, TaskState } from './outputs.js';

/** A wait that runs out is a result: nothing has failed. */
export const WAIT_OVER = 'the wait is over, the task goes on: that is normal';

/** "waiting, reported done: alice/fix-flaky-3fa1, your turn for 4 min": whose turn it is, on one line. */
export function headline(task: TaskState & { readonly asks?: 'guess' | undefined }, words: Words): string {
  const { phase, outcome, asks, stalled, interrupted, since } = task;
  const state = [
    phase,
    outcome !== undefined && outcome !== phase && `reported ${outcome}`,
    asks && 'asks (a guess)',
    stalled && 'stalled',
    interrupted && 'interrupted at work',
  ].filter(Boolean);
  const turn = turnWords(task);
  const age = since === undefined ? '' : ` for ${words.age(since)}`;
  return `${state.join(', ')}: ${task.task}${turn === undefined ? age : `, ${turn}${age}`}`;
}

function turnWords({ task, turn }: TaskState): string | undefined {
  switch (turn) {
    case 'you':
      return 'your turn';
    case 'agent':
      return "the agent's turn";
    case 'platform':
      return "the platform's turn";
    case 'owner':
      return `${task.split('/')[0]}'s turn`;
    case 'nobody':
      return undefined;
  }
}

/** The facts under the headline that both sizes of the summary share. */
export function factLines(task: SummarizedTask): (string | false | undefined)[] {
  return [
    task.cause && `cause: ${task.cause}`,
    task.selection_open &&
      `a selection list is open on its screen: what is sent may take its highlighted entry; a person can choose on the dashboard page or by coder ssh ${task.task}`,
    task.inferred ? `${task.phase} is inferred, not what the agent reports` : undefined,
    task.last_message_missing && missingMessage[task.last_message_missing],
  ];
}

const missingMessage = {
  unreachable: 'last message: not available, the agent did not answer',
  not_read: 'last message: not read within 2 s; coder_get_task_logs waits longer',
  no_connect_right: 'last message: not available, you may not connect to this workspace: ask its owner',
  paused_on_this_version: 'last message: this Coder version shows no conversation of a paused task',
  no_snapshot: 'last message: none was saved when the task was paused',
  none_yet: 'last message: none yet',
} as const satisfies Record<NonNullable<SummarizedTask['last_message_missing']>, string>;

/** `next: coder_wait_for_task(tasks: alice/fix-flaky-3fa1) returns when it is your turn` */
export function nextLine({ tool, arguments: args, why }: NextCall): string {
  return `next: ${callWords(tool, args)} ${why}`;
}

/** A call in words, without JSON. */
function callWords(tool: string, args: Readonly<Record<string, unknown>>): string {
  return `${tool}(${argumentWords(args)})`;
}

/** `before: 12; limit: 50` */
export function argumentWords(args: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(args).map(
    ([name, value]) => `${name}: ${Array.isArray(value) ? value.join(', ') : value}`,
  );
  return words.join('; ');
}

/** "3 waiting (2 reported done), 1 paused": most first. */
export function countWords(
  counts: Readonly<Record<string, number>>,
  outcomes: Readonly<Record<string, number>> = {},
): string {
  const reported = Object.entries(outcomes).map(([outcome, count]) => `${count} reported ${outcome}`);
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([phase, count]) =>
        `${count} ${phase}${phase === 'waiting' && reported.length > 0 ? ` (${reported.join(', ')})` : ''}`,
    )
    .join(', ');
}
