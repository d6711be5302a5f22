/** The scripted agent of the first recordings: AgentAPI types its prompt, and each turn has the screen for itself. */

import { duration } from '../time/pace.js';
import { Timers } from '../time/timers.js';
import type { DemoMemory, Plan } from './demo-script.js';
import type { AgentProgram, ProgramHost, Report } from './program.js';
import { cutRows } from './rows.js';

const COLUMNS = 80;
const WELCOME = ['Demo coding agent 1.0', 'Directory: ~/project', '', 'Type a task and press enter.'];
const SPINNER = ['|', '/', '-', '\\'] as const;
// send-errors.json: the program and the workspace agent outlive the fatal message by about as much.
const CRASH_MS = 1_000;
const KILL_MS = 300;

export interface DemoStyle {
  readonly plan: (message: string, workMs: number, memory: DemoMemory) => Plan;
  /** Whether the message stands above its answer. */
  readonly echoes: boolean;
}

export class DemoAgent implements AgentProgram {
  readonly columns = COLUMNS;
  readonly takesPrompt = false;
  readonly #host: ProgramHost;
  readonly #style: DemoStyle;
  readonly #timers: Timers;
  #screen: readonly string[] = [];
  #pasted = '';
  #step = 0;
  #openQuestion: string | undefined;

  constructor(host: ProgramHost, style: DemoStyle) {
    this.#host = host;
    this.#style = style;
    this.#timers = new Timers(host.clock);
  }

  start(): void {
    this.#show(screen(WELCOME));
  }

  paste(text: string): void {
    this.#pasted = text;
    this.#show([...this.#screen, ...echo(text)]);
  }

  enter(): void {
    const text = this.#pasted;
    if (text === '') return;
    this.#pasted = '';
    const made = this.#plan(text);
    if (made.report !== undefined) this.#host.report({ state: 'working', message: made.report, uri: '' });
    if (made.breaks === 'program') this.#timers.after(CRASH_MS, () => this.#host.breaks('program'));
    if (made.breaks === 'agent') this.#timers.after(KILL_MS, () => this.#host.breaks('agent'));
    const paint = (lines: readonly string[]) => this.#show([...this.#echo(text), ...screen(lines)]);
    paint(progressLines(made, 0, 0));
    const repaint = duration(this.#host.pace, 'repaint');
    for (let frame = 1; frame * repaint < made.workMs; frame++) {
      this.#timers.after(frame * repaint, () => paint(progressLines(made, frame, frame * repaint)));
    }
    this.#timers.after(made.workMs, () => {
      paint(made.answer);
      if (made.outcome !== undefined) this.#host.report(made.outcome);
    });
  }

  answerAtOnce(text: string): readonly Report[] {
    const made = this.#plan(text);
    this.#show([...this.#echo(text), ...screen(made.answer)]);
    const begun = { state: 'working', message: made.report ?? '', uri: '' };
    return made.outcome === undefined ? [begun] : [begun, made.outcome];
  }

  stop(): void {
    this.#timers.clear();
  }

  #plan(text: string): Plan {
    this.#step += 1;
    const memory = { step: this.#step, openQuestion: this.#openQuestion };
    const made = this.#style.plan(text, duration(this.#host.pace, 'work'), memory);
    this.#openQuestion = made.asks ? text : undefined;
    return made;
  }

  #echo(text: string): readonly string[] {
    return this.#style.echoes ? echo(text) : [];
  }

  #show(rows: readonly string[]): void {
    this.#screen = rows;
    this.#host.show(rows);
  }
}

function echo(text: string): readonly string[] {
  return cutRows(`> ${text.replace(/\s+/g, ' ')}`, COLUMNS);
}

function progressLines(made: Plan, frame: number, elapsedMs: number): string[] {
  const share = made.workMs === 0 ? 1 : elapsedMs / made.workMs;
  const shown = made.progress.slice(0, Math.ceil(share * made.progress.length));
  return [...shown, `${SPINNER[frame % SPINNER.length] ?? '|'} Working (${Math.floor(elapsedMs / 1_000)}s)`];
}

function screen(lines: readonly string[]): readonly string[] {
  return lines.flatMap((line) => cutRows(`  ${line}`, COLUMNS)).map((row) => row.trimEnd());
}
