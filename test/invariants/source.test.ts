/** What is true of every source file. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { toolNames } from '../../src/tool-names.js';

const MAX_LINES = 300;

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(folder, file));
}

const sources = filesIn('src');
const all = [...sources, ...filesIn('test'), ...filesIn('scripts'), ...filesIn('bench')];

test.each(sources)('%s says at its head what lives there, and is short', (path) => {
  const text = readFileSync(path, 'utf8');
  expect(text.replace(/^#!.*\n/, '')).toMatch(/^\/\*\*\s[\s\S]*?[.?!:]\s*\*\/\n\n/);
  expect(text.split('\n').length).toBeLessThanOrEqual(MAX_LINES + 1);
});

test('no file is named for what is in no field’s words', () => {
  expect(all.filter((path) => /(^|\/)(utils?|helpers?|common|types|lib)(\/|\.ts$)/.test(path))).toEqual([]);
});

test('no test is left out or left alone', () => {
  const marked = filesIn('test').filter((path) =>
    /\b(?:test|describe|it)\.(?:only|skip|todo)\b/.test(readFileSync(path, 'utf8')),
  );
  expect(marked.filter((path) => !path.endsWith('source.test.ts'))).toEqual([]);
});

// Coder's own words that begin like a tool's name.
const CODER_WORDS = ['coder_ai_task', 'coder_agent', 'coder_app', 'coder_workspace', 'coder_session_token'];
// The names of Coder's former MCP tools, which aliases.ts alone may know.
const FORMER_TOOLS = ['coder_get_task_status', 'coder_list_templates'];

test.each(sources)('%s names only tools that exist', (path) => {
  const known: readonly string[] = [...toolNames, ...CODER_WORDS, ...(path.endsWith('aliases.ts') ? FORMER_TOOLS : [])];
  const named = readFileSync(path, 'utf8').match(/\bcoder_[a-z_]+\b/g) ?? [];
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});
