/** From a task reference to the task: as it is now, gone, or listed but closed to this token (behaviour §2, §6). */

import type { CoderClient } from '../coder/client.js';
import { CoderError, InputError, isCoderError } from '../coder/errors/errors.js';
import { type Task, type User, ZERO_ID } from '../coder/wire/schemas.js';
import { ageText } from '../text/age.js';
import { nearest } from '../text/names.js';
import type { TaskMemory } from './knowing/memory.js';
import type { SeenTask } from './knowing/remembered-task.js';
import type { Policy } from './policy.js';
import { isSameHost, isUuid, parseTaskReference, type TaskPath, type TaskReference } from './reference.js';

const MAX_NEAREST = 3;

export interface FinderOptions {
  readonly coder: CoderClient;
  readonly memory: TaskMemory;
  readonly policy: Policy;
}

export class TaskFinder {
  readonly #options: FinderOptions;
  #me: { readonly user: User; readonly identity: number } | undefined;

  constructor(options: FinderOptions) {
    this.#options = options;
  }

  /** Who the token belongs to; read once for each login. */
  async me(signal: AbortSignal): Promise<User> {
    const { coder, memory } = this.#options;
    if (this.#me?.identity !== coder.identity) {
      const user = await coder.getMe({ signal });
      this.#me = { user, identity: coder.identity };
    }
    memory.noteMe(this.#me.user.username);
    return this.#me.user;
  }

  /**
   * The task that a reference names, read now. Errors: InputError for what is no reference; CoderError `task_gone` for a
   * task that this process has seen and that the list no longer has, `cannot_open` for one that the list still has,
   * `not_found` with the nearest names for one that nobody knows, `not_allowed_here` for an owner outside the policy.
   */
  async find(reference: string, signal: AbortSignal): Promise<Task> {
    const { coder, memory, policy } = this.#options;
    const { address, ...path } = await this.#read(reference, signal);
    if (address) await this.#requireOwnHost(reference, address, signal);
    const me = policy.rules.allowedOwners && (await this.me(signal)).username;
    if (!isUuid(path.task)) policy.requireOwner(path.user === 'me' ? (me ?? 'me') : path.user, me);
    try {
      const task = await coder.getTask(path, { signal });
      if (path.user === 'me' && !isUuid(path.task)) memory.noteMe(task.owner_name);
      // Whose turn it is depends on whose task it is. Some tokens may not ask who they belong to.
      else if (memory.me === undefined) await this.me(signal).catch(() => signal.throwIfAborted());
      // The read itself may have found a new login, of somebody else.
      policy.requireOwner(task.owner_name, policy.rules.allowedOwners && (await this.me(signal)).username);
      memory.see(task);
      return task;
    } catch (error) {
      if (isCoderError(error, 'not_found')) throw await this.#notFound(path, error, signal);
      throw error;
    }
  }

  /** Throws CoderError `not_allowed_here` where this server may not touch the tasks of the token's owner. */
  async requireMine(signal: AbortSignal): Promise<void> {
    const { policy } = this.#options;
    const me = policy.rules.allowedOwners && (await this.me(signal)).username;
    policy.requireOwner(me ?? 'me', me);
  }

  /** As `find`, but a task that is gone comes as it was when this process last saw it. */
  async findOrGone(reference: string, signal: AbortSignal): Promise<Task> {
    try {
      return await this.find(reference, signal);
    } catch (error) {
      const seen = isCoderError(error, 'task_gone') ? this.#seen(parseTaskReference(reference)) : undefined;
      if (seen) return seen.task;
      throw error;
    }
  }

  /** Whether Coder no longer knows the task. */
  isGone({ id }: Task): boolean {
    return this.#options.memory.seen({ id })?.goneAt !== undefined;
  }

  /** As the function of the same name; a task that is gone is remembered as such. */
  async confirmGone(task: Task, error: CoderError, signal: AbortSignal): Promise<void> {
    await confirmGone(this.#options.coder, task, error, signal);
    const { memory } = this.#options;
    // What nobody asked about for long may be forgotten; that it existed must not be.
    if (memory.seen({ id: task.id }) === undefined) memory.see(task);
    memory.markGone(task.id);
  }

  /** The reference, or an InputError with the nearest names: a title is no reference, but tells which task is meant. */
  async #read(reference: string, signal: AbortSignal): Promise<TaskReference> {
    try {
      return parseTaskReference(reference);
    } catch (error) {
      if (!(error instanceof InputError) || !isTitle(reference)) throw error;
      const allowed = nearestTasks(reference, await this.#candidates('me', signal));
      const { argument, received, expectation, next = '' } = error;
      throw new InputError({ argument, received, expectation, allowed, next });
    }
  }

  /** A link to another deployment is not ours, whatever has that name here. */
  async #requireOwnHost(reference: string, address: URL, signal: AbortSignal): Promise<void> {
    const { coder } = this.#options;
    const { dashboard_url } = await coder.getBuildInfo({ signal });
    const ours = [coder.url, dashboard_url].flatMap((own) => (own && URL.canParse(own) ? [new URL(own)] : []));
    if (ours.some((own) => isSameHost(own, address))) return;
    const hosts = [...new Set(ours.map(({ host }) => host))].join(' or ');
    throw new InputError({
      argument: 'task',
      received: reference,
      expectation: `an address of this deployment, ${hosts}; this one is on ${address.host}`,
      next: 'coder_list_tasks shows the tasks of this deployment',
    });
  }

  #seen({ user, task }: TaskPath): SeenTask | undefined {
    const { memory } = this.#options;
    const owner = user === 'me' ? memory.me : user;
    return memory.seen({ id: task }) ?? memory.seen({ ...(owner !== undefined && { owner }), name: task });
  }

  /** The error for a reference that Coder answers with 404. */
  async #notFound(path: TaskPath, error: CoderError, signal: AbortSignal): Promise<CoderError> {
    const seen = this.#seen(path);
    if (!seen) return this.#unknown(path, error, signal);
    try {
      await this.confirmGone(seen.task, error, signal);
    } catch (other) {
      if (other instanceof CoderError) return other;
      throw other;
    }
    const age = ageText(this.#options.coder.now() - seen.lastSeen);
    return new CoderError('task_gone', `${seen.owner}/${seen.name} is gone; it was last seen ${age} ago`, {
      ...error,
      cause: error,
    });
  }

  /** Of a task that this process has never seen: the list tells whether it is closed to this token, or not there. */
  async #unknown(path: TaskPath, error: CoderError, signal: AbortSignal): Promise<CoderError> {
    const { coder } = this.#options;
    const listed = await this.#candidates(path.user, signal);
    const closed = listed.find(({ id, name }) => id === path.task || isSameName(name, path.task));
    if (closed) return cannotOpen(coder, closed, error, signal);
    const name = path.user === 'me' ? path.task : `${path.user}/${path.task}`;
    const alternatives = nearestTasks(path.task, listed);
    return new CoderError('not_found', `no task ${name} found`, { ...error, alternatives, cause: error });
  }

  /** The tasks that may be meant: those of the owner, as far as they can be read and may be named. */
  async #candidates(user: string, signal: AbortSignal): Promise<readonly Task[]> {
    const { coder } = this.#options;
    try {
      return (await coder.listTasks({ owner: user }, { signal })).tasks;
    } catch {
      // Only a help for the error that is already on its way.
      signal.throwIfAborted();
      return [];
    }
  }
}

/**
 * What a 404 of a task that was seen before means (behaviour §2): resolves when the list no longer has the task either.
 * Rejects with CoderError `cannot_open` when the list still has it, since a restricted token may list a task that it may
 * not open, and with what else goes wrong when the list cannot be read: then nothing is known.
 */
export async function confirmGone(
  coder: Pick<CoderClient, 'listTasks' | 'getMe' | 'getWorkspace'>,
  task: Task,
  error: CoderError,
  signal: AbortSignal,
): Promise<void> {
  let listed: Task | undefined;
  // The first answer may be that of a list read which began before the task was deleted.
  for (let look = 1; look <= 2; look++) {
    listed = (await listOfOwner(coder, task.owner_name, signal)).find(({ id }) => id === task.id);
    if (!listed) return;
  }
  throw await cannotOpen(coder, listed ?? task, error, signal);
}

async function listOfOwner(
  coder: Pick<CoderClient, 'listTasks'>,
  owner: string,
  signal: AbortSignal,
): Promise<readonly Task[]> {
  try {
    return (await coder.listTasks({ owner }, { signal })).tasks;
  } catch (error) {
    // A token that may not see other users may see their tasks, but cannot filter by them.
    if (!isCoderError(error, 'user_not_found', 'invalid_query')) throw error;
    return (await coder.listTasks({}, { signal })).tasks;
  }
}

/** The error for a task that the list shows and Coder does not open; it names the scope that is missing. */
async function cannotOpen(
  coder: Pick<CoderClient, 'getMe' | 'getWorkspace'>,
  listed: Task,
  error: CoderError,
  signal: AbortSignal,
): Promise<CoderError> {
  const scope = await missingScope(coder, listed, signal);
  const lacks = scope === undefined ? 'lacks a scope' : `lacks the scope ${scope}`;
  return new CoderError(
    'cannot_open',
    `${listed.owner_name}/${listed.name} is in the list of tasks, but Coder does not open it: the token ${lacks}. The task was not deleted`,
    { ...error, cause: error },
  );
}

/** Which scope a token lacks that lists a task and may not open it (coder-api §9.2); undefined when nothing tells. */
async function missingScope(
  coder: Pick<CoderClient, 'getMe' | 'getWorkspace'>,
  { template_id, workspace_id }: Task,
  signal: AbortSignal,
): Promise<string | undefined> {
  if (await isRefused(coder.getMe({ signal }), signal, 'not_found', 'forbidden')) return 'user:read';
  if (template_id !== ZERO_ID || !workspace_id) return undefined;
  // Without template:read the workspace is found but refused (403); without workspace:read it is not found (404).
  const reading = coder.getWorkspace(workspace_id, { signal });
  return (await isRefused(reading, signal, 'forbidden')) ? 'template:read' : 'workspace:read';
}

async function isRefused(
  read: Promise<unknown>,
  signal: AbortSignal,
  ...codes: readonly ('not_found' | 'forbidden')[]
): Promise<boolean> {
  try {
    await read;
    return false;
  } catch (error) {
    signal.throwIfAborted();
    return isCoderError(error, ...codes);
  }
}

/** Whether a text that is no reference may be the title of a task: several words, and no path or address. */
function isTitle(text: string): boolean {
  return /\p{L}+ +\p{L}/u.test(text) && !/[/\\]/.test(text);
}

/** The nearest three by name or title, as references. */
function nearestTasks(wanted: string, tasks: readonly Task[]): readonly string[] {
  const byWords = new Map<string, string>();
  for (const { owner_name, name, display_name } of tasks) {
    for (const words of [display_name, name]) if (words) byWords.set(words.toLowerCase(), `${owner_name}/${name}`);
  }
  const found = nearest(wanted.toLowerCase(), byWords.keys(), 2 * MAX_NEAREST).map((words) => byWords.get(words) ?? '');
  return [...new Set(found)].slice(0, MAX_NEAREST);
}

function isSameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
