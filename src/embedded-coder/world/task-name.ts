/** Names of tasks: which are valid, and how one is made from a prompt (coder-api §3.2.1). */

import type { Ids } from './ids.js';

const LONGEST_NAME = 32;
const LONGEST_STEM = 27;
const LONGEST_DISPLAY_NAME = 64;
const ADJECTIVES = ['strange', 'tender', 'aloof', 'lovely', 'clever', 'patient', 'merry', 'calm'] as const;
const SURNAMES = ['nash', 'nicolas', 'johnston', 'daniel', 'okafor', 'suzuki', 'moreau', 'silva'] as const;

/** What is wrong with a name, if anything is. */
export function nameFault(name: string): string | undefined {
  if (Buffer.byteLength(name) > LONGEST_NAME) return `must be <= ${LONGEST_NAME} characters`;
  if (name === 'new' || name === 'create') return `cannot use "${name}" as a name`;
  return /^[a-zA-Z0-9]+(?:-[a-zA-Z0-9]+)*$/.test(name) ? undefined : 'must be alphanumeric with hyphens';
}

export function generateNames(prompt: string, ids: Ids): { readonly name: string; readonly displayName: string } {
  const stem = sanitize(prompt);
  if (stem !== '') return { name: `${stem}-${ids.hex(4)}`, displayName: capitalize(shorten(prompt)) };
  const words = [ids.pick(ADJECTIVES), ids.pick(SURNAMES)];
  return { name: `${words.join('-')}-${ids.hex(4)}`, displayName: capitalize(words.join(' ')) };
}

function sanitize(prompt: string): string {
  return cutAtWord(prompt, LONGEST_STEM)
    .toLowerCase()
    .replace(/\s+/g, '-')
    .replace(/[^a-z0-9-]/g, '')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '');
}

function shorten(prompt: string): string {
  const line = prompt.replace(/\s+/g, ' ').trim();
  return [...line].length <= LONGEST_DISPLAY_NAME ? line : `${cutAtWord(line, LONGEST_DISPLAY_NAME - 1)}…`;
}

function cutAtWord(text: string, limit: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if ([...line].length <= limit) return line;
  const cut = [...line].slice(0, limit + 1).join('');
  const lastBlank = cut.lastIndexOf(' ');
  return lastBlank > 0 ? cut.slice(0, lastBlank) : [...line].slice(0, limit).join('');
}

const capitalize = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
