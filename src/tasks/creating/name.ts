/** Names of tasks that do not exist yet: checked when given, else derived so that the same brief has the same name (behaviour §3.3). */

import { createHash } from 'node:crypto';
import { InputError } from '../../coder/errors/errors.js';
import { normalizeInput, slugify } from '../../text/slug.js';
import { isName, MAX_NAME_CHARS } from '../reference.js';

/** What makes two creates the same: ids, since names of templates and presets can change hands. */
export interface Brief {
  readonly ownerId: string;
  readonly templateId: string;
  readonly presetId: string | undefined;
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
  const slug = slugify(brief.displayName ?? brief.input, MAX_SLUG_CHARS);
  const parts = [brief.ownerId, brief.templateId, brief.presetId ?? '', normalizeInput(brief.input)];
  return Array.from({ length: 1 + FURTHER_NAMES }, (_, step) => {
    const content = JSON.stringify(step === 0 ? parts : [...parts, step]);
    return `${slug}-${createHash('sha256').update(content).digest('hex').slice(0, HASH_DIGITS)}`;
  });
}

/** A name like `name` that none of `taken` has: what to call a second task. */
export function anotherName(name: string, taken: readonly string[]): string {
  const base = /^(.*?)(?:-\d{1,3})?$/.exec(name)?.[1] ?? name;
  const lower = new Set(taken.map((each) => each.toLowerCase()).concat(name.toLowerCase()));
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const candidate = base.slice(0, MAX_NAME_CHARS - ending.length).replace(/-$/, '') + ending;
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
