/** Writes the table of docs/reliability.md from what the heavy tests have recorded. */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FIGURES } from '../test/reliability/figures.js';
import { replaceBetween, table } from './documents.js';

const DOCUMENT = 'docs/reliability.md';

const recorded = z.object({ subject: z.string(), figures: z.record(z.string(), z.union([z.string(), z.number()])) });

const rows = readdirSync(FIGURES)
  .filter((file) => file.endsWith('.json'))
  .sort()
  .map((file) => recorded.parse(JSON.parse(readFileSync(join(FIGURES, file), 'utf8'))))
  .map(({ subject, figures }) => [
    subject,
    Object.entries(figures)
      .map(([what, value]) => `${what}: ${value}`)
      .join(', '),
  ]);
const document = readFileSync(DOCUMENT, 'utf8');
writeFileSync(DOCUMENT, replaceBetween(document, 'figures', table(['what was tried', 'figures'], rows)));
