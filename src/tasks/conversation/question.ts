/** Whether an agent's last words ask something: a guess, since agents do not report it (behaviour §2). */

// A choice by number, marked or not, and the lines under it.
const CHOICE = /^\s*(?:[❯›>]\s*)?\d+[.)]\s/;
const UNDER_CHOICE = /^\s{3,}\S|^\s*$|\b(?:Esc|Enter)\b/;

/** True for a text that ends in a question mark, or in a question above two or more numbered choices. */
export function isQuestion(message: string): boolean {
  const lines = message.trimEnd().split('\n');
  if (/[?？]["')\]]?$/.test(lines.at(-1)?.trim() ?? '')) return true;
  const above = lines.findLastIndex((line) => !CHOICE.test(line) && !UNDER_CHOICE.test(line));
  const choices = lines.slice(above + 1).filter((line) => CHOICE.test(line));
  return choices.length >= 2 && /[?？:]\s*$/.test(lines[above] ?? '');
}
