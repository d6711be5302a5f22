/** Bad input to every tool, made from its schema: each fault is named with what came and what is allowed, and goes no further. */

import { expect, test } from 'vitest';
import { z } from 'zod';
import { allTools } from '../../src/tools/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { createTask } from '../support/tasks.js';
import { startTestServer, textOf } from '../support/test-server.js';
import { type ArgumentFacts, argumentsOf, fittingArguments, namingArguments, SUBJECT } from '../support/tool-calls.js';

const tools = allTools.map((tool) => [tool.name, tool] as const);
const allArguments = allTools.flatMap((tool) =>
  Object.entries(argumentsOf(tool)).map(([argument, facts]) => [tool.name, argument, tool, facts] as const),
);
const names = allTools.flatMap((tool) => namingArguments(tool).map((argument) => [tool.name, argument, tool] as const));

const LONG = 'x'.repeat(300_000);
const WRONG_TYPES = [
  42,
  true,
  null,
  { a: 1 },
  'something else',
  '',
  [],
  [null],
  [[]],
  [''],
  Array(2_000).fill('a'),
  LONG,
];

// Ids of entries are texts that look like numbers.
const POSITIONS = ['before', 'after'];

/** What the argument does not take: wrong types, too little, too much. */
function misfits(argument: string, facts: ArgumentFacts, takes: (value: unknown) => boolean): unknown[] {
  const { minimum, maximum, maxLength, maxItems, items } = facts;
  const candidates = [
    ...WRONG_TYPES,
    ...(maximum === undefined ? [] : [maximum + 1, Number.MAX_VALUE]),
    ...(minimum === undefined ? [] : [minimum - 1]),
    ...(facts.type === 'integer' ? [1.5] : []),
    ...(maxLength === undefined ? [] : ['x'.repeat(maxLength + 1)]),
    ...(maxItems === undefined ? [] : [Array(maxItems + 1).fill(SUBJECT)]),
  ];
  // One value counts as a list of one, and nothing, or what is empty, as left out where it may be.
  const isEmpty = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0);
  const asTaken = (value: unknown) => {
    if (isEmpty(value) && takes(undefined)) return undefined;
    if (value === 42 && POSITIONS.includes(argument)) return '42';
    return items && typeof value === 'string' ? [value] : (value ?? undefined);
  };
  return candidates.filter((value) => !takes(asTaken(value)) && !isBlankText(argument, value));
}

// A blank text is found out by the tool, which says more than its schema could.
function isBlankText(argument: string, value: unknown): boolean {
  return argument === 'input' && value === '';
}

test.each(allArguments)(
  '%s: %s is refused when it is of a wrong type or size',
  async (_name, argument, tool, facts) => {
    await using t = await startTestServer();
    const schema = tool.input.shape[argument];
    const takes = (value: unknown) => Boolean(schema && 'safeParse' in schema && schema.safeParse(value).success);
    const tried = misfits(argument, facts, takes);
    expect(tried.length).toBeGreaterThan(3);
    for (const value of tried) {
      const result = await t.call(tool.name, { ...fittingArguments(tool), [argument]: value });
      const text = textOf(result);
      expect(result.isError, text).toBe(true);
      expect(text).toMatch(new RegExp(`^error: argument ${argument}(?:\\.\\d+)?: got .+; must be .+\\n`));
      expect(text).toContain('\ncode: invalid_argument');
      expect(text.length).toBeLessThan(600);
    }
    expect(t.deployment.requests).toEqual([]);
  },
);

test.each(tools)('%s names its arguments to a caller who knows others', async (name, tool) => {
  await using t = await startTestServer();
  const known = Object.keys(argumentsOf(tool));
  for (const unknown of ['taks', 'constructor', 'a\u202eb', 'x'.repeat(5_000), '']) {
    const args = JSON.parse(
      JSON.stringify(fittingArguments(tool))
        .replace(/\}$/, `,${JSON.stringify(unknown)}:1}`)
        .replace('{,', '{'),
    );
    const result = await t.call(name, args);
    const text = textOf(result);
    expect(result.isError, unknown).toBe(true);
    expect(text).toContain('must be left out: this tool has no such argument');
    for (const argument of known) expect(text).toContain(argument);
    expect(text).not.toMatch(/[\p{Cf}]/u);
    expect(text.length).toBeLessThan(1_000);
  }
  expect(t.deployment.requests).toEqual([]);
});

const LOOK_ALIKES = [
  'subјect',
  'ｓubject',
  'sub\u200bject',
  'subject\u202e',
  'subject\u00ad',
  'ѕubject',
  'subject\u{e0041}',
  'SUBJECT\u0000',
];
const PATHS = [
  '..',
  '.',
  '../users/me',
  'a/../b',
  'me/..',
  '/',
  '//',
  'subject?x=1',
  'subject#x',
  'subject%2f..',
  '%2e%2e',
  '%00',
  'a\\b',
];
const CONTROLS = ['sub\nject', 'sub\rject', 'a\u0000b', 'a\u001b[31mb', 'sub\u2028ject', '\ud800', ' ', '\t'];
const QUERIES = [
  'me" owner:"bob',
  'me status:error',
  'a&owner=bob',
  "x'; drop table tasks; --",
  '@',
  '--',
  '${HOME}',
  'http://x/tasks/../a',
];
const TRICKS = [...LOOK_ALIKES, ...PATHS, ...CONTROLS, ...QUERIES];

const PLAIN = 'zz-no-such-thing';

test.each(names)(
  '%s: a %s that is no name is shown as it is, and reaches no other path',
  async (_name, argument, tool) => {
    const clock = new ManualClock();
    await using t = await startTestServer({ clock });
    await createTask(t, clock, SUBJECT);
    const ask = async (value: string) => {
      const before = t.deployment.requests.length;
      const isList = argumentsOf(tool)[argument]?.type === 'array';
      const result = await t.call(tool.name, { ...fittingArguments(tool), [argument]: isList ? [value] : value });
      return { result, shapes: t.deployment.requests.slice(before).map((request) => shapeOf(request, value)) };
    };
    const usual = new Set((await ask(PLAIN)).shapes);
    // A blank text stands for what is left out, where that may be.
    const isOptional = z.safeParse(tool.input.shape[argument] ?? z.never(), undefined).success;
    for (const trick of TRICKS.filter((text) => !isOptional || text.trim() !== '')) {
      const { result, shapes } = await ask(trick);
      const text = textOf(result);
      // A filter for what cannot be finds nothing, which is the truth.
      const isFilter = tool.name === 'coder_list_tasks' && argument === 'template';
      if (!isFilter) expect(result.isError, JSON.stringify(trick)).toBe(true);
      if (!isFilter)
        expect(text).toMatch(new RegExp(`^error: argument ${argument}(?:\\.\\d+)?: got .+; must be .+\\n`));
      expect(JSON.stringify(result.content)).not.toMatch(/[\p{Cf}\p{Co}\u2028\u2029]/u);
      expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      for (const shape of shapes) expect([...usual], `for ${JSON.stringify(trick)}`).toContain(shape);
    }
  },
);

/** A request with what the caller gave and ids taken out; addresses are read as a proxy would. */
function shapeOf({ method, path }: { readonly method: string; readonly path: string }, given: string): string {
  const { pathname, searchParams } = new URL(path, 'http://coder.test');
  const segments = pathname.split('/').map((segment) => {
    if (/^[0-9a-f-]{36}$/.test(segment)) return '{id}';
    return decodeURIComponent(segment) === given ? '{given}' : segment;
  });
  // Blanks stand between the terms of every query.
  const shown = (value: string) => (given.trim() === '' ? value : value.replaceAll(given, '{given}'));
  const query = [...searchParams].map(([key, value]) => `${key}=${shown(value)}`);
  return `${method} ${segments.join('/')} ${query.join('&')}`;
}

test.each(['constructor', '__proto__', 'toString', 'coder_get_tаsk', 'coder_get_task\u200b', '', 'x'.repeat(5_000)])(
  'a tool named %j is unknown, and the nearest are named',
  async (name) => {
    await using t = await startTestServer();
    const result = await t.call(name);
    expect(result.isError).toBe(true);
    expect(textOf(result)).toMatch(/^error: argument name: got .*; must be a tool of this server\nnext: one of coder_/);
    expect(textOf(result)).not.toMatch(/\p{Cf}/u);
  },
);

test.each(tools)('%s takes null for what may be left out', async (_name, tool) => {
  const clock = new ManualClock();
  await using t = await startTestServer({ clock });
  await createTask(t, clock, SUBJECT);
  const fitting = fittingArguments(tool);
  const nulls = Object.fromEntries(Object.keys(argumentsOf(tool)).map((argument) => [argument, null]));
  const text = await t.text(tool.name, { ...nulls, ...fitting });
  expect(text).not.toContain('invalid_argument');
});
