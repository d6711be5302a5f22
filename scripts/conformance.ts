/** Holds the built program against the protocol's own conformance suite, which speaks HTTP only: a bridge stands between. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { SessionBridge } from './conformance/session-bridge.js';
import { StatelessBridge } from './conformance/stateless-bridge.js';

const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';

interface Revision {
  readonly revision: string;
  /** Those that ask for nothing that only the suite's own fixture has. */
  readonly scenarios: readonly string[];
}

const sessions: Revision = {
  revision: '2025-11-25',
  scenarios: [
    'server-initialize',
    'ping',
    'logging-set-level',
    'tools-list',
    'resources-list',
    'prompts-list',
    'server-sse-multiple-streams',
  ],
};
const stateless: Revision = {
  revision: '2026-07-28',
  scenarios: [
    'tools-list',
    'resources-list',
    'prompts-list',
    'caching',
    'sep-2164-resource-not-found',
    'server-stateless',
  ],
};

/** Checks that fail, and why none of them is about this program. */
const notOurs: Readonly<Record<string, string>> = {
  'sep-2575-http-server-header-mismatch-400':
    'HTTP headers: the program speaks stdio, and the bridge of this script checks none',
  'sep-2575-server-rejects-undeclared-capability':
    'calls a tool of the suite that needs sampling; no tool here needs a capability',
  'sep-2575-missing-capability-http-400': 'calls the same tool',
};

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const folder = mkdtempSync(join(tmpdir(), 'coder-tasks-mcp-'));
const program = [process.execPath, ['dist/main.js', '--demo']] as const;
try {
  const name = `node-${process.platform}-${process.arch}`;
  // The suite does not start on Node 20.
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `${name}@24`, SUITE], {
    stdio: 'ignore',
  });
  const node = join(folder, 'node_modules', name, 'bin', 'node');
  const withSessions = new SessionBridge(program[0], [...program[1]]);
  await runAll(node, sessions, (request, response) => withSessions.handle(request, response));
  await withSessions.close();
  const withoutSessions = new StatelessBridge(program[0], [...program[1]]);
  await withoutSessions.start();
  await runAll(node, stateless, (request, response) => withoutSessions.handle(request, response));
  await withoutSessions.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runAll(node: string, { revision, scenarios }: Revision, handle: Handle): Promise<void> {
  const bridge = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  bridge.listen(0, '127.0.0.1');
  await once(bridge, 'listening');
  try {
    const address = bridge.address();
    if (address === null || typeof address === 'string') throw new Error('the bridge has no port');
    const url = `http://127.0.0.1:${address.port}/mcp`;
    for (const scenario of scenarios) await run(node, url, scenario, revision);
  } finally {
    bridge.closeAllConnections();
    bridge.close();
  }
}

async function run(node: string, url: string, scenario: string, revision: string): Promise<void> {
  const suite = join(folder, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const args = [suite, 'server', '--url', url, '--scenario', scenario, '--spec-version', revision];
  const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  const text = stripVTControlCharacters(output);
  const [, passed, total] = /Passed: (\d+)\/(\d+)/.exec(text) ?? [];
  console.log(`${revision} ${scenario}: ${passed ?? '?'} of ${total ?? '?'} checks passed`);
  const failed = new Set([...text.matchAll(/\[([a-z0-9-]+)\s*\] FAILURE/g)].map(([, check = '']) => check));
  for (const check of failed) if (notOurs[check]) console.log(`  ${check}: ${notOurs[check]}`);
  const isExplained = failed.size > 0 && [...failed].every((check) => notOurs[check] !== undefined);
  if (passed !== undefined && ((code === 0 && passed === total) || isExplained)) return;
  console.error(output);
  throw new Error(`the program fails ${scenario} of ${revision}`);
}
