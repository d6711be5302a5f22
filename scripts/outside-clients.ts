/**
 * Lets clients that nobody here wrote use every feature of the built program, in each era that they speak; with `--write`
 * what came of it goes into docs/hosts.md. They are installed into a temporary folder; without a registry a client is named as left out.
 */

import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type FeatureResult, runFirst, runSecond } from '../test/outside/typescript.js';
import { replaceBetween } from './documents.js';

const HOSTS = 'docs/hosts.md';
const INSTALL_MS = 300_000;
const RUN_MS = 120_000;

const features = [
  'tools',
  'call',
  'structured',
  'resources',
  'templates',
  'read',
  'missing',
  'subscriptions',
  'prompts',
  'completion',
  'progress',
  'cancellation',
  'elicitation',
  'logging',
] as const;

interface Row {
  readonly client: string;
  readonly results: readonly FeatureResult[];
}

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'outside-clients-'));
const server = { command: process.execPath, args: [resolve('dist/main.js'), '--demo'] };
const rows: Row[] = [];
const leftOut: string[] = [];
try {
  rows.push({ client: 'TypeScript SDK 1.32.2', results: await runFirst(server) });
  for (const mode of ['legacy', 'auto', { pin: '2026-07-28' }] as const) {
    const words = typeof mode === 'string' ? mode : 'pinned';
    rows.push({ client: `TypeScript SDK 2.4.0, ${words}`, results: await runSecond(server, mode) });
  }
  await python('Python SDK 1.30', 'mcp==1.30.0', [['session', 'legacy']]);
  await python('Python SDK 2.3', 'mcp==2.3.0', [
    ['client', 'auto'],
    ['client', 'legacy'],
    ['client', '2026-07-28'],
  ]);
  await python('FastMCP 4', 'fastmcp>=4,<5', [['fastmcp', 'auto']]);
  await go();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const table = tableOf(rows);
console.log(table);
for (const words of leftOut) console.log(`left out: ${words}`);
const failed = rows.flatMap(({ client, results }) =>
  results.filter(({ ok }) => !ok).map((result) => ({ client, ...result })),
);
for (const { client, feature, detail } of failed) console.error(`${client}: ${feature} failed: ${detail}`);
if (process.argv.includes('--write'))
  writeFileSync(HOSTS, replaceBetween(readFileSync(HOSTS, 'utf8'), 'clients', table));
process.exit(failed.length === 0 ? 0 : 1);

/** The client of `test/outside/python_client.py` on what pip installs for this requirement. */
async function python(
  client: string,
  requirement: string,
  modes: readonly (readonly [string, string])[],
): Promise<void> {
  const home = mkdtempSync(join(folder, 'python-'));
  const binary = join(home, 'bin', 'python');
  const installed = await tried(client, async () => {
    await run('python3', ['-m', 'venv', home], { timeout: INSTALL_MS });
    await run(binary, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', requirement], {
      timeout: INSTALL_MS,
    });
  });
  if (!installed) return;
  for (const [kind, mode] of modes) {
    const args = [resolve('test/outside/python_client.py'), kind, mode, server.command, ...server.args];
    rows.push({ client: modes.length > 1 ? `${client}, ${mode}` : client, results: await resultsOf(binary, args) });
  }
}

/** The client of `test/outside/go`, with the default of the SDK and with an earlier revision. */
async function go(): Promise<void> {
  const home = join(folder, 'go');
  cpSync('test/outside/go', home, { recursive: true });
  const env = { ...process.env, GOFLAGS: '-mod=mod' };
  const built = await tried('Go SDK 1.8', async () => {
    await run('go', ['mod', 'init', 'outside'], { cwd: home, env });
    await run('go', ['get', 'github.com/modelcontextprotocol/go-sdk@v1.8.0'], { cwd: home, env, timeout: INSTALL_MS });
    await run('go', ['build', '-o', 'client', '.'], { cwd: home, env, timeout: INSTALL_MS });
  });
  if (!built) return;
  for (const revision of ['', '2025-11-25']) {
    const results = await resultsOf(join(home, 'client'), [revision, server.command, ...server.args]);
    rows.push({ client: revision ? `Go SDK 1.8, ${revision}` : 'Go SDK 1.8', results });
  }
}

/** Whether it could be installed; if not, that is told instead of failing for want of a network. */
async function tried(client: string, install: () => Promise<void>): Promise<boolean> {
  try {
    await install();
    return true;
  } catch (error) {
    leftOut.push(`${client}: ${error instanceof Error ? error.message.split('\n')[0] : error}`);
    return false;
  }
}

/** What a client has printed, a line for each feature; a client that dies has failed in what it did not come to. */
async function resultsOf(command: string, args: readonly string[]): Promise<FeatureResult[]> {
  const ended = await run(command, args, { timeout: RUN_MS }).catch((error: { stdout?: string }) => error);
  const results: FeatureResult[] = (ended.stdout ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  const isModern = revisionOf(results) >= '2026';
  const missing = features.filter(
    (feature) => !results.some((result) => result.feature === feature) && !(isModern && feature === 'logging'),
  );
  return [...results, ...missing.map((feature) => ({ feature, ok: false, detail: 'the client did not come to it' }))];
}

function revisionOf(results: readonly FeatureResult[]): string {
  return results.find(({ feature }) => feature === 'connect')?.detail ?? '';
}

function tableOf(all: readonly Row[]): string {
  const lines = all.map(({ client, results }) => {
    const cells = features.map((feature) => {
      const found = results.find((result) => result.feature === feature);
      return found === undefined ? '–' : found.ok ? 'yes' : 'no';
    });
    return [client, revisionOf(results), ...cells];
  });
  const head = ['client', 'speaks', ...features];
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
