/** What an installation brings along. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Subject } from './figures.js';

const pack = z.tuple([z.looseObject({ size: z.number(), unpackedSize: z.number() })]);
const lock = z.object({ packages: z.record(z.string(), z.looseObject({ dev: z.boolean().optional() })) });

export const packed: Subject = {
  name: 'package',
  about: 'what npm install of this package brings along',
  async measure() {
    const [{ size, unpackedSize }] = pack.parse(
      JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { encoding: 'utf8' })),
    );
    const { packages } = lock.parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));
    // The package itself is among them, under the empty path.
    const installed = Object.values(packages).filter(({ dev }) => dev !== true);
    return [
      { what: 'packages from the registry', unit: 'packages', measured: installed.length, budget: { most: 1 } },
      { what: 'unpacked', unit: 'MB', measured: unpackedSize / 2 ** 20, budget: { most: 2 } },
      { what: 'to download', unit: 'MB', measured: size / 2 ** 20 },
    ];
  },
};
