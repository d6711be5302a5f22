/** The documents say what the code does. */

import { existsSync, readFileSync } from 'node:fs';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { DEMO, generatedFiles, partOf, README } from '../../scripts/documents.js';
import { demoTranscript, doctorTranscript, fenced, normalized } from '../../scripts/transcripts.js';
import { PROGRAM } from '../support/server-process.js';

const readme = readFileSync(README, 'utf8');

test.each([...generatedFiles()])('%s is as the code has it (npm run generate)', (path, content) => {
  expect(readFileSync(path, 'utf8')).toBe(content);
});

test('docs/demo.md shows what the demo prints', async () => {
  const shown = partOf(readFileSync(DEMO, 'utf8'), 'demo');
  expect(normalized(shown)).toBe(normalized(fenced(await demoTranscript())));
}, 60_000);

test("the README's doctor is what the program prints", async () => {
  expect(normalized(partOf(readme, 'doctor'))).toBe(normalized(fenced(await doctorTranscript())));
});

test('the README has at most 200 lines, and says on line 3 for which Coder the program is', () => {
  const lines = readme.split('\n');
  expect(lines.length).toBeLessThanOrEqual(200);
  expect(lines[2]).toMatch(/Coder 2\.29 to 2\.35.*2\.38/);
});

test('mcp.json.example starts the server and lists its tools', async () => {
  const example = JSON.parse(readFileSync('mcp.json.example', 'utf8'));
  const { command, args, env } = example.mcpServers['coder-tasks'];
  expect(command).toBe('node');
  expect(Object.keys(env)).toEqual(['CODER_URL', 'CODER_SESSION_TOKEN']);
  const client = new Client({ name: 'example', version: '1' });
  const ours = args.map((arg: string) => arg.replace(/^.*\/dist\/main\.js$/, PROGRAM));
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ours, env }));
  const { tools } = await client.listTools();
  await client.close();
  expect(tools.map(({ name }) => name)).toContain('coder_create_task');
});

test('what the README shows for mcp.json is what the example holds', () => {
  const shown = /content of \[`mcp\.json\.example`\].*?```json\n(.*?)```/s.exec(readme)?.[1] ?? '';
  expect(JSON.parse(shown)).toEqual(JSON.parse(readFileSync('mcp.json.example', 'utf8')));
});

test('every file and folder of src/ and test/ that docs/architecture.md names exists', () => {
  const named = [...readFileSync('docs/architecture.md', 'utf8').matchAll(/`((?:src|test|scripts)\/[\w./-]+)`/g)];
  const missing = named.map(([, path = '']) => path).filter((path) => !existsSync(path));
  expect(missing).toEqual([]);
});
