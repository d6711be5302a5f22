/** Pages of a conversation: the right entries, within the budget, with the way on to the next page. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../src/coder/wire/schemas.js';
import { cursorAt, type LogPosition, parsePosition } from '../../../src/tasks/conversation/log-cursor.js';
import {
  type LogPage,
  type LogPageArguments,
  type LogQuery,
  logDefaults,
  pageOf,
} from '../../../src/tasks/conversation/log-page.js';
import { conversation, recordedLogs } from './recorded-logs.js';

const TASK = '5a7ec4ce-b385-4473-aad8-3cae84c173ba';
const [whole = []] = recordedLogs('v2.35-dev', 'logs', 'active, long answer');
const [resumed = []] = recordedLogs('v2.35-dev', 'logs', 'active after resume, idle');
const many = conversation(Array.from({ length: 50 }, (_, id) => `entry number ${id}`));

/** What the tool does with its arguments before it asks for the page. */
function page(entries: readonly LogEntry[], { before, after, ...rest }: LogPageArguments = {}): LogPage {
  const query: LogQuery = {
    ...logDefaults,
    ...rest,
    ...(before !== undefined && { before: position(before) }),
    ...(after !== undefined && { after: position(after) }),
  };
  return pageOf(TASK, entries, query);
}

function position(value: number | string) {
  const parsed = parsePosition(value, TASK);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.position;
}

const ids = ({ entries }: LogPage) => entries.map(({ id }) => id);
const endOf = (entries: readonly LogEntry[]) => {
  const last = entries.at(-1);
  return last ? cursorAt(TASK, entries, last) : '';
};
const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('which entries', () => {
  test('the newest ones, in reading order, with roles, times and clean text', () => {
    const { entries, more, cursor } = page(whole, { limit: 4 });
    expect(entries.slice(0, 3)).toEqual([
      { id: 5, role: 'user', time: '2026-11-24T04:16:03Z', text: 'slow=1 unicode' },
      { id: 6, role: 'agent', time: '2026-11-24T04:16:05Z', text: `✓ Grüße, 世界 <tag> & "quote" 'x' → done` },
      { id: 7, role: 'user', time: '2026-11-24T04:16:10Z', text: 'slow=1 long answer' },
    ]);
    expect(more).toBe(true);
    expect(cursor).toBe(endOf(whole));
  });

  test('older pages follow one another to the beginning without gap or repeat', () => {
    const read: number[] = [];
    let next: LogPageArguments | undefined = {};
    while (next) {
      const current: LogPage = page(many, next);
      read.unshift(...ids(current));
      expect(current.more).toBe(current.older !== undefined);
      next = current.older;
    }
    expect(read).toEqual(upTo(0, 49));
  });

  test('newer pages follow one another to the end, and their cursor is where to go on', () => {
    const read: number[] = [];
    let next: LogPageArguments | undefined = { after: 3, limit: 7 };
    let cursor: string | undefined;
    while (next) {
      const current: LogPage = page(many, next);
      read.push(...ids(current));
      cursor = current.cursor;
      next = current.newer;
      if (next) expect(next).toEqual({ after: cursor, limit: 7 });
    }
    expect(read).toEqual(upTo(4, 49));
    expect(cursor).toBe(endOf(many));
  });

  test('between two positions only what lies between them', () => {
    expect(ids(page(many, { after: 10, before: 14 }))).toEqual([11, 12, 13]);
    expect(page(many, { after: 10, before: 40, limit: 2 }).newer).toMatchObject({ before: 40, limit: 2 });
  });

  test('a page of history has no cursor, so that nobody skips what came meanwhile', () => {
    expect(page(many, { before: 10 }).cursor).toBeUndefined();
  });

  test('only one role when asked, and the next page asks for the same', () => {
    const { entries, older } = page(many, { role: 'user', limit: 3 });
    expect(entries.map(({ role }) => role)).toEqual(['user', 'user', 'user']);
    expect(older).toEqual({ before: 45, limit: 3, role: 'user' });
  });

  test('nothing new gives an empty page with the cursor that was asked with', () => {
    const cursor = endOf(whole);
    expect(page(whole, { after: cursor })).toEqual({
      entries: [],
      more: false,
      cursor,
      restarted: false,
      rewritten: false,
      outdated: false,
    });
  });

  test('an empty conversation hands the cursor back', () => {
    expect(page([]).cursor).toBeUndefined();
    expect(page([], { after: endOf(whole) })).toMatchObject({ entries: [], more: false, cursor: endOf(whole) });
  });

  test('a conversation that began anew comes whole and says so', () => {
    const after = page(resumed, { after: endOf(whole) });
    expect(after).toMatchObject({ restarted: true, cursor: endOf(resumed) });
    expect(ids(after)).toEqual([0, 1, 2]);
    const before = page(resumed, { before: endOf(whole) });
    expect(before.restarted).toBe(true);
    expect(ids(before)).toEqual([0, 1, 2]);
  });

  test('logs older than the cursor give nothing and keep the cursor', () => {
    expect(page(whole, { after: endOf(resumed) })).toMatchObject({
      entries: [],
      outdated: true,
      cursor: endOf(resumed),
    });
  });

  test('a snapshot that no longer reaches back says how many entries it lacks', () => {
    const cursor = endOf(many.slice(0, 5));
    expect(page(many.slice(40), { after: cursor })).toMatchObject({ missed: 35, more: false });
    expect(page(many, { after: cursor }).missed).toBeUndefined();
  });
});

describe('how much of each', () => {
  test('a long entry is cut in the middle, with the count of what is missing', () => {
    const { entries } = page(whole, { max_chars: 1_000 });
    const last = entries.at(-1);
    expect(last?.text).toMatch(/^line 001 of a long answer.*characters missing.*\n.*$/s);
    expect(last?.text).toContain(`[… ${last?.missing_chars} characters missing …]`);
    expect(entries[0]?.text).toContain('Demo coding agent 1.0');
  });

  test('the last entry gets half of a tight budget, the others equal shares', () => {
    const long = conversation(['a'.repeat(5_000), 'b'.repeat(5_000), 'c'.repeat(5_000)]);
    const { entries, more } = page(long, { max_chars: 2_000 });
    expect(entries.map(({ text }) => text.length)).toEqual([500, 500, 1_000]);
    expect(more).toBe(false);
  });

  test('when shares would get too small, older entries go to the next page', () => {
    const long = conversation(Array.from({ length: 20 }, () => 'x'.repeat(5_000)));
    const { entries, older } = page(long, { max_chars: 1_200 });
    expect(entries.map(({ id }) => id)).toEqual([16, 17, 18, 19]);
    expect(older).toEqual({ before: 16, max_chars: 1_200 });
  });

  test('raw keeps what cleaning takes, and shows what is invisible', () => {
    const entries = conversation(['  \u001b[1mhi\u001b[0m  \n\n\n  there  ']);
    expect(page(entries).entries[0]?.text).toBe('hi\n\nthere');
    expect(page(entries, { raw: true }).entries[0]?.text).toBe('  \\u{1b}[1mhi\\u{1b}[0m  \n\n\n  there  ');
  });

  test('what a person said keeps its blanks', () => {
    expect(page(conversation(['hi', '  indented\n\n\n│ x │'])).entries[1]?.text).toBe('  indented\n\n\n│ x │');
  });

  test('a time that cannot be read is shown as it came', () => {
    const [entry] = page([{ id: 0, type: 'output', content: 'x', time: 'soon\u202e' }]).entries;
    expect(entry?.time).toBe('soon\\u{202e}');
  });
});

describe('search', () => {
  test('finds entries with all words, whatever their case, with their count', () => {
    const { entries, hits, more } = page(whole, { search: 'BRANCH use' });
    expect(entries).toMatchObject([{ id: 4, hits: 2 }]);
    expect(entries[0]?.text).toBe('Which branch should I use? 1. main 2. develop');
    expect(hits).toBe(2);
    expect(more).toBe(false);
  });

  test('shows a snippet round each hit', () => {
    const text = `${'a '.repeat(500)}needle ${'b '.repeat(500)}needle ${'c '.repeat(500)}`;
    const lines = page(conversation([text]), { search: 'needle' }).entries[0]?.text.split('\n') ?? [];
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(/^….*needle.*…$/);
      expect(line.length).toBeLessThanOrEqual(202);
    }
  });

  test('counts all hits and shows the first few', () => {
    const { entries, hits } = page(conversation([`${'x '.repeat(200)}needle`.repeat(20)]), { search: 'needle' });
    expect(entries[0]?.hits).toBe(20);
    expect(entries[0]?.text.split('\n')).toHaveLength(5);
    expect(hits).toBe(20);
  });

  test('pages through the matches and repeats the question', () => {
    const { entries, hits, older } = page(many, { search: 'number', limit: 2 });
    expect(entries.map(({ id }) => id)).toEqual([48, 49]);
    expect(hits).toBe(50);
    expect(older).toEqual({ before: 48, limit: 2, search: 'number' });
  });

  test('takes signs as they are', () => {
    const entries = conversation(['a.b (c) [d] \\e $f^ x|y', 'axb']);
    for (const search of ['a.b', '(c)', '[d]', '\\e', '$f^', 'x|y', '/', '*']) {
      expect(page(entries, { search }).entries.length).toBe('/*'.includes(search) ? 0 : 1);
    }
  });

  test('that finds nothing is an empty page, and one of blanks is none', () => {
    expect(page(many, { search: 'absent' })).toMatchObject({ entries: [], hits: 0, more: false });
    expect(page(many, { search: '  ' }).hits).toBeUndefined();
  });
});

test('no page exceeds its limits, and each says truly whether there is more', () => {
  const content = fc.string({ unit: fc.constantFrom('word ', 'x', '\n', '😀', '│', '\u202e'), maxLength: 900 });
  fc.assert(
    fc.property(
      fc.array(content, { maxLength: 30 }),
      fc.record(
        { before: fc.nat(30), after: fc.nat(30), search: fc.constantFrom('word', 'X', 'absent'), raw: fc.boolean() },
        { requiredKeys: [] },
      ),
      fc.integer({ min: 1, max: 25 }),
      fc.integer({ min: 100, max: 5_000 }),
      fc.constantFrom('agent', 'user', 'all'),
      (contents, range, limit, max_chars, role) => {
        const entries = conversation(contents);
        const shown = page(entries, { ...range, limit, max_chars, role });
        const all = page(entries, { ...range, limit: 1_000, max_chars: 1_000_000, role });
        expect(shown.entries.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(max_chars);
        expect(shown.entries.length).toBeLessThanOrEqual(limit);
        expect(shown.more).toBe(shown.entries.length < all.entries.length);
        expect(ids(shown)).toEqual(ids(shown).toSorted((a, b) => a - b));
        const { after } = range;
        const expected =
          after === undefined
            ? ids(all).slice(-shown.entries.length || 1_000)
            : ids(all).slice(0, shown.entries.length);
        expect(ids(shown)).toEqual(expected);
        expect(shown.hits).toBe(all.hits);
      },
    ),
  );
});

describe('screens of 67 columns', () => {
  const LIMITS = { limit: 20, max_chars: 8_000, role: 'all' } as const;
  const at = (situation: string) => recordedLogs('v2.35-dev', 'cli-agent', situation)[0] ?? [];

  test('the first turn read by cursor costs its new rows only', () => {
    const situations = [
      ...[0, 1, 2, 3, 4].map((second) => `first turn: logs (poll, ${second} s)`),
      'first turn over: logs',
    ];
    let after: LogPosition | undefined;
    const texts = situations.map((situation) => {
      const page = pageOf(
        'task',
        at(situation),
        { ...LIMITS, ...(after !== undefined && { after }) },
        { build: 1, snapshot: false },
      );
      const parsed = parsePosition(page.cursor ?? '', 'task');
      after = parsed.ok ? parsed.position : after;
      return page.entries.map(({ text }) => text).join('\n');
    });
    expect(texts.map((text) => text === '')).toEqual([false, true, true, true, false, true]);
    expect(texts[4]).toMatch(/^● Done: Add a health endpoint/);
    expect(texts[0]).not.toContain('esc to interrupt');
  });

  test('a word that a row breaks is found, and shown whole', () => {
    const found = pageOf('task', at('pull request open: logs'), {
      ...LIMITS,
      search: 'repository-with-a-rather-long-name',
    });
    expect(found.hits).toBe(1);
    expect(found.entries[0]).toMatchObject({ id: 4, hits: 1, whole: { after: 3, limit: 1 } });
    expect(found.entries[0]?.text).toContain('a-repository-with-a-rather-long-name/pull/4711');
  });

  test('each snippet has something round its hit', () => {
    const { entries } = pageOf('task', at('pull request open: logs'), { ...LIMITS, search: 'pull request' });
    for (const line of entries.flatMap(({ text }) => text.split('\n'))) expect(line.length).toBeGreaterThanOrEqual(20);
  });

  test('the empty prompt of the agent is no line of a conversation', () => {
    const content = ['● Done.', '', '╭────╮', '│ >  │', '╰────╯', '  ? for shortcuts']
      .map((row) => row.padEnd(67))
      .join('\n');
    expect(pageOf('task', conversation([content]), LIMITS).entries[0]?.text).toBe('● Done.');
  });
});

test('of an excerpt that begins late, pages and searches that reach below it say how much is not stored', () => {
  const excerpt = conversation(Array.from({ length: 40 }, (_, index) => `entry ${index}`)).slice(30);
  const limits = { limit: 20, max_chars: 8_000, role: 'all' } as const;
  expect(pageOf('task', excerpt, limits)).toMatchObject({ not_stored: 30 });
  expect(pageOf('task', excerpt, { ...limits, before: 30 })).toMatchObject({ entries: [], not_stored: 30 });
  expect(pageOf('task', excerpt, { ...limits, before: 12 })).toMatchObject({ entries: [], not_stored: 12 });
  expect(pageOf('task', excerpt, { ...limits, search: 'entry', limit: 1 })).toMatchObject({ not_stored: 30 });
  expect(pageOf('task', excerpt, { ...limits, limit: 5 })).not.toHaveProperty('not_stored');
  expect(pageOf('task', excerpt.slice(0), { ...limits, after: 35 })).not.toHaveProperty('not_stored');
});
