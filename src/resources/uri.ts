/** Resource addresses: taken apart and made here, since URI libraries neither decode as we need nor keep `..` as it is. */

import { isName, isUuid } from '../tasks/reference.js';

/** What stands behind `coder://`, decoded: parts of the path, and the query by key. */
export interface ResourceUri {
  readonly path: readonly string[];
  readonly query: ReadonlyMap<string, string>;
}

// Long enough for the longest name three times percent-encoded; a longer address names nothing.
const MAX_URI_CHARS = 2_000;

/** Reads an address; `undefined` for what is none of ours, or malformed in any way. */
export function parseResourceUri(uri: string): ResourceUri | undefined {
  if (uri.length > MAX_URI_CHARS) return undefined;
  const [, path, query] = /^coder:\/\/([^?#]*)(?:\?([^#]*))?$/i.exec(uri) ?? [];
  // One slash at the end is what some clients add.
  const parts = decodeAll((path ?? '').replace(/\/$/, '').split('/'));
  const pairs = decodeAll((query ?? '').split('&').filter((pair) => pair !== ''));
  if (!parts || !pairs || parts.includes('')) return undefined;
  const entries = pairs.map((pair) => /^([^=]+)=(.+)$/s.exec(pair)?.slice(1) ?? []);
  const byKey = new Map(entries.flatMap(([key, value]) => (key && value ? [[key, value] as const] : [])));
  return byKey.size === pairs.length ? { path: parts, query: byKey } : undefined;
}

/** `owner/task` as `tasks/reference.ts` reads it; `undefined` when one of the parts could be more than a name or an id. */
export function referenceOf(owner: string, task: string): string | undefined {
  return isName(owner) && (isName(task) || isUuid(task)) ? `${owner}/${task}` : undefined;
}

/** The address of something about a task; names of Coder need no escape, but nothing else may pass unescaped. */
export function taskUri(owner: string, task: string, suffix = ''): string {
  return `coder://tasks/${encodeURIComponent(owner)}/${encodeURIComponent(task)}${suffix}`;
}

// Each piece was split off before it is decoded: an escaped slash is part of a name, never a step of the path.
function decodeAll(pieces: readonly string[]): readonly string[] | undefined {
  try {
    return pieces.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}
