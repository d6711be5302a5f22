/** Names of tasks that do not exist yet: checked when given, else derived so that the same brief has the same name (behaviour §3.3). */

import { createHash } from 'node:crypto';
import { InputError } from '../../coder/errors/errors.js';
import { distinctSlug, normalizeInput } from '../../text/slug.js';
import { isName, MAX_NAME_CHARS } from '../reference.js';

/**
 * What makes two creates the same. Only what is always known, and stays the same when an administrator publishes another
 * version of the template: a preset has another id in each version. The owner needs no place in it: Coder keeps the
 * names of each owner apart.
 */
export interface Brief {
  readonly templateId: string;
  readonly presetName: string | undefined;
  readonly input: string;
  readonly displayName: string | undefined;
}

const MAX_DISPLAY_NAME_BYTES = 64;
const MAX_SLUG_CHARS = 25;
const HASH_DIGITS = 6;
// The first name may be held by something else for seconds (a delete under way) or for ever (a workspace).
const FURTHER_NAMES = 5;

/** The names under which this brief is looked for and created, in this order, for ever the same. */
export function derivedNames(brief: Brief): readonly string[] {
  const slug = slugOf(brief, MAX_SLUG_CHARS);
  const parts = [brief.templateId, brief.presetName ?? '', normalizeInput(brief.input)];
  return Array.from({ length: 1 + FURTHER_NAMES }, (_, step) => {
    const content = JSON.stringify(step === 0 ? parts : [...parts, step]);
    return `${slug}-${createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS)}`;
  });
}

/** The title tells tasks apart, if there is one; a title in letters that cannot be spelled in Latin ones does not. */
function slugOf({ displayName, input }: Brief, maxChars: number): string {
  const title = displayName === undefined ? '' : distinctSlug(displayName, maxChars);
  return title || distinctSlug(input, maxChars) || 'task';
}

// The number of a second task beside a derived name: this server appended it.
const NUMBERED_DERIVED = new RegExp(`^(.+-[0-9a-f]{${HASH_DIGITS}})-\\d{1,3}$`);

/**
 * A name for a second task beside `name` that none of `taken` has: `-2` is appended, and cut in front where the name gets
 * too long. A number at its end may be somebody's issue, so only one that this server appended is counted up: behind a
 * derived name, or where `offered` says so (the names that this process offered, with the names that they were made of).
 */
export function anotherName(
  name: string,
  taken: readonly string[],
  offered: ReadonlyMap<string, string> = new Map(),
): string {
  const base = offered.get(name.toLowerCase()) ?? NUMBERED_DERIVED.exec(name)?.[1] ?? name;
  const lower = new Set(taken.map((each) => each.toLowerCase()).concat(name.toLowerCase()));
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const candidate = base.slice(-(MAX_NAME_CHARS - ending.length)).replace(/^-/, '') + ending;
    if (!lower.has(candidate.toLowerCase())) return candidate;
  }
}

/** Throws an InputError for a name that Coder would refuse (coder-api §3.2.1). */
export function checkName(name: string): void {
  // Coder forbids the two words in lower case only: they are pages of its dashboard.
  const isReserved = name === 'new' || name === 'create';
  if (isName(name) && !isReserved) return;
  throw new InputError({
    argument: 'name',
    received: name,
    expectation: `1 to ${MAX_NAME_CHARS} letters, digits and single hyphens between them, and neither new nor create`,
    next: 'or leave it out: a name is then derived from the input',
  });
}

/** The display name as it is sent; nothing where it is blank. Throws an InputError where Coder would refuse it. */
export function readDisplayName(displayName: string | undefined): string | undefined {
  const trimmed = displayName?.trim();
  if (!trimmed) return undefined;
  // Bytes, not characters, are what the server counts (coder-api §3.2 row 5).
  if (new TextEncoder().encode(trimmed).length <= MAX_DISPLAY_NAME_BYTES && !trimmed.includes('\0')) return trimmed;
  throw new InputError({
    argument: 'display_name',
    received: displayName,
    expectation: `at most ${MAX_DISPLAY_NAME_BYTES} bytes long in UTF-8, without NUL characters`,
  });
}
