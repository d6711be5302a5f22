/** Packs the built program as a bundle for desktop hosts: `coder-tasks-mcp-VERSION.mcpb`, or the path that is given. */

import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { packExtension } from '@anthropic-ai/mcpb/cli';
import { validateManifest } from '@anthropic-ai/mcpb/node';
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
  const isPacked =
    validateManifest(join(folder, 'manifest.json')) &&
    (await packExtension({ extensionPath: folder, outputPath: target }));
  if (!isPacked) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
