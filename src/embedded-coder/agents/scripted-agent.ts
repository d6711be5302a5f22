/** The agent of report-history.json, frozen-send.json and dead-agent.json: it reads lines and writes lines. */

import { duration } from '../time/pace.js';
import { Timers } from '../time/timers.js';
import type { AgentProgram, ProgramHost, Report } from './program.js';
import { cutRows } from './rows.js';

const COLUMNS = 80;
const SPINNER = ['|', '/', '-', '\\'] as const;
// dead-agent.json: the screen of a program that has died can be read for a moment.
const DEATH_MS = 1_500;

interface Job {
  readonly ms: number;
  /** False: nothing moves on its screen while it works. */
  readonly moves: boolean;
  readonly begins: Report | undefined;
  readonly ends: Report | undefined;
  readonly answer: string;
}

/** Words in a message: `slow=N`, `quiet=N` (nothing moves for N seconds), `@ask`, `@fail`, `@link`, `@noreport`, `@die`. */
function jobOn(text: string, workMs: number): Job {
  const seconds = /\b(slow|quiet)=(\d+)/.exec(text);
  const report = (state: string, message: string, uri = ''): Report => ({ state, message, uri });
  const job: Job = {
    ms: seconds === null ? workMs : Number(seconds[2]) * 1_000,
    moves: seconds?.[1] !== 'quiet',
    begins: report('working', `Working on: ${text}`),
    ends: report('complete', `Finished: ${text}`, /@link\b/.test(text) ? 'https://github.com/example/repo/pull/7' : ''),
    answer: `Finished: ${text}. All 12 tests pass.`,
  };
  if (/@noreport\b/.test(text)) return { ...job, begins: undefined, ends: undefined };
  if (/@ask\b/.test(text)) {
    return { ...job, ends: report('working', 'Question: Redis or memory?'), answer: 'Question: Redis or memory?' };
  }
  if (/@fail\b/.test(text)) {
    const uri = 'https://github.com/example/repo/actions/runs/99';
    const ends = report('failure', 'Failed: tests failed, 3 of 12', uri);
    return { ...job, ends, answer: 'Failed: tests failed, 3 of 12' };
  }
  return job;
}

export class ScriptedAgent implements AgentProgram {
  readonly columns = COLUMNS;
  readonly takesPrompt = false;
  readonly #host: ProgramHost;
  readonly #timers: Timers;
  readonly #log: string[] = [];
  /** Lines that were typed while it was at work. */
  readonly #lines: string[] = [];
  #typed = '';
  #isBusy = false;

  constructor(host: ProgramHost) {
    this.#host = host;
    this.#timers = new Timers(host.clock);
  }

  start(): void {
    this.#write(`Scripted agent 1.0 ready in ${this.#host.home}`);
  }

  paste(text: string): void {
    this.#typed = text.replace(/\s+/g, ' ');
    if (!this.#isBusy) this.#show(...cutRows(`> ${this.#typed}`, COLUMNS));
  }

  enter(): void {
    const line = this.#typed;
    this.#typed = '';
    if (this.#isBusy) this.#lines.push(line);
    else this.#take(line);
  }

  answerAtOnce(text: string): readonly Report[] {
    const job = jobOn(text, 0);
    this.#log.push(...cutRows(`> ${text}`, COLUMNS), '');
    this.#write(`Working on: ${text}`, job.answer);
    return [job.begins, job.ends].filter((each) => each !== undefined);
  }

  stop(): void {
    this.#timers.clear();
  }

  #take(line: string): void {
    if (line === '') {
      this.#write('>');
      return;
    }
    this.#write(`> ${line}`, '');
    this.#isBusy = true;
    if (/@die\b/.test(line)) {
      this.#write('fatal: the agent program crashed');
      this.#timers.after(DEATH_MS, () => this.#host.breaks('program'));
      return;
    }
    const job = jobOn(line, duration(this.#host.pace, 'work'));
    if (job.begins !== undefined) this.#host.report(job.begins);
    this.#write(`Working on: ${line}`);
    if (job.moves) this.#spin(job.ms);
    this.#timers.after(job.ms, () => {
      this.#write(job.answer);
      if (job.ends !== undefined) this.#host.report(job.ends);
      this.#isBusy = false;
      this.#takeNext();
    });
  }

  #takeNext(): void {
    while (!this.#isBusy && this.#lines.length > 0) this.#take(this.#lines.shift() ?? '');
  }

  #spin(ms: number): void {
    const repaint = duration(this.#host.pace, 'repaint');
    for (let frame = 1; frame * repaint < ms; frame++) {
      const glyph = SPINNER[frame % SPINNER.length] ?? '|';
      const seconds = Math.floor((frame * repaint) / 1_000);
      this.#timers.after(frame * repaint, () => this.#show(`  step ${frame} (${seconds} s) ${glyph}`));
    }
  }

  #write(...lines: readonly string[]): void {
    this.#log.push(...lines.flatMap((line) => cutRows(line, COLUMNS)));
    this.#show();
  }

  #show(...below: readonly string[]): void {
    this.#host.show([...this.#log, ...below]);
  }
}
