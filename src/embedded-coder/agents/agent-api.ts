/** AgentAPI in a workspace: the agent's terminal as a conversation, and the watcher that reports from it. */

import type { Clock } from '../time/clock.js';
import { duration, type Pace } from '../time/pace.js';
import { Timers } from '../time/timers.js';
import { messageOn } from './conversation.js';
import type { AgentProgram, ProgramHost, Report } from './program.js';
import { sameRows } from './rows.js';

export interface LogEntry {
  readonly id: number;
  readonly type: 'input' | 'output';
  readonly content: string;
  readonly at: number;
}

/** How the agent's world takes what happens on its screen. */
export interface AgentHost {
  readonly clock: Clock;
  readonly pace: Partial<Pace>;
  readonly disk: Map<string, string>;
  readonly home: string;
  /** False for an agent that reports nothing at all. */
  readonly reports: boolean;
  /** False where the watcher's subscription has failed: only the agent's own reports arrive (coder-api §8.3). */
  readonly watches: boolean;
  report(report: Report, at?: number): void;
  breaks(what: 'program' | 'agent'): void;
}

/** `refusing`: takes no message though it calls itself stable; `hanging`: never answers one (coder-api §10; not recorded). */
export type AgentApiMode = 'ok' | 'down' | 'refusing' | 'hanging';

// state.json: the watcher's report about a message that the agent passes over comes just after the answer to the send.
const WATCHER_DELAY_MS = 30;
// lifecycle.json: the first, empty report comes that long after the first screen.
const FIRST_REPORT_MS = 60;
// While it waits for the echo of a message AgentAPI looks again that often.
const ECHO_STEP_MS = 100;
const NOT_TAKEN = 'failed to send message: failed to wait for processing to start: timeout waiting for condition';
const ENDED = 'failed to write message: the agent process has ended';
const NO_REPORT: Report = { state: '', message: '', uri: '' };

/** A message that is being typed. */
interface Typing {
  readonly text: string;
  readonly startedAt: number;
  /** The screen before it was pasted. */
  readonly before: readonly string[];
  readonly done: (refusal?: string) => void;
  phase: 'echo' | 'processing';
}

export class AgentApi {
  mode: AgentApiMode = 'down';
  readonly entries: LogEntry[] = [];
  readonly #host: AgentHost;
  readonly #program: AgentProgram;
  readonly #timers: Timers;
  readonly #resting: Timers;
  readonly #waiting: (() => void)[] = [];
  #status: 'running' | 'stable' = 'running';
  #screen: readonly string[] = [];
  #changedAt = 0;
  /** The screen when the last message was typed, and that message. */
  #before: readonly string[] = [];
  #input = '';
  #isPromptDue = false;
  #typing: Typing | undefined;
  #last = NO_REPORT;

  constructor(host: AgentHost, program: (host: ProgramHost) => AgentProgram) {
    this.#host = host;
    this.#timers = new Timers(host.clock);
    this.#resting = new Timers(host.clock);
    this.#program = program({
      clock: host.clock,
      pace: host.pace,
      disk: host.disk,
      home: host.home,
      show: (rows) => this.#show(rows),
      report: (report) => this.#report(report),
      breaks: host.breaks,
    });
  }

  get status(): 'running' | 'stable' {
    return this.#status;
  }

  /** Shows the first screen and, where the program does not take the prompt itself, types it a little later. */
  start(prompt: string): void {
    this.mode = 'ok';
    this.#isPromptDue = !this.#program.takesPrompt && prompt.trim() !== '';
    this.#program.start(this.#program.takesPrompt ? prompt : '');
    this.#timers.after(FIRST_REPORT_MS, () => {
      if (this.#last === NO_REPORT) this.#watch({ state: 'working', message: '', uri: '' });
    });
    if (this.#isPromptDue) this.#timers.after(this.#wait('prompt'), () => this.#type(prompt, () => {}));
  }

  /** Ends the program: nothing happens on this screen any more. */
  stop(): void {
    this.mode = 'down';
    this.#program.stop();
    this.#timers.clear();
    this.#resting.clear();
    const typing = this.#typing;
    this.#typing = undefined;
    typing?.done(ENDED);
    this.#release();
  }

  /** Types a message; `done` is called when the agent has it, with a reason when AgentAPI refuses it. */
  post(text: string, done: (refusal?: string) => void): void {
    if (this.mode === 'hanging') return;
    const refusal = this.#refusalOf(text);
    if (refusal === undefined) this.#type(text, done);
    else done(refusal);
  }

  /** Resolves when no message is being typed: AgentAPI answers nothing else meanwhile (screens §1.6). */
  async whenFree(): Promise<void> {
    if (this.#typing === undefined || this.#isPromptDue) return;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #refusalOf(text: string): string | undefined {
    if (text.trim() === '') return 'message must not be empty';
    if (this.mode === 'refusing') return 'failed to wait for screen to stabilize: timeout waiting for condition';
    return this.#status === 'stable' ? undefined : 'message can only be sent when the agent is waiting for user input';
  }

  /** Is at once where `start` leads: the prompt typed, the agent at work on it. */
  startAtWork(prompt: string): void {
    this.mode = 'ok';
    if (this.#program.takesPrompt) {
      this.#program.start(prompt);
      return;
    }
    this.#program.start('');
    if (prompt.trim() === '') return;
    const before = this.#screen;
    this.#typing = { text: prompt, startedAt: this.#now(), before, done: () => {}, phase: 'echo' };
    this.#program.paste(prompt);
    this.#typing.phase = 'processing';
    this.#program.enter();
    this.#resolve();
  }

  /** Is at once where `start` leads in the end: the prompt answered, the agent idle. */
  startIdle(prompt: string): void {
    const text = prompt.trim();
    const isStarted = this.mode !== 'down';
    this.mode = 'ok';
    if (!isStarted && (text === '' || !this.#program.takesPrompt)) this.#program.start('');
    const before = this.#screen;
    const told = text === '' ? [] : this.#program.answerAtOnce(text);
    if (text !== '' && !this.#program.takesPrompt) {
      const answer = this.#screen;
      this.entries.length = 0;
      this.#write('output', before);
      this.entries.push({ id: this.entries.length, type: 'input', content: text, at: this.#now() });
      this.#before = before;
      this.#input = text;
      this.#write('output', messageOn(answer, before, text));
    }
    this.#resting.clear();
    if (!isStarted) this.#timers.clear();
    this.#status = 'stable';
    this.#tell(told);
  }

  /** The reports of a turn that took no time: one a millisecond, the last of them now. */
  #tell(told: readonly Report[]): void {
    const all = [...told, { ...(told.at(-1) ?? NO_REPORT), state: 'idle' }];
    this.#last = all.at(-1) ?? NO_REPORT;
    if (!this.#host.reports) return;
    for (const [index, report] of all.entries()) this.#host.report(report, this.#now() - (all.length - 1 - index));
  }

  #type(text: string, done: (refusal?: string) => void): void {
    const typing: Typing = { text: text.trim(), startedAt: this.#now(), before: this.#screen, done, phase: 'echo' };
    this.#typing = typing;
    this.#status = 'running';
    this.#resting.clear();
    this.#program.paste(typing.text);
    if (this.#screen === typing.before) this.#timers.after(this.#wait('echo'), () => this.#process(typing));
    else this.#timers.after(this.#wait('typing'), () => this.#awaitEcho(typing));
  }

  /** A screen that goes on changing is not waited for longer than one on which no echo appears. */
  #awaitEcho(typing: Typing): void {
    const isStill = this.#now() - this.#changedAt >= this.#wait('typing');
    const isOver = this.#now() - typing.startedAt >= this.#wait('echo');
    if (isStill || isOver) this.#process(typing);
    else this.#timers.after(ECHO_STEP_MS, () => this.#awaitEcho(typing));
  }

  /** Presses Enter, again and again, until the screen changes or the time is over (frozen-send.json). */
  #process(typing: Typing): void {
    if (this.#typing !== typing) return;
    typing.phase = 'processing';
    const endsAt = this.#now() + this.#wait('processing');
    const press = () => {
      if (this.#typing !== typing) return;
      if (this.#now() >= endsAt) {
        this.#resolve(NOT_TAKEN);
        return;
      }
      this.#timers.after(this.#wait('enterAgain'), press);
      this.#program.enter();
    };
    press();
  }

  /** Ends the typing: the message stands in the conversation now, or was refused. */
  #resolve(refusal?: string): void {
    const typing = this.#typing;
    if (typing === undefined) return;
    this.#typing = undefined;
    this.#isPromptDue = false;
    if (refusal === undefined) {
      this.#before = typing.before;
      this.#input = typing.text;
      // The entry bears the time at which typing began, and shows up when it has ended.
      this.entries.push({ id: this.entries.length, type: 'input', content: typing.text, at: typing.startedAt });
      this.#timers.after(WATCHER_DELAY_MS, () => {
        if (this.#last.state !== 'working') this.#watch({ ...this.#last, state: 'working' });
      });
    }
    typing.done(refusal);
    this.#rewrite();
    this.#release();
    this.#rest();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #show(rows: readonly string[]): void {
    if (this.mode === 'down' || sameRows(rows, this.#screen)) return;
    this.#screen = [...rows];
    this.#changedAt = this.#now();
    if (this.#typing?.phase === 'processing') this.#resolve();
    else if (this.#typing === undefined) {
      this.#rewrite();
      this.#rest();
    }
  }

  /** Calls the agent idle when its screen has stood still for long enough. */
  #rest(): void {
    this.#resting.clear();
    if (this.#isPromptDue) return;
    this.#status = 'running';
    this.#resting.after(Math.max(0, this.#changedAt + this.#wait('settle') - this.#now()), () => {
      this.#status = 'stable';
      if (this.#last.state !== 'idle') this.#watch({ ...this.#last, state: 'idle' });
    });
  }

  /** The last output is the agent's, and is rewritten with every change of its screen. */
  #rewrite(): void {
    const rows = messageOn(this.#screen, this.#before, this.#input);
    const last = this.entries.at(-1);
    if (last?.type !== 'output') this.#write('output', rows);
    else if (last.content !== this.#text(rows)) {
      this.entries.pop();
      this.#write('output', rows);
    }
  }

  #write(type: 'output', rows: readonly string[]): void {
    this.entries.push({ id: this.entries.length, type, content: this.#text(rows), at: this.#now() });
  }

  /** Every row filled up with blanks, as a terminal hands it over. */
  #text(rows: readonly string[]) {
    return rows.map((row) => row.padEnd(this.#program.columns)).join('\n');
  }

  #watch(report: Report): void {
    if (this.#host.watches) this.#report(report);
  }

  #report(report: Report): void {
    this.#last = { state: report.state, message: report.message, uri: report.uri };
    if (this.#host.reports) this.#host.report(report);
  }

  #now(): number {
    return this.#host.clock.now();
  }

  #wait = (step: keyof Pace) => duration(this.#host.pace, step);
}
