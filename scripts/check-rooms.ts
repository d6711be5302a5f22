/** Holds every import of src/ against the table of rooms, and looks for circles. Part of `npm run check`. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Room, rooms } from './rooms.js';

const SOURCE = 'src';

interface Import {
  readonly from: string;
  /** A file below src/, or the name of a package. */
  readonly to: string;
  readonly isFile: boolean;
  readonly isTypeOnly: boolean;
}

const imports = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => importsOf(file.replaceAll('\\', '/')));
const faults = [...imports.flatMap(refused), ...circles()];
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exit(1);
console.log(`Checked ${imports.length} imports of ${rooms.length} rooms.`);

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SOURCE, file), 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\('([^']+)'\)/gm);
  return [...found].map(([, type, statement, call]) => {
    const target = statement ?? call ?? '';
    const isFile = target.startsWith('.');
    const to = isFile ? posix.join(posix.dirname(file), target).replace(/\.js$/, '.ts') : target;
    return { from: file, to, isFile, isTypeOnly: type !== undefined };
  });
}

/** The room with the longest name that the file's path begins with. */
function roomOf(file: string): Room | undefined {
  return rooms
    .filter(({ room }) => file.startsWith(room))
    .toSorted((a, b) => b.room.length - a.room.length)
    .at(0);
}

function refused({ from, to, isFile }: Import): string[] {
  const room = roomOf(from);
  if (!room) return [`src/${from} stands in no room: give its folder a line in scripts/rooms.ts`];
  const allowed = isFile ? [room.room, ...room.imports] : room.imports;
  if (allowed.some((one) => to.startsWith(one))) return [];
  return [
    `src/${from} imports ${to}: ${room.room} may import ${room.imports.join(' ') || 'nothing'} (scripts/rooms.ts)`,
  ];
}

/** Files that import one another in a circle, types left out: those are gone when the program runs. */
function circles(): string[] {
  const next = new Map<string, string[]>();
  for (const { from, to, isFile, isTypeOnly } of imports) {
    if (isFile && !isTypeOnly) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push(`circle: ${[...path.slice(path.indexOf(file)), file].join(' -> ')}`);
    if (path.includes(file) || done.has(file)) return;
    for (const target of next.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of next.keys()) visit(file, []);
  return found;
}
