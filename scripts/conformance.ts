/** Holds the built program against the protocol's own conformance suite, which speaks HTTP only: a bridge stands between. */

import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

const SUITE = '@modelcontextprotocol/conformance@0.2.0-alpha.12';
const REVISION = '2025-11-25';
// The others ask for tools, prompts and resources of names that only a fixture has.
const scenarios = [
  'server-initialize',
  'ping',
  'logging-set-level',
  'tools-list',
  'resources-list',
  'prompts-list',
  'server-sse-multiple-streams',
] as const;

const folder = mkdtempSync(join(tmpdir(), 'coder-tasks-mcp-'));
const bridge = createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    console.error(error);
    response.destroy();
  });
});
const sessions = new Map<string, StreamableHTTPServerTransport>();
try {
  const node = `node-${process.platform}-${process.arch}`;
  // The suite does not start on Node 20.
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, `${node}@24`, SUITE], {
    stdio: 'ignore',
  });
  bridge.listen(0, '127.0.0.1');
  await once(bridge, 'listening');
  for (const scenario of scenarios) await run(join(folder, 'node_modules', node, 'bin', 'node'), scenario);
} finally {
  for (const session of sessions.values()) await session.close();
  bridge.closeAllConnections();
  bridge.close();
  rmSync(folder, { recursive: true, force: true });
}

async function run(node: string, scenario: string): Promise<void> {
  const address = bridge.address();
  if (address === null || typeof address === 'string') throw new Error('the bridge has no port');
  const suite = join(folder, 'node_modules', '@modelcontextprotocol', 'conformance', 'dist', 'index.js');
  const url = `http://127.0.0.1:${address.port}/mcp`;
  const args = [suite, 'server', '--url', url, '--scenario', scenario, '--spec-version', REVISION];
  const child = spawn(node, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
    });
  }
  const [code] = await once(child, 'close');
  const [, passed, total] = /Passed: (\d+)\/(\d+)/.exec(output) ?? [];
  console.log(`${scenario}: ${passed ?? '?'} of ${total ?? '?'} checks passed`);
  if (code === 0 && passed !== undefined && passed === total) return;
  console.error(output);
  throw new Error(`the program fails ${scenario}`);
}

/** One process of the program for each session of the suite, its messages passed on as they are. */
async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const id = request.headers['mcp-session-id'];
  const session = typeof id === 'string' ? sessions.get(id) : await open();
  if (session) await session.handleRequest(request, response);
  else response.writeHead(404).end();
}

async function open(): Promise<StreamableHTTPServerTransport> {
  const session = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => {
      sessions.set(id, session);
    },
  });
  const program = new StdioClientTransport({ command: process.execPath, args: ['dist/main.js', '--demo'] });
  program.onmessage = (message) => {
    const relatedRequestId = 'id' in message && !('method' in message) ? message.id : undefined;
    session.send(message, relatedRequestId === undefined ? {} : { relatedRequestId }).catch(console.error);
  };
  session.onmessage = (message) => {
    program.send(message).catch(console.error);
  };
  session.onclose = () => {
    program.close().catch(console.error);
  };
  await program.start();
  await session.start();
  return session;
}
