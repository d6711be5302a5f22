/**
 * An agent as most real templates run it (cli-agent.json): its prompt stands on its command line, its one screen grows
 * with the session in a terminal of 67 columns, and after a pause the session goes on.
 */

import { duration } from '../time/pace.js';
import { Timers } from '../time/timers.js';
import type { AgentProgram, ProgramHost, Report } from './program.js';
import { wrapRows } from './rows.js';
import type { Ending, Script, SelectionList, Turn } from './terminal-turn.js';

const COLUMNS = 67;
const SESSION = 'session.json';
const SPINNER = ['·', '✢', '✳', '✶', '✻', '✽'] as const;
const LINE = '─'.repeat(COLUMNS);
// cli-agent.json: so long the agent works on a choice; cli-dialogs.json: so late a lone escape closes a list.
const CHOICE_MS = 2_000;
const ESCAPE_MS = 1_100;
// dead-agent.json: the screen of a program that has died can be read for a moment.
const DEATH_MS = 1_500;

/** What is kept of a session: the rows of its conversation and the messages. */
interface Session {
  readonly rows: string[];
  readonly messages: string[];
}

export class TerminalAgent implements AgentProgram {
  readonly columns = COLUMNS;
  readonly takesPrompt = true;
  readonly #host: ProgramHost;
  readonly #script: Script;
  readonly #timers: Timers;
  readonly #session: Session;
  /** Messages that were typed while it was at work, in the order in which it will take them. */
  readonly #queue: string[] = [];
  #typed = '';
  /** What covers the input box. */
  #dialog: Extract<Ending, { kind: 'list' | 'page' }> | undefined;
  #isBusy = false;
  /** The row that says that it works. */
  #busyRow: string | undefined;

  constructor(host: ProgramHost, script: Script) {
    this.#host = host;
    this.#script = script;
    this.#timers = new Timers(host.clock);
    this.#session = readSession(host.disk.get(SESSION));
  }

  /** A session that was saved goes on, and the prompt is not given to it (coder-api §8.3). */
  start(prompt: string): void {
    const goesOn = this.#session.rows.length > 0;
    if (!goesOn) this.#session.rows.push(...welcome());
    this.#paint();
    if (!goesOn && prompt.trim() !== '') this.#begin(prompt.trim());
  }

  paste(text: string): void {
    const { kind } = this.#dialog ?? {};
    if (kind === 'page') return;
    if (this.#dialog?.kind === 'list') this.#pasteToList(this.#dialog.list, text);
    else {
      this.#typed = text;
      if (!this.#isBusy) this.#paint();
    }
  }

  enter(): void {
    if (this.#dialog?.kind === 'list') {
      this.#choose(this.#dialog.list, 1);
      return;
    }
    const text = this.#typed.trim();
    this.#typed = '';
    if (text === '' || this.#dialog !== undefined) return;
    if (this.#isBusy) this.#queue.push(text);
    else this.#begin(text);
  }

  answerAtOnce(text: string): readonly Report[] {
    const turn = this.#lay(text);
    if (this.#session.rows.length === 0) this.#session.rows.push(...welcome());
    this.#say('', ...wrapRows(text, COLUMNS, '> '));
    for (const block of turn.steps) this.#sayBlock(block);
    if (turn.ending.kind === 'answer') for (const block of turn.ending.blocks) this.#sayBlock(block);
    else if (turn.ending.kind !== 'death') this.#open(turn.ending);
    this.#paint();
    return [turn.begins, turn.ends].filter((each) => each !== undefined);
  }

  stop(): void {
    this.#timers.clear();
  }

  #lay(text: string): Turn {
    const turn = this.#script(text, duration(this.#host.pace, 'work'), this.#session.messages);
    this.#session.messages.push(text);
    return turn;
  }

  #begin(text: string): void {
    const turn = this.#lay(text);
    this.#isBusy = true;
    if (turn.begins !== undefined) this.#host.report(turn.begins);
    this.#say('', ...wrapRows(text, COLUMNS, '> '));
    if (turn.ending.kind === 'death') {
      this.#die();
      return;
    }
    this.#spin('Thinking', turn.thinkMs, () => {
      for (const block of turn.steps) this.#sayBlock(block);
      if (turn.stillMs > 0) this.#standStill(turn);
      else this.#spin('Working', turn.workMs, () => this.#end(turn));
    });
  }

  /** Works on without a change of its screen; what is typed meanwhile it takes up afterwards (frozen-send.json). */
  #standStill(turn: Turn): void {
    this.#busyRow = '✳ Running tests… (esc to interrupt)';
    this.#paint();
    this.#timers.after(turn.stillMs, () => this.#end(turn));
  }

  #end(turn: Turn): void {
    if (turn.ends !== undefined) this.#host.report(turn.ends);
    if (turn.lateMs > 0) this.#spin('Summing up', turn.lateMs, () => this.#finish(turn.ending));
    else this.#finish(turn.ending);
  }

  #finish(ending: Ending): void {
    this.#isBusy = false;
    this.#busyRow = undefined;
    if (ending.kind === 'answer') for (const block of ending.blocks) this.#sayBlock(block);
    else if (ending.kind !== 'death') this.#open(ending);
    this.#paint();
    const next = this.#queue.shift();
    if (next !== undefined) this.#begin(next);
  }

  #open(dialog: Extract<Ending, { kind: 'list' | 'page' }>): void {
    this.#sayBlock(dialog.says);
    this.#dialog = dialog;
    if (dialog.kind === 'page' && dialog.forMs !== undefined) {
      this.#timers.after(dialog.forMs, () => {
        this.#dialog = undefined;
        this.#sayBlock(dialog.afterwards);
        this.#paint();
      });
    }
  }

  #pasteToList(list: SelectionList, text: string): void {
    const number = Number(/^\s*(\d)\s*$/.exec(text)?.[1] ?? 0);
    if (list.kind === 'digit' && number >= 1 && number <= list.entries.length) this.#choose(list, number);
    if (list.kind !== 'escape') return;
    this.#timers.after(ESCAPE_MS, () => {
      this.#dialog = undefined;
      this.#say('', '  ⎿  Declined');
      this.#typed = text;
      this.#paint();
    });
  }

  #choose(list: SelectionList, number: number): void {
    this.#dialog = undefined;
    this.#isBusy = true;
    this.#say('', `  ⎿  You chose: ${number}. ${list.entries[number - 1] ?? ''}`);
    const { says, report } = list.chosen(number);
    this.#spin('Working', CHOICE_MS, () => {
      if (report !== undefined) this.#host.report(report);
      this.#finish({ kind: 'answer', blocks: [says] });
    });
  }

  #die(): void {
    this.#say('', 'fatal: the agent program crashed');
    this.#paint();
    this.#timers.after(DEATH_MS, () => this.#host.breaks('program'));
  }

  #spin(what: string, ms: number, then: () => void): void {
    const repaint = duration(this.#host.pace, 'repaint');
    const paint = (frame: number) => {
      const glyph = SPINNER[frame % SPINNER.length] ?? '·';
      this.#busyRow = `${glyph} ${what}… (${Math.floor((frame * repaint) / 1_000)}s · esc to interrupt)`;
      this.#paint();
    };
    paint(0);
    for (let frame = 1; frame * repaint < ms; frame++) this.#timers.after(frame * repaint, () => paint(frame));
    this.#timers.after(ms, then);
  }

  #sayBlock(block: string): void {
    const [first = '', ...more] = block.split('\n');
    const result = more.filter((row) => row.startsWith('  ⎿'));
    const text = [first.slice(2), ...more.filter((row) => !row.startsWith('  ⎿'))].join('\n');
    this.#say('', ...wrapRows(text, COLUMNS, first.slice(0, 2)), ...result);
  }

  #say(...rows: string[]): void {
    this.#session.rows.push(...rows);
    this.#host.disk.set(SESSION, JSON.stringify(this.#session));
  }

  #paint(): void {
    const { rows } = this.#session;
    const busy = this.#busyRow === undefined ? [] : ['', this.#busyRow];
    const below = this.#dialog === undefined ? busy : dialogRows(this.#dialog);
    this.#host.show([...rows, ...below, '', LINE, ...wrapRows(this.#typed, COLUMNS, '> '), LINE]);
  }
}

function dialogRows(dialog: Extract<Ending, { kind: 'list' | 'page' }>): readonly string[] {
  if (dialog.kind === 'page') return dialog.rows;
  const { question, entries, hint } = dialog.list;
  const choices = entries.map((entry, index) => ` ${index === 0 ? '❯' : ' '} ${index + 1}. ${entry}`);
  return [...question, ...choices, '', hint];
}

function welcome(): readonly string[] {
  const inside = (text: string) => `│ ${text.padEnd(38)} │`;
  const edge = '─'.repeat(40);
  const lines = ['✻ Welcome to Agent!', '', '  cwd: /home/coder/project'];
  return [`╭${edge}╮`, ...lines.map(inside), `╰${edge}╯`];
}

function readSession(saved: string | undefined): Session {
  const parsed: unknown = saved === undefined ? undefined : JSON.parse(saved);
  const texts = (value: unknown) => (Array.isArray(value) ? value.map(String) : []);
  if (typeof parsed !== 'object' || parsed === null) return { rows: [], messages: [] };
  return {
    rows: texts('rows' in parsed ? parsed.rows : undefined),
    messages: texts('messages' in parsed ? parsed.messages : undefined),
  };
}
