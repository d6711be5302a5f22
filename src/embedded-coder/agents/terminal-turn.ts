/** One turn of an agent that is given its prompt on its command line, as a script lays it out. */

import type { Report } from './program.js';

/**
 * What a selection list makes of a typed text. `enter`: nothing; the Enter after it takes the highlighted entry.
 * `digit`: a pasted digit chooses at once. `escape`: the escape character of a paste closes the list, and the text
 * becomes a message of its own.
 */
export type ListKind = 'enter' | 'digit' | 'escape';

export interface SelectionList {
  readonly kind: ListKind;
  /** The rows above the entries. */
  readonly question: readonly string[];
  readonly entries: readonly string[];
  /** The rows below the entries. */
  readonly hint: string;
  /** What the agent does after a choice. */
  chosen(number: number): { readonly says: string; readonly report: Report | undefined };
}

export type Ending =
  | { readonly kind: 'answer'; readonly blocks: readonly string[] }
  | { readonly kind: 'list'; readonly says: string; readonly list: SelectionList }
  /** A page that takes no key until it goes away by itself; `forMs` undefined: it stays. */
  | {
      readonly kind: 'page';
      readonly says: string;
      readonly rows: readonly string[];
      readonly forMs: number | undefined;
      readonly afterwards: string;
    }
  /** The program dies. */
  | { readonly kind: 'death' };

export interface Turn {
  readonly thinkMs: number;
  /** What the agent says and which tools it calls after it has thought: `● ` blocks, a tool's result in a row `  ⎿  …`. */
  readonly steps: readonly string[];
  readonly workMs: number;
  /** After the steps the screen stands still for so long, though the agent works. */
  readonly stillMs: number;
  readonly ending: Ending;
  readonly begins: Report | undefined;
  readonly ends: Report | undefined;
  /** So long it goes on writing after it has reported its end. */
  readonly lateMs: number;
}

/** Lays out a turn on `text`; `turns` counts those before it in this session. */
export type Script = (text: string, workMs: number, turns: readonly string[]) => Turn;
