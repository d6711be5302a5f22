/** What the heavy tests tried and found, for docs/reliability.md. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const FIGURES = 'coverage/reliability';

/** Keeps the figures of one test; scripts/reliability.ts makes a table of all. */
export function recordFigures(subject: string, figures: Readonly<Record<string, number | string>>): void {
  mkdirSync(FIGURES, { recursive: true });
  const name = `${subject} ${Object.values(figures)[0] ?? ''}`.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase();
  writeFileSync(join(FIGURES, `${name}.json`), JSON.stringify({ subject, figures }));
}
