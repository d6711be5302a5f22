/** What a caller may write to name a task, and what it means on the wire (behaviour §2 and §3.9). */

import { InputError } from '../coder/errors/errors.js';

/** The two path segments of `/tasks/{user}/{task}`. */
export interface TaskPath {
  /** A user name, or `me`. */
  readonly user: string;
  /** A task name, or its id. */
  readonly task: string;
}

/** The same, with the address of the deployment that it was taken from, if it was an address. */
export interface TaskReference extends TaskPath {
  readonly address?: URL;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
// Coder's own rule for task, workspace and user names (coder-api §3.2.1); it also keeps a name from being more than one path segment.
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/i;
export const MAX_NAME_CHARS = 32;
/** Longest text that is read as a reference: an address with two names and a query. */
export const MAX_REFERENCE_CHARS = 300;

/** What a task reference may be, in words. */
export const referenceForms =
  'a task name, owner/name, an id (UUID), owner/id, or the address of its page or its workspace in the dashboard';

/** Whether this has the form of an id. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/**
 * Reads a task reference: UUID, `name` (mine), `owner/name`, `owner/uuid`, the address of a task page or a workspace page,
 * or the URI of a task's resource; in quotes, backticks or brackets, or as the address of a Markdown link too. Throws an
 * InputError that says what came and what is allowed.
 */
export function parseTaskReference(text: string): TaskReference {
  const reference = text.length > MAX_REFERENCE_CHARS ? undefined : readReference(unwrapped(text));
  if (reference) return reference;
  throw new InputError({
    argument: 'task',
    received: text,
    expectation: referenceForms,
    next: 'coder_list_tasks shows the names',
  });
}

/** Whether this can be read as a task reference; not whether there is such a task. */
export function isTaskReference(text: string): boolean {
  return text.length <= MAX_REFERENCE_CHARS && readReference(unwrapped(text)) !== undefined;
}

/** The references in a text that names several: models write `a, b` where a list is wanted. Else the text as it is. */
export function splitReferences(text: string): readonly string[] {
  const parts = text
    .split(/[,;]/)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  // An address may have such marks in its query.
  const isAddress = /^\W*https?:/i.test(text);
  return !isAddress && parts.length > 1 && parts.every(isTaskReference) ? parts : [text];
}

/** Whether this can be a name of a user or a task in Coder. */
export function isName(text: string): boolean {
  return text.length <= MAX_NAME_CHARS && NAME.test(text);
}

// What stands round a reference in prose and Markdown: `x`, "x", 'x', “x”, <x>, [x], (x), **x**.
const wrapping = /^(?:[`"'“”‘’<[(]|\*\*)+|(?:[`"'“”‘’>\])]|\*\*)+$/g;
const markdownLink = /^\[[^\]]*\]\(([^()\s]+)\)$/;

function unwrapped(text: string): string {
  const trimmed = text.trim();
  return (markdownLink.exec(trimmed)?.[1] ?? trimmed).replace(wrapping, '').trim();
}

function readReference(reference: string): TaskReference | undefined {
  if (/^https?:\/\//i.test(reference)) return readAddress(reference);
  if (/^coder:\/\//i.test(reference)) return readUri(reference);
  return toPath(withoutEnd(reference.split('/')));
}

/** `alice/one/` names alice/one; `alice/` may be an owner whose task was forgotten. */
function withoutEnd(segments: readonly string[]): readonly string[] {
  return segments.length === 3 && segments[2] === '' ? segments.slice(0, 2) : segments;
}

/** `coder://tasks/{owner}/{task}`, also with what is read below it. */
function readUri(uri: string): TaskReference | undefined {
  const [room, ...rest] = uri
    .slice('coder://'.length)
    .replace(/[?#].*$/s, '')
    .split('/')
    .filter((part) => part !== '');
  if (room?.toLowerCase() !== 'tasks' || rest.length === 0) return undefined;
  const below = rest[2];
  const isKnown = rest.length <= 2 || (rest.length === 3 && (below === 'logs' || below === 'build-logs'));
  return isKnown ? toPath(rest.slice(0, 2)) : undefined;
}

/**
 * `/tasks/{owner}/{task}`, `/@{owner}/{workspace}` and the pages below a workspace. A task and its workspace have one name.
 * The deployment may be served below a path of its own.
 */
function readAddress(text: string): TaskReference | undefined {
  if (!URL.canParse(text)) return undefined;
  const address = new URL(text);
  const segments = address.pathname.split('/').filter((part) => part !== '');
  const room = segments.findIndex((part) => part === 'tasks' || part.startsWith('@'));
  const first = segments[room];
  if (first === undefined) return undefined;
  const rest = segments.slice(room + 1);
  const path = first === 'tasks' ? taskPage(rest) : workspacePage(first.slice(1), rest);
  return path && { ...path, address };
}

function taskPage(segments: readonly string[]): TaskPath | undefined {
  return segments.length === 2 ? toPath(segments) : undefined;
}

const workspacePages = ['apps', 'terminal', 'builds', 'settings'];

function workspacePage(owner: string, [workspace = '', page]: readonly string[]): TaskPath | undefined {
  if (page !== undefined && !workspacePages.includes(page)) return undefined;
  // The pages of an agent name it behind the workspace: `/@alice/one.main/terminal`.
  return toPath([owner, workspace.replace(/\..*$/, '')]);
}

function toPath(segments: readonly string[]): TaskPath | undefined {
  const [first = '', second, ...rest] = segments;
  const path = second === undefined ? { user: 'me', task: first } : { user: first.replace(/^@/, ''), task: second };
  if (rest.length > 0 || !isName(path.user) || !(isName(path.task) || isUuid(path.task))) return undefined;
  if (isUuid(path.task)) return { user: 'me', task: path.task.toLowerCase() };
  // Names are the same in any case for Coder, but this word is one only in small letters.
  return /^me$/i.test(path.user) ? { ...path, user: 'me' } : path;
}

/** Whether two addresses are on the same deployment: the same host and port, http or https. */
export function isSameHost(a: URL, b: URL): boolean {
  return a.hostname === b.hostname && portOf(a) === portOf(b);
}

/** The port, where it is none that goes without saying. */
function portOf({ port }: URL): string {
  return port === '80' || port === '443' ? '' : port;
}
