/** What is true of all tools together. */

import { existsSync, readdirSync } from 'node:fs';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { expect, test } from 'vitest';
import { endpoints } from '../../src/coder/endpoints.js';
import { listTools } from '../../src/mcp/calls/list-tools.js';
import { toolNames } from '../../src/tool-names.js';
import { allTools } from '../../src/tools/index.js';

// Rooms' files in `tools/` that are not tools.
const SUPPORT = [
  'aliases',
  'define',
  'index',
  'outputs',
  'params',
  'quotes',
  'selection',
  'several',
  'switch-tasks',
  'wait-stuck',
  'wait-words',
  'wording',
];

const fileOf = (tool: string) => tool.replace(/^coder_/, '').replaceAll('_', '-');

test('every file of tools/ is a tool in the list, and every tool has its file and its test', () => {
  const files = readdirSync('src/tools').map((file) => file.replace(/\.ts$/, ''));
  const tools = files.filter((file) => !SUPPORT.includes(file));
  expect(allTools.map(({ name }) => fileOf(name)).toSorted()).toEqual(tools.toSorted());
  for (const tool of tools) expect(existsSync(`test/tools/${tool}.test.ts`), `test of ${tool}`).toBe(true);
});

test('the list of names is the list of tools, in the same order', () => {
  expect(allTools.map(({ name }) => name)).toEqual(toolNames);
});

test('every endpoint under /tasks has exactly one tool', () => {
  const ofTasks = Object.entries(endpoints)
    .filter(([, { path }]) => path.startsWith('/api/v2/tasks'))
    .map(([key]) => key);
  const served = allTools.flatMap(({ endpoint }) => endpoint ?? []);
  expect(served.toSorted()).toEqual(ofTasks.toSorted());
});

test.each(allTools.map((tool) => [tool.name, tool] as const))(
  '%s has a short name, a description and described arguments',
  (name, tool) => {
    expect(name).toMatch(/^coder_[a-z_]{1,34}$/);
    expect(tool.description.length).toBeLessThanOrEqual(500);
    expect(tool.description).toMatch(/^[A-Z].*?[.:](?:\s|$)/);
    const [listed] = listTools([tool]);
    for (const [argument, schema] of Object.entries(listed?.inputSchema.properties ?? {})) {
      expect(argument).toMatch(/^[a-z]+(_[a-z]+)*$/);
      expect(schema, `${name}.${argument}`).toHaveProperty('description', expect.stringMatching(/\S/));
    }
  },
);

test('what every turn pays for the tools is within the budget', () => {
  const tokens = listTools(allTools).map(({ name, description, inputSchema }) =>
    countTokens(JSON.stringify({ name, description, input_schema: inputSchema })),
  );
  expect(tokens.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(2_600); // behaviour §12
});
