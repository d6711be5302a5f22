/** How a task reads in the text form of answers: the same few lines in every tool. */

import type { NextCall } from '../tasks/next.js';
import type { Words } from './define.js';
import type { BriefTask, TaskLine } from './outputs.js';

const turnWords = {
  you: 'your turn',
  agent: "the agent's turn",
  platform: "the platform's turn",
  owner: undefined,
  nobody: undefined,
} as const;

/** A wait that runs out is a result: nothing has failed. */
export const WAIT_OVER = 'the wait is over, the task goes on: that is normal';

/** "waiting: alice/fix-flaky-3fa1, your turn for 4 min": whose turn it is, on one line. */
export function headline(task: TaskLine, words: Words): string {
  const turn = task.turn === 'owner' ? `${task.task.split('/')[0]}'s turn` : turnWords[task.turn];
  const outcome = task.outcome === undefined || task.outcome === task.phase ? '' : `, reported ${task.outcome}`;
  const phase = `${task.phase}${outcome}${task.stalled ? ', stalled' : ''}`;
  const age = task.since === undefined ? '' : ` for ${words.age(task.since)}`;
  return turn === undefined ? `${phase}: ${task.task}` : `${phase}: ${task.task}, ${turn}${age}`;
}

/** The facts under the headline that both sizes of the summary share. */
export function factLines(task: BriefTask): (string | undefined)[] {
  return [
    task.cause && `cause: ${task.cause}`,
    task.inferred ? `${task.phase} is inferred, not what the agent reports` : undefined,
    task.links &&
      `links (the agent's claim): ${task.links.map((link) => (link.kind ? `${link.url} (${link.kind.replace('_', ' ')})` : link.url)).join(' ')}`,
    task.last_message_missing && missingMessage[task.last_message_missing],
  ];
}

const missingMessage = {
  unreachable: 'last message: not available, the agent did not answer',
  no_connect_right: 'last message: not available, you may not connect to this workspace: ask its owner',
  paused_on_this_version: 'last message: this Coder version shows no conversation of a paused task',
  no_snapshot: 'last message: none was saved when the task was paused',
} as const satisfies Record<NonNullable<BriefTask['last_message_missing']>, string>;

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

/** "3 waiting, 1 paused": most first. */
export function countWords(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([phase, count]) => `${count} ${phase}`)
    .join(', ');
}
