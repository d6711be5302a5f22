/** What the agent of the demonstration does: it looks, asks where there is something to decide, and opens a pull request. */

import { plan } from './demo-script.js';
import type { Turn } from './terminal-turn.js';

// The box that the first demo agent leaves on its screen; a terminal agent has one of its own.
const BOX = /^[╭│╰]/;

/** Lays out a turn; `turns` are the messages before it, the last of which it may have answered with a question. */
export function storyTurn(text: string, workMs: number, turns: readonly string[]): Turn {
  const previous = turns.at(-1);
  const asked = previous !== undefined && plan(previous, 0, { step: 1, openQuestion: undefined }).asks;
  const made = plan(text, workMs, { step: turns.length + 1, openQuestion: asked ? previous : undefined });
  const lines = made.answer.filter((line) => !BOX.test(line));
  return {
    thinkMs: made.workMs / 4,
    steps: made.progress,
    workMs: (made.workMs * 3) / 4,
    stillMs: 0,
    ending: { kind: 'answer', blocks: blocksOf(lines) },
    begins: made.report === undefined ? undefined : { state: 'working', message: made.report, uri: '' },
    ends: made.outcome,
    lateMs: 0,
  };
}

/** Paragraphs, each with the agent's mark. */
function blocksOf(lines: readonly string[]): readonly string[] {
  const paragraphs = lines.join('\n').split(/\n\n+/);
  return paragraphs
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .map((each) => (each.startsWith('● ') ? each : `● ${each}`).replace(/\n +/g, '\n'));
}
