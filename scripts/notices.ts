/** The licences of the packages in the bundle, as one text. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HEAD = 'coder-tasks-mcp contains code of the following packages, under the licences below.\n';

/** One section for each package folder, by name. A package without a licence file shows what its package.json says. */
export function noticesFor(folders: ReadonlySet<string>): string {
  return [HEAD, ...[...folders].map(noticeOf).sort()].join('\n');
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = existsSync(folder) ? readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry)) : undefined;
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `Licence: ${license}`;
  return `${'-'.repeat(72)}\n${name} ${version}\n\n${text}\n`;
}
