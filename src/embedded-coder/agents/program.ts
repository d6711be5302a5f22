/** What AgentAPI needs of the program in its terminal, and what such a program needs of its workspace. */

import type { Clock } from '../time/clock.js';
import type { Pace } from '../time/pace.js';

export interface Report {
  readonly state: string;
  readonly message: string;
  readonly uri: string;
}

/** The workspace of a program. */
export interface ProgramHost {
  readonly clock: Clock;
  readonly pace: Partial<Pace>;
  /** The disk: what a program writes here it finds again after a pause. */
  readonly disk: Map<string, string>;
  /** The path of the home directory, which some programs show. */
  readonly home: string;
  /** The whole screen, without the blanks at the end of its rows. */
  show(rows: readonly string[]): void;
  /** The program's own report. */
  report(report: Report): void;
  /** The program dies, or takes the workspace agent with it. */
  breaks(what: 'program' | 'agent'): void;
}

/** A coding agent in a terminal. It is given texts as AgentAPI types them: a paste, then Enter. */
export interface AgentProgram {
  /** How wide AgentAPI makes its terminal. */
  readonly columns: number;
  /** True: the prompt stands on its command line. False: AgentAPI types the prompt like every other message. */
  readonly takesPrompt: boolean;
  /** Shows the first screen; `prompt` is '' unless the program takes it. */
  start(prompt: string): void;
  paste(text: string): void;
  enter(): void;
  /**
   * Is at once where a turn on `text` leads, without time going by: shows the last screen of that turn and returns the
   * reports of the turn, oldest first. A screen that waits for an answer counts as its end.
   */
  answerAtOnce(text: string): readonly Report[];
  stop(): void;
}
