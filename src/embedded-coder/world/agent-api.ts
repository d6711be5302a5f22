/** AgentAPI in a workspace: the agent's terminal screen as a conversation, and the watcher that reports from it. */

import { type Plan, plan } from './agent-script.js';
import type { Clock } from './clock.js';
import type { LogEntry } from './model.js';
import { duration, type Pace } from './pace.js';
import { Timers } from './timers.js';

/** How the agent's world takes what happens on its screen. */
export interface AgentHost {
  readonly clock: Clock;
  readonly pace: Partial<Pace>;
  /** False for an agent that reports nothing at all. */
  readonly reports: boolean;
  report(report: { readonly state: string; readonly message: string; readonly uri: string }): void;
  breaks(what: 'program' | 'agent'): void;
}

/** `refusing`: takes no message though it calls itself stable; `hanging`: never answers one (coder-api §10; not recorded). */
export type AgentApiMode = 'ok' | 'down' | 'refusing' | 'hanging';

const COLUMNS = 80;
const WELCOME = ['Demo coding agent 1.0', 'Directory: ~/project', '', 'Type a task and press enter.'];
const SPINNER = ['|', '/', '-', '\\'] as const;
// state.json: the watcher's report about a message that the agent passes over comes just after the answer to the send.
const WATCHER_DELAY_MS = 30;
// lifecycle.json: the first, empty report comes that long after the first screen.
const FIRST_REPORT_MS = 60;
// send-errors.json: the program and the workspace agent outlive the fatal message by about as much.
const CRASH_MS = 1_000;
const KILL_MS = 300;

export class AgentApi {
  mode: AgentApiMode = 'down';
  readonly entries: LogEntry[] = [];
  readonly #host: AgentHost;
  readonly #timers: Timers;
  #status: 'running' | 'stable' = 'running';
  #step = 0;
  #lastText: string | undefined;
  #openQuestion: string | undefined;
  #last = { state: '', message: '', uri: '' };

  constructor(host: AgentHost) {
    this.#host = host;
    this.#timers = new Timers(host.clock);
  }

  get status(): 'running' | 'stable' {
    return this.#status;
  }

  /** Shows the first screen and, a little later, types the task's prompt. */
  start(prompt: string): void {
    this.mode = 'ok';
    this.#write(WELCOME);
    this.#timers.after(FIRST_REPORT_MS, () => this.#report({ state: 'working', message: '', uri: '' }));
    if (prompt.trim() === '') this.#settle();
    else this.#timers.after(this.#wait('prompt'), () => this.#type(prompt, () => {}));
  }

  /** Ends the program: nothing happens on this screen any more. */
  stop(): void {
    this.mode = 'down';
    this.#timers.clear();
  }

  /** Types a message; `done` is called when the agent has it, with a reason when AgentAPI refuses it. */
  post(text: string, done: (refusal?: string) => void): void {
    if (this.mode === 'hanging') return;
    const refusal = this.#refusalOf(text);
    if (refusal === undefined) this.#type(text, () => done());
    else done(refusal);
  }

  #refusalOf(text: string): string | undefined {
    if (text.trim() === '') return 'message must not be empty';
    if (this.mode === 'refusing') return 'failed to wait for screen to stabilize: timeout waiting for condition';
    return this.#status === 'stable' ? undefined : 'message can only be sent when the agent is waiting for user input';
  }

  /** Is at once where `start` leads: the prompt typed, the agent at work on it. */
  startAtWork(prompt: string): void {
    this.mode = 'ok';
    this.#write(WELCOME);
    this.#push('input', prompt.trim(), this.#host.clock.now());
    this.#work(prompt.trim());
  }

  /** Is at once where `start` leads in the end: the prompt answered, the agent idle. */
  startIdle(prompt: string): void {
    this.mode = 'ok';
    this.#write(WELCOME);
    const text = prompt.trim();
    if (text !== '') {
      this.#push('input', text, this.#host.clock.now());
      this.#lastText = text;
      const made = this.#plan(text);
      this.#write(made.answer);
      this.#last = { state: 'working', message: made.report ?? '', uri: '' };
      if (made.outcome !== undefined) this.#last = { ...made.outcome };
    }
    this.#status = 'stable';
    this.#report({ ...this.#last, state: 'idle' });
  }

  #type(text: string, typed: () => void): void {
    const startedAt = this.#host.clock.now();
    this.#status = 'running';
    this.#timers.after(this.#wait('typing'), () => {
      // The entry bears the time at which typing began, and shows up when it has ended.
      this.#push('input', text.trim(), startedAt);
      typed();
      this.#work(text.trim());
    });
  }

  #work(text: string): void {
    const isRepeat = this.#lastText === text;
    this.#lastText = text;
    const made = this.#plan(text);
    if (made.report !== undefined) this.#report({ state: 'working', message: made.report, uri: '' });
    else {
      this.#timers.after(WATCHER_DELAY_MS, () => {
        if (this.#last.state !== 'working') this.#report({ ...this.#last, state: 'working' });
      });
    }
    if (made.breaks === 'program') this.#timers.after(CRASH_MS, () => this.#host.breaks('program'));
    if (made.breaks === 'agent') this.#timers.after(KILL_MS, () => this.#host.breaks('agent'));
    this.#write(progressScreen(made, 0, 0));
    const repaint = this.#wait('repaint');
    for (let frame = 1; frame * repaint < made.workMs; frame++) {
      this.#timers.after(frame * repaint, () => this.#rewrite(progressScreen(made, frame, frame * repaint)));
    }
    // send.json: AgentAPI compares screens, and after the same message twice the first line is taken for an old one.
    this.#timers.after(made.workMs, () => this.#finish(isRepeat ? { ...made, answer: made.answer.slice(1) } : made));
  }

  #plan(text: string): Plan {
    this.#step += 1;
    const made = plan(text, this.#wait('work'), { step: this.#step, openQuestion: this.#openQuestion });
    this.#openQuestion = made.asks ? text : undefined;
    return made;
  }

  #finish(made: Plan): void {
    this.#rewrite(made.answer);
    if (made.outcome !== undefined) this.#report(made.outcome);
    this.#settle();
  }

  #settle(): void {
    this.#timers.after(this.#wait('settle'), () => {
      this.#status = 'stable';
      if (this.#last.state !== 'idle') this.#report({ ...this.#last, state: 'idle' });
    });
  }

  #report(report: { readonly state: string; readonly message: string; readonly uri: string }): void {
    this.#last = { state: report.state, message: report.message, uri: report.uri };
    if (this.#host.reports) this.#host.report(report);
  }

  #write(lines: readonly string[]): void {
    this.#push('output', screen(lines), this.#host.clock.now());
  }

  #rewrite(lines: readonly string[]): void {
    const last = this.entries.at(-1);
    if (last?.type === 'output' && last.id !== 0) this.entries.pop();
    this.#write(lines);
  }

  #push(type: 'input' | 'output', content: string, at: number): void {
    this.entries.push({ id: this.entries.length, type, content, at });
  }

  #wait(step: keyof Pace): number {
    return duration(this.#host.pace, step);
  }
}

function progressScreen(made: Plan, frame: number, elapsedMs: number): string[] {
  const share = made.workMs === 0 ? 1 : elapsedMs / made.workMs;
  const shown = made.progress.slice(0, Math.ceil(share * made.progress.length));
  return [...shown, `${SPINNER[frame % SPINNER.length] ?? '|'} Working (${Math.floor(elapsedMs / 1_000)}s)`];
}

/** As a terminal hands it over: indented, cut into rows, every row filled up with blanks. */
function screen(lines: readonly string[]): string {
  return lines
    .flatMap((line) => rows([...`  ${line}`]))
    .map((row) => row.join('').padEnd(COLUMNS))
    .join('\n');
}

function rows(characters: readonly string[]): (readonly string[])[] {
  const cut: (readonly string[])[] = [];
  for (let start = 0; start === 0 || start < characters.length; start += COLUMNS) {
    cut.push(characters.slice(start, start + COLUMNS));
  }
  return cut;
}
