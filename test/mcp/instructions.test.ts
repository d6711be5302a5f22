/** The instructions: short, the loop first, and without tools that do not exist. */

import { expect, test } from 'vitest';
import { instructionsFor, withoutMissingTools } from '../../src/mcp/instructions.js';
import { toolNames } from '../../src/tool-names.js';
import { allTools } from '../../src/tools/index.js';
import { selectTools } from '../../src/tools/selection.js';

test('are at most 1 800 characters, and begin with the loop', () => {
  const text = instructionsFor(toolNames);
  expect(text.length).toBeLessThanOrEqual(1_800);
  const places = ['coder_create_task', 'coder_wait_for_task', 'coder_send_task_input'].map((name) =>
    text.indexOf(name),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
});

test('the instructions and the descriptions of a server that only reads name no tool that it lacks', () => {
  const tools = selectTools({ readOnly: true, noDelete: false }, allTools);
  const names = tools.map(({ name }) => name);
  const texts = [instructionsFor(names), ...tools.map(({ description }) => withoutMissingTools(description, names))];
  for (const text of texts) {
    const named = text.match(/coder_[a-z_]+/g) ?? [];
    expect(named.filter((name) => !names.some((known) => known === name))).toEqual([]);
    expect(text.length).toBeGreaterThan(80);
  }
  expect(texts[0]).toContain('coder_list_tasks');
  expect(texts[0]).not.toMatch(/\n\d\.\n|\n\d\. ?$/m);
});

test('with all tools nothing is left out', () => {
  for (const { description } of allTools) expect(withoutMissingTools(description, toolNames)).toBe(description);
});
