/** What is said to an agent: a prompt or a message, cleaned of what a terminal would take for key strokes (behaviour §3.6). */

import { InputError } from '../coder/errors/errors.js';
import { typedText } from '../text/terminal.js';
import { wellFormed } from '../text/untrusted.js';

export interface AgentInput {
  readonly text: string;
  /** How much was taken out of it, if anything was. */
  readonly notes: readonly string[];
}

/**
 * The text as it may be typed, blanks round it included. Errors: InputError where nothing but blanks is left, and for NUL,
 * which no request can carry.
 */
export function cleanInput(input: string): AgentInput {
  const { text, removed } = typedText(wellFormed(input));
  if (input.includes('\0') || (text.trim() === '' && removed === 0))
    throw refusal(input, 'more than blanks, and without NUL characters', 'say what the agent shall do');
  if (text.trim() === '')
    throw refusal(
      input,
      'more than control characters: this API types text and cannot interrupt an agent',
      'coder_pause_task is the only call that stops an agent at once',
    );
  return { text, notes: removed === 0 ? [] : [removedWords(removed)] };
}

/** A message as it is sent: cleaned, and trimmed, since agents refuse blanks round it. */
export function readInput(input: string): AgentInput {
  const { text, notes } = cleanInput(input);
  return { text: text.trim(), notes };
}

function refusal(received: string, expectation: string, next: string): InputError {
  return new InputError({ argument: 'input', received, expectation, next });
}

function removedWords(removed: number): string {
  const what =
    removed === 1 ? '1 control sequence or character was' : `${removed} control sequences or characters were`;
  return `${what} taken out of the input: a terminal takes them for key strokes`;
}
