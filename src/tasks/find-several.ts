/** From several references to their tasks: those of the caller by one list, the others one by one (behaviour §7). */

import type { CoderClient } from '../coder/client.js';
import { isCoderError, isTransient } from '../coder/errors/errors.js';
import { type Task, ZERO_ID } from '../coder/wire/schemas.js';
import type { TaskFinder } from './finding.js';
import type { TaskMemory } from './knowing/memory.js';
import { parseTaskReference, splitReferences } from './reference.js';

interface FoundTask {
  /** The reference as the caller wrote it. */
  readonly ref: string;
  /** As it was just read; of a task that is gone, as memory has it. */
  readonly task: Task;
}

export interface MissingTask {
  readonly ref: string;
  /** Names that exist. */
  readonly nearest: readonly string[];
}

export interface FoundTasks {
  /** Each task once. */
  readonly found: readonly FoundTask[];
  /** References of tasks that nobody has seen. */
  readonly missing: readonly MissingTask[];
}

export interface SeveralContext {
  readonly coder: Pick<CoderClient, 'listTasks'>;
  readonly memory: TaskMemory;
  readonly finder: Pick<TaskFinder, 'findOrGone' | 'requireMine'>;
}

/** Reads what several references name. Errors as those of `TaskFinder.find`, but that an unknown task is an entry. */
export async function findSeveral(
  references: readonly string[],
  context: SeveralContext,
  signal: AbortSignal,
): Promise<FoundTasks> {
  const unique = [...new Set(references.flatMap(splitReferences))];
  const mine = unique.filter((ref) => isMine(ref, context.memory));
  // For one task its own read is the smaller answer.
  const listed = mine.length > 1 ? await listMine(context, signal) : [];
  const read = async (ref: string): Promise<FoundTask | MissingTask> => {
    const task = mine.includes(ref) ? entryOf(ref, listed) : undefined;
    if (task) {
      context.memory.see(task);
      return { ref, task };
    }
    try {
      return { ref, task: await context.finder.findOrGone(ref, signal) };
    } catch (error) {
      // Up to 2.30 a user who does not exist is another error than a task that does not.
      if (isCoderError(error, 'not_found', 'user_not_found')) return { ref, nearest: error.alternatives };
      throw error;
    }
  };
  const results = await Promise.all(unique.map(read));
  const found = new Map<string, FoundTask>();
  for (const one of results) if ('task' in one && !found.has(one.task.id)) found.set(one.task.id, one);
  return { found: [...found.values()], missing: results.filter((one) => 'nearest' in one) };
}

/** Whether the list of the caller's tasks may have it: by name without an owner, by id, or with the caller as owner. */
function isMine(reference: string, { me }: TaskMemory): boolean {
  const { user, address } = parseTaskReference(reference);
  // Whether an address is one of this deployment has to be found out first.
  if (address) return false;
  return user === 'me' || user.toLowerCase() === me?.toLowerCase();
}

async function listMine({ coder, memory, finder }: SeveralContext, signal: AbortSignal): Promise<readonly Task[]> {
  await finder.requireMine(signal);
  try {
    const { tasks } = await coder.listTasks({ owner: 'me' }, { signal });
    const [first] = tasks;
    if (first) memory.noteMe(first.owner_name);
    return tasks;
  } catch (error) {
    signal.throwIfAborted();
    // One broken task breaks the whole list, and a token may not be able to list: the tasks themselves can be read.
    if (isCoderError(error) && (!isTransient(error) || isCoderError(error, 'server_error'))) return [];
    throw error;
  }
}

/** The entry of the list; none where it shows only half of the task, as to a token without the right to read templates. */
function entryOf(reference: string, listed: readonly Task[]): Task | undefined {
  const wanted = parseTaskReference(reference).task.toLowerCase();
  return listed.find(
    ({ id, name, template_id }) => template_id !== ZERO_ID && (id === wanted || name.toLowerCase() === wanted),
  );
}
