/** Packs the program as it would be published, installs it into an empty folder, and asks it for `initialize` on each Node; older ones must be refused. */

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MAX_UNPACKED_BYTES = 2 << 20; // behaviour §12
const ANSWER_TIMEOUT_MS = 20_000;
const nodeMajors = [20, 22, 24];
const oldMajors = [10, 12, 14, 16, 18];

const folder = mkdtempSync(join(tmpdir(), 'coder-tasks-mcp-'));
try {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--json', '--pack-destination', folder], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', folder, join(folder, packed.filename)], {
    stdio: 'ignore',
  });
  const packages = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
  console.log(`package: ${packages.length} in node_modules, ${packed.unpackedSize} bytes unpacked`);
  if (packages.length !== 1) throw new Error(`one package expected, got ${packages.join(', ')}`);
  if (packed.unpackedSize > MAX_UNPACKED_BYTES)
    throw new Error(`the package is larger than ${MAX_UNPACKED_BYTES} bytes`);
  const program = join(folder, 'node_modules', 'coder-tasks-mcp', 'dist', 'main.js');
  if ((statSync(program).mode & 0o111) === 0) throw new Error('dist/main.js cannot be executed');
  for (const major of nodeMajors) {
    const node = nodeBinary(major);
    const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    const answer = await initialize(node, program);
    console.log(
      `Node ${version}: ${answer.serverInfo.name} ${answer.serverInfo.version}, protocol ${answer.protocolVersion}`,
    );
  }
  for (const major of oldMajors) console.log(refusal(nodeBinary(major), program));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The running Node if it is of this major version, else the binary that npm has. */
function nodeBinary(major: number): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const home = join(folder, `node-${major}`);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--prefix', home, `${name}@${major}`], {
    stdio: 'ignore',
  });
  return resolve(home, 'node_modules', name, 'bin', 'node');
}

/** What a Node that is too old says: one line on stderr, exit code 1, nothing on stdout. */
function refusal(node: string, program: string): string {
  const { status, stdout, stderr } = spawnSync(node, [program], { encoding: 'utf8', input: '' });
  if (status === 1 && stdout === '' && /^coder-tasks-mcp needs Node .*\n$/.test(stderr)) return stderr.trim();
  throw new Error(`${node} ends with ${status}: ${stdout}${stderr}`);
}

interface Initialized {
  readonly protocolVersion: string;
  readonly serverInfo: { readonly name: string; readonly version: string };
}

function initialize(node: string, program: string): Promise<Initialized> {
  const request = {
    jsonrpc: '2.0',
    id: 1,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'check-package', version: '1' } },
  };
  return new Promise((done, fail) => {
    const child = spawn(node, [program], { stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: process.env.PATH } });
    const timer = setTimeout(() => fail(new Error(`no answer from ${node}`)), ANSWER_TIMEOUT_MS);
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
      if (!output.includes('\n')) return;
      clearTimeout(timer);
      child.stdin.end();
      done(JSON.parse(output.slice(0, output.indexOf('\n'))).result);
    });
    child.on('error', fail);
    child.stdin.write(`${JSON.stringify(request)}\n`);
  });
}
