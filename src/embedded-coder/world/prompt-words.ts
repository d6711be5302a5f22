/** The `@words` of a task's prompt: they steer the template of the embedded deployment and never reach the agent. */

const STEERING =
  /(?:^|\s+)@(start-sleep|stop-sleep|script-sleep|start-fail-once|start-fail|start-quota|stop-fail-once|stop-fail|delete-fail-once|delete-fail|script-fail|no-connect|no-mcp|stuck|no-snapshot)(?:=(\d+))?(?=\s|$)/g;

export interface PromptWords {
  /** The prompt as the agent gets it. */
  readonly text: string;
  has(word: string): boolean;
  /** The number behind `=`, in milliseconds; 0 where the word is missing. */
  sleepMs(word: string): number;
}

/**
 * `@start-sleep`, `@stop-sleep`, `@script-sleep`, `@no-mcp` and the failures of start, stop and script are in the
 * recordings; `@start-quota`, `@delete-fail…`, `@no-connect` and `@no-snapshot` were added here by analogy.
 */
export function readPromptWords(prompt: string): PromptWords {
  const words = new Map<string, number>();
  const text = prompt.replace(STEERING, (_all, word: string, value: string | undefined) => {
    words.set(word, Number(value ?? 0) * 1_000);
    return '';
  });
  return {
    text: words.size === 0 ? prompt : text.trim(),
    has: (word) => words.has(word),
    sleepMs: (word) => words.get(word) ?? 0,
  };
}
