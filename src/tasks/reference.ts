/** What a caller may write to name a task, and what it means on the wire. */

import { InputError } from '../coder/errors/errors.js';

/** The two path segments of `/tasks/{user}/{task}`. */
export interface TaskPath {
  /** A user name, or `me`. */
  readonly user: string;
  /** A task name, or its id. */
  readonly task: string;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// Coder's own rule for task, workspace and user names (coder-api §3.2.1); it also keeps a name from being more than one path segment.
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/i;
export const MAX_NAME_CHARS = 32;

/** What a task reference may be, in words. */
export const referenceForms = 'a task name, owner/name, an id (UUID), owner/id, or the address of its dashboard page';

/** Whether this has the form of an id. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Reads a task reference (behaviour §2): UUID, `name` (mine), `owner/name`, `owner/uuid`, or the address of the
 * dashboard's task page. Throws an InputError that says what came and what is allowed.
 */
export function parseTaskReference(text: string): TaskPath {
  const path = readReference(text.trim());
  if (path) return path;
  throw new InputError({
    argument: 'task',
    received: text,
    expectation: referenceForms,
    next: 'coder_list_tasks shows the names',
  });
}

/** Whether this can be read as a task reference; not whether there is such a task. */
export function isTaskReference(text: string): boolean {
  return readReference(text.trim()) !== undefined;
}

/** Whether this can be a name of a user or a task in Coder. */
export function isName(text: string): boolean {
  return text.length <= MAX_NAME_CHARS && NAME.test(text);
}

function readReference(reference: string): TaskPath | undefined {
  const segments = /^https?:\/\//i.test(reference) ? pageSegments(reference) : reference.split('/');
  const [first = '', second, ...rest] = segments;
  const path = second === undefined ? { user: 'me', task: first } : { user: first.replace(/^@/, ''), task: second };
  if (rest.length > 0 || !isName(path.user) || !(isName(path.task) || isUuid(path.task))) return undefined;
  if (isUuid(path.task)) return { user: 'me', task: path.task.toLowerCase() };
  // Names are the same in any case for Coder, but this word is one only in small letters.
  return /^me$/i.test(path.user) ? { ...path, user: 'me' } : path;
}

/** `/tasks/{owner}/{task}` of an address; of anything else, which is no task page, nothing. */
function pageSegments(address: string): readonly string[] {
  const segments = URL.canParse(address) ? new URL(address).pathname.split('/').filter((part) => part !== '') : [];
  const [room, owner, task, ...rest] = segments;
  return room === 'tasks' && owner !== undefined && task !== undefined && rest.length === 0 ? [owner, task] : [];
}
