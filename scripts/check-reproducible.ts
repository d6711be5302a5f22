/** Builds the program here and again elsewhere: another path, time zone, language and a linked node_modules must give the same bytes. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const here = resolve('.');
const elsewhere = join(mkdtempSync(join(tmpdir(), 'reproducible-')), 'a path with spaces and ü');

try {
  mkdirSync(elsewhere, { recursive: true });
  for (const part of ['src', 'scripts', 'package.json', 'package-lock.json', 'tsconfig.json']) {
    cpSync(part, join(elsewhere, part), { recursive: true });
  }
  symlinkSync(join(here, 'node_modules'), join(elsewhere, 'node_modules'));
  const first = build(here, {});
  const second = build(elsewhere, { TZ: 'Pacific/Chatham', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' });
  const different = [...new Set([...first.keys(), ...second.keys()])].filter(
    (file) => first.get(file) !== second.get(file),
  );
  if (different.length > 0) throw new Error(`the two builds differ in ${different.join(', ')}`);
  console.log(`${first.size} files, byte for byte the same`);
} finally {
  rmSync(join(elsewhere, '..'), { recursive: true, force: true });
}

/** Builds in that folder; the digest of each file that comes out. */
function build(folder: string, environment: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const tsx = join(here, 'node_modules', 'tsx', 'dist', 'cli.mjs');
  execFileSync(process.execPath, [tsx, 'scripts/build.ts'], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: 'inherit',
  });
  const files = [
    ...readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' }).map((file) => join('dist', file)),
    'THIRD_PARTY_NOTICES',
  ].sort();
  return new Map(
    files.map((file) => [
      file,
      createHash('sha256')
        .update(readFileSync(join(folder, file)))
        .digest('hex'),
    ]),
  );
}
