/** The poll of the task list: one request a round for every watched task that no stream covers. */

import type { CoderClient } from '../../coder/client.js';
import type { Clock } from '../../coder/clock.js';
import { hasTrait } from '../../coder/errors/error-codes.js';
import { isCoderError } from '../../coder/errors/errors.js';
import { type Task, ZERO_ID } from '../../coder/wire/schemas.js';
import type { ReadStart } from './reads.js';

const MIN_INTERVAL_MS = 2_000;
const MAX_INTERVAL_MS = 15_000;
// One round of very many tasks is a large answer: changes among them never make it more than ten a minute.
const MANY_TASKS = 100;
const MANY_MIN_INTERVAL_MS = 7_500;
const BACK_OFF = 1.5;
// Rounds of many servers and processes must not fall into step.
const JITTER = 0.15;
const MAX_SINGLE_READS = 16;

/** A watched task that is covered by the poll. */
export interface PolledTask {
  readonly task: Task;
  /** As the list shows it that was asked for then; true when that is a change. */
  take(task: Task, start: ReadStart): boolean;
  /** The list does not show it, or not enough of it: it reads itself. */
  readSingly(): void;
  /** The list could not be read. */
  onTrouble(error: unknown): void;
}

export interface ListContext {
  readonly coder: Pick<CoderClient, 'listTasks'>;
  readonly clock: Clock;
  readonly random: () => number;
  begin(): ReadStart;
}

interface Listed {
  readonly tasks: readonly Task[];
  readonly start: ReadStart;
}

type ListListener = (tasks: readonly Task[]) => void;

export class ListPoll {
  readonly #context: ListContext;
  readonly #polled = new Set<PolledTask>();
  readonly #listeners = new Set<ListListener>();
  readonly #closing = new AbortController();
  #mine: { readonly tasks: readonly Task[]; readonly key: string } | undefined;
  #interval = MIN_INTERVAL_MS;
  #timer: unknown;
  #isReading = false;
  /** Where the next single reads begin, when there are more tasks to read so than one round may. */
  #turn = 0;

  constructor(context: ListContext) {
    this.#context = context;
  }

  add(polled: PolledTask): void {
    if (this.#polled.has(polled)) return;
    this.#polled.add(polled);
    this.#hasten();
  }

  remove(polled: PolledTask): void {
    this.#polled.delete(polled);
    this.#rest();
  }

  /** My tasks, once they are known and then whenever one comes, goes or changes. */
  followMine(listener: ListListener): { close(): void } {
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) {
      this.#mine = undefined;
      this.#interval = MIN_INTERVAL_MS;
      void this.#round();
    } else if (this.#mine) {
      const { tasks } = this.#mine;
      queueMicrotask(() => this.#listeners.has(listener) && listener(tasks));
    }
    return {
      close: () => {
        this.#listeners.delete(listener);
        this.#rest();
      },
    };
  }

  close(): void {
    this.#closing.abort();
    this.#polled.clear();
    this.#listeners.clear();
    this.#rest();
  }

  get #isWanted(): boolean {
    return this.#polled.size > 0 || this.#listeners.size > 0;
  }

  #rest(): void {
    if (this.#isWanted) return;
    this.#context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** A covered task was seen to change in between: more may follow, so the next round comes soon. */
  onMove(polled: PolledTask): void {
    if (this.#polled.has(polled)) this.#hasten();
  }

  #hasten(): void {
    const least = this.#leastInterval;
    if (this.#timer !== undefined && this.#interval <= least) return;
    this.#interval = least;
    this.#arm();
  }

  get #leastInterval(): number {
    return this.#polled.size > MANY_TASKS ? MANY_MIN_INTERVAL_MS : MIN_INTERVAL_MS;
  }

  #arm(): void {
    this.#context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#isWanted || this.#isReading) return;
    const delay = this.#interval * (1 - JITTER * this.#context.random());
    this.#timer = this.#context.clock.setTimeout(() => void this.#round(), delay);
  }

  async #round(): Promise<void> {
    if (this.#isReading) return;
    this.#context.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isReading = true;
    // What joins or changes during the round sets this back.
    this.#interval = Math.min(this.#interval * BACK_OFF, MAX_INTERVAL_MS);
    try {
      if (await this.#read()) this.#interval = this.#leastInterval;
    } finally {
      this.#isReading = false;
      this.#arm();
    }
  }

  /** One round; whether it showed a change. */
  async #read(): Promise<boolean> {
    const mine = this.#listeners.size > 0 ? await this.#list('me') : undefined;
    let hasChanged = mine !== undefined && this.#tellMine(mine.tasks);
    const [first, ...others] = this.#polled;
    if (first === undefined) return hasChanged;
    const owner = first.task.owner_name;
    const isOneOwner = owner !== '' && others.every(({ task }) => task.owner_name === owner);
    const isMine = isOneOwner && mine?.tasks.some((task) => task.owner_name === owner) === true;
    if (others.length === 0 && !isMine) {
      // One request either way, and this one is small and exact.
      first.readSingly();
      return hasChanged;
    }
    const list = isMine ? mine : await this.#list(isOneOwner ? owner : undefined);
    if (list !== undefined && this.#hand(list)) hasChanged = true;
    return hasChanged;
  }

  async #list(owner: string | undefined): Promise<Listed | undefined> {
    const start = this.#context.begin();
    try {
      const query = owner === undefined ? {} : { owner };
      const { tasks } = await this.#context.coder.listTasks(query, { signal: this.#closing.signal });
      return { tasks, start };
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#onError(error);
      return undefined;
    }
  }

  /** Hands every polled task its entry; whether one of them had changed. */
  #hand({ tasks, start }: Listed): boolean {
    const byId = new Map(tasks.map((task) => [task.id, task]));
    const single: PolledTask[] = [];
    let hasChanged = false;
    for (const polled of [...this.#polled]) {
      const entry = byId.get(polled.task.id);
      // A token without the right to read templates sees every entry half empty (coder-api §3.1).
      if (entry === undefined || entry.template_id === ZERO_ID) single.push(polled);
      else if (polled.take(entry, start)) hasChanged = true;
    }
    this.#readSingly(single);
    return hasChanged;
  }

  #onError(error: unknown): void {
    const polled = [...this.#polled];
    // One task without a workspace breaks the whole list, and a list can be too large: the tasks themselves can be read.
    if (isBrokenList(error)) this.#readSingly(polled);
    else for (const one of polled) one.onTrouble(error);
  }

  #readSingly(polled: readonly PolledTask[]): void {
    const count = Math.min(polled.length, MAX_SINGLE_READS);
    for (let index = 0; index < count; index++) polled[(this.#turn + index) % polled.length]?.readSingly();
    this.#turn = polled.length > MAX_SINGLE_READS ? (this.#turn + count) % polled.length : 0;
  }

  #tellMine(tasks: readonly Task[]): boolean {
    const key = tasks.map(entryKey).join('\n');
    if (this.#mine?.key === key) return false;
    this.#mine = { tasks, key };
    for (const listener of [...this.#listeners]) listener(tasks);
    return true;
  }
}

function isBrokenList(error: unknown): boolean {
  return isCoderError(error) && hasTrait(error.code, 'list_unreadable');
}

function entryKey(task: Task): string {
  const { status, workspace_status, current_state, workspace_agent_health } = task;
  const report = current_state ? `${current_state.timestamp}${current_state.state}` : '';
  return `${task.id}${task.name} ${status} ${workspace_status} ${workspace_agent_health?.healthy} ${report}`;
}
