/** The packages: what registries and hosts read is valid by their rules, and what they install starts. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { hostEntry, installLinks } from '../../scripts/packages.js';

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));
const program = read('package.json');

// The rules of https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json that concern a package of npm.
const serverSchema = z.strictObject({
  $schema: z.literal('https://static.modelcontextprotocol.io/schemas/2025-12-11/server.schema.json'),
  name: z
    .string()
    .min(3)
    .max(200)
    .regex(/^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/),
  title: z.string().min(1).max(100),
  description: z.string().min(1).max(100),
  version: z
    .string()
    .max(255)
    .regex(/^\d+\.\d+\.\d+/),
  repository: z.strictObject({ url: z.url(), source: z.literal('github') }),
  websiteUrl: z.url(),
  packages: z
    .array(
      z.strictObject({
        registryType: z.literal('npm'),
        identifier: z.string().min(1),
        version: z.string().min(1),
        runtimeHint: z.literal('npx'),
        transport: z.strictObject({ type: z.literal('stdio') }),
        environmentVariables: z.array(
          z.strictObject({
            name: z.string().regex(/^[A-Z_]+$/),
            description: z.string().min(1),
            isRequired: z.boolean(),
            isSecret: z.boolean(),
            format: z.enum(['string', 'number', 'boolean', 'filepath']),
            default: z.string().optional(),
            choices: z.array(z.string()).min(1).optional(),
          }),
        ),
      }),
    )
    .min(1),
});

test('server.json is what the registry takes, and belongs to this package', () => {
  const server = serverSchema.parse(read('server.json'));
  expect(server.name).toBe(program.mcpName);
  expect([server.version, server.packages[0]?.version]).toEqual([program.version, program.version]);
  expect(server.packages[0]?.identifier).toBe(program.name);
  const secrets = server.packages[0]?.environmentVariables.filter(({ isSecret }) => isSecret).map(({ name }) => name);
  expect(secrets).toEqual(['CODER_SESSION_TOKEN']);
});

test('package.json says whose it is and where it lives, and lets nothing be imported', () => {
  expect(program).toMatchObject({
    repository: { type: 'git', url: expect.stringContaining('github.com/coder-tasks-mcp/coder-tasks-mcp') },
    homepage: expect.stringContaining('https://'),
    bugs: { url: expect.stringContaining('/issues') },
    author: expect.any(String),
    mcpName: 'io.github.coder-tasks-mcp/coder-tasks-mcp',
    exports: { './package.json': './package.json' },
  });
});

test('the bundle is valid, keeps the token secret, and starts', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'coder-tasks-bundle-'));
  try {
    const [bundle, unpacked] = [join(folder, 'x.mcpb'), join(folder, 'unpacked')];
    const run = (...args: readonly string[]) =>
      execFileSync(process.execPath, [...args], { stdio: 'pipe', encoding: 'utf8' });
    run('node_modules/tsx/dist/cli.mjs', 'scripts/pack-mcpb.ts', bundle);
    run('node_modules/@anthropic-ai/mcpb/dist/cli/cli.js', 'unpack', bundle, unpacked);
    const { server, user_config, version } = read(join(unpacked, 'manifest.json'));
    expect(version).toBe(program.version);
    expect(user_config.token.sensitive).toBe(true);
    const { args, env } = server.mcp_config;
    const placeholder = ['$', '{__dirname}'].join('');
    const client = new Client({ name: 'claude-ai', version: '1' });
    // As a host starts it whose person has filled in nothing: the placeholders arrive as they stand.
    await client.connect(
      new StdioClientTransport({
        command: process.execPath,
        args: args.map((arg: string) => arg.replace(placeholder, unpacked)),
        env: { HOME: '/nonexistent', ...env },
      }),
    );
    const { tools } = await client.listTools();
    await client.close();
    expect(tools.map(({ name }) => name)).toContain('coder_delete_task');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

test('each install link, taken apart as its host does, holds the entry that starts this program', () => {
  const links = installLinks();
  const parameter = (host: string, name: string) => new URL(links[host] ?? '').searchParams.get(name) ?? '';
  const fromBase64 = (text: string) => JSON.parse(Buffer.from(text, 'base64').toString('utf8'));
  for (const host of Object.keys(links)) expect(parameter(host, 'name')).toBe('coder-tasks');
  expect(fromBase64(parameter('Cursor', 'config'))).toEqual(hostEntry);
  expect(fromBase64(parameter('LM Studio', 'config'))).toEqual(hostEntry);
  expect(JSON.parse(parameter('Kiro', 'config'))).toEqual(hostEntry);
  const asked = JSON.parse(parameter('VS Code', 'inputs'));
  const { command, args, env } = JSON.parse(parameter('VS Code', 'config'));
  expect({ command, args }).toEqual({ command: hostEntry.command, args: hostEntry.args });
  expect(asked.map(({ id }: { id: string }) => ['$', `{input:${id}}`].join(''))).toEqual(Object.values(env));
  expect(asked.at(-1)).toMatchObject({ password: true });
});

test('gemini-extension.json starts this program, and asks for the token as a secret', () => {
  const { name, version, mcpServers, settings } = read('gemini-extension.json');
  expect({ name, version }).toEqual({ name: program.name, version: program.version });
  expect(mcpServers['coder-tasks']).toEqual({ command: hostEntry.command, args: hostEntry.args });
  expect(settings.find(({ envVar }: { envVar: string }) => envVar === 'CODER_SESSION_TOKEN')).toMatchObject({
    sensitive: true,
  });
});

test('the bill of materials names each bundled package with version, licence and hash, and so do the notices', () => {
  const { bomFormat, specVersion, components, serialNumber, metadata } = read('sbom.cdx.json');
  expect({ bomFormat, specVersion }).toEqual({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect([serialNumber, metadata.timestamp]).toEqual([undefined, undefined]);
  const notices = readFileSync('THIRD_PARTY_NOTICES', 'utf8');
  expect(components.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['@modelcontextprotocol/sdk', 'undici', 'zod', 'pino']),
  );
  for (const { name, version, purl, licenses, hashes } of components) {
    expect(decodeURIComponent(purl)).toBe(`pkg:npm/${name}@${version}`);
    expect(licenses[0].license.id).toMatch(/^(?:MIT|ISC|BSD-[23]-Clause|Apache-2\.0|0BSD)$/);
    expect(hashes[0].content).toMatch(/^[0-9a-f]{128}$/);
    expect(notices).toContain(`${name} ${version}\n`);
  }
  expect(notices).toMatch(/llhttp, inside undici .*\n\nThis software is licensed under the MIT License\./);
});

test('the image runs as a user without rights, says whose server it is, and can be asked for its health', () => {
  const image =
    readFileSync('Dockerfile', 'utf8')
      .split(/^FROM /m)
      .at(-1) ?? '';
  expect(image).toMatch(/^node:\d+-slim\n/);
  expect(image).toContain(`LABEL io.modelcontextprotocol.server.name="${program.mcpName}"`);
  expect(image).toMatch(/^USER node$/m);
  expect(image).toMatch(/^HEALTHCHECK .*"--version"\]$/m);
  expect(image).not.toMatch(/ENV CODER_/);
});

test('a release is published with provenance, by actions that are pinned to a commit', () => {
  const workflow = readFileSync('.github/workflows/release.yml', 'utf8');
  const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
  expect(actions.length).toBeGreaterThan(0);
  for (const action of actions) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
  expect(workflow).toContain('npm publish --provenance');
  expect(workflow).toMatch(/^permissions: \{\}$/m);
});
