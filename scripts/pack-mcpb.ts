/** Packs the built program as a bundle for desktop hosts: `coder-tasks-mcp-VERSION.mcpb`, or the path that is given. */

import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { mcpbManifest } from './packages.js';

const { name, version } = JSON.parse(readFileSync('package.json', 'utf8'));
const target = resolve(process.argv[2] ?? `${name}-${version}.mcpb`);
const folder = mkdtempSync(join(tmpdir(), 'coder-tasks-mcpb-'));
try {
  writeFileSync(join(folder, 'manifest.json'), `${JSON.stringify(mcpbManifest(), null, 2)}\n`);
  // Node reads from package.json that the files are modules.
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name, version, type: 'module' })}\n`);
  cpSync('dist', join(folder, 'dist'), { recursive: true });
  for (const file of ['LICENSE', 'THIRD_PARTY_NOTICES', 'sbom.cdx.json']) copyFileSync(file, join(folder, file));
  const mcpb = (...args: readonly string[]) =>
    execFileSync(process.execPath, ['node_modules/@anthropic-ai/mcpb/dist/cli/cli.js', ...args], { stdio: 'inherit' });
  mcpb('validate', join(folder, 'manifest.json'));
  mcpb('pack', folder, target);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
