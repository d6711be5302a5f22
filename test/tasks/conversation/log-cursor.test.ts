/** Reading on from a cursor: nothing is lost, nothing comes twice, and a new conversation is told from a rewritten entry. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LogEntry } from '../../../src/coder/wire/schemas.js';
import {
  cursorAt,
  entriesAfter,
  type LogCursor,
  parseCursor,
  parsePosition,
} from '../../../src/tasks/conversation/log-cursor.js';
import { conversation, recordedLogs } from './recorded-logs.js';

const TASK = '5a7ec4ce-b385-4473-aad8-3cae84c173ba';
const OTHER = 'c3e0f6a4-0000-4473-aad8-3cae84c173ba';

function cursorBehind(entries: readonly LogEntry[], entry = entries.at(-1)): LogCursor {
  if (!entry) throw new Error('an empty conversation has no cursor');
  const parsed = parseCursor(cursorAt(TASK, entries, entry), TASK);
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.cursor;
}

const ids = (entries: readonly LogEntry[]) => entries.map(({ id }) => id);
const [whole = []] = recordedLogs('v2.35-dev', 'logs', 'active, long answer');
const [resumed = []] = recordedLogs('v2.35-dev', 'logs', 'active after resume, idle');

describe('the text of a cursor', () => {
  test('is short and safe in a URL', () => {
    const text = cursorAt(TASK, whole, whole.at(-1) ?? fail());
    expect(text).toMatch(/^c2-[\w-]+$/);
    expect(text.length).toBeLessThanOrEqual(60);
    expect(encodeURIComponent(text)).toBe(text);
  });

  test('is refused for another task, however the id is spelled for this one', () => {
    const text = cursorAt(TASK, whole, whole.at(-1) ?? fail());
    expect(parseCursor(text, OTHER)).toEqual({ ok: false, problem: 'other_task' });
    expect(parseCursor(text, TASK.toUpperCase()).ok).toBe(true);
  });

  test('is refused when a character of it was copied wrongly', () => {
    const text = cursorAt(TASK, whole, whole.at(-1) ?? fail());
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom(...'aZ0_-é .'), (index, character) => {
        const copy = text.slice(0, index) + character + text.slice(index + 1);
        expect(parseCursor(copy, TASK).ok).toBe(copy === text);
      }),
    );
  });

  test.each(['', 'c2-', '12', 'c3-AAAA', 'c1-AAAA', '../x', 'c2-é', 'x'.repeat(100_000)])('%.20j is none', (text) => {
    expect(parseCursor(text, TASK)).toEqual({ ok: false, problem: 'malformed' });
  });

  test('a position may also be an entry id, as a number or its digits', () => {
    expect(parsePosition(4, TASK)).toEqual({ ok: true, position: 4 });
    expect(parsePosition(' 4 ', TASK)).toEqual({ ok: true, position: 4 });
    expect(parsePosition('-4', TASK)).toEqual({ ok: false, problem: 'malformed' });
    const text = cursorAt(TASK, whole, whole.at(-1) ?? fail());
    expect(parsePosition(text, TASK)).toEqual({ ok: true, position: cursorBehind(whole) });
  });
});

describe('what is new since', () => {
  test('is nothing when nothing happened', () => {
    expect(entriesAfter(whole, cursorBehind(whole))).toEqual({
      entries: [],
      restarted: false,
      rewritten: false,
      goesOn: undefined,
      outdated: false,
      missed: 0,
    });
  });

  test('is each entry once while an agent works, as really recorded', () => {
    const reads = recordedLogs('v2.35-dev', 'lifecycle', 'poll logs until idle');
    const seen = reads.reduce<{ cursor?: LogCursor; news: string[] }>(
      ({ cursor, news }, entries) => {
        const after = cursor && entriesAfter(entries, cursor);
        expect(after?.restarted ?? false).toBe(false);
        return { cursor: cursorBehind(entries), news: [...news, ids(after?.entries ?? entries).join()] };
      },
      { news: [] },
    );
    // The greeting, the prompt with the first screen, three rewrites and the result, then quiet.
    expect(seen.news).toEqual(['0', '1,2', '2', '2', '2', '2', '', '']);
  });

  test('is the rewritten entry together with what followed it', () => {
    const [, early = []] = recordedLogs('v2.35-dev', 'lifecycle', 'poll logs until idle');
    const [later = []] = recordedLogs('v2.35-dev', 'lifecycle', 'poll logs after send');
    const after = entriesAfter(later, cursorBehind(early));
    expect(ids(after.entries)).toEqual([2, 3, 4]);
    expect(after.rewritten).toBe(true);
  });

  test('is nothing when a screen was only padded anew', () => {
    const before = conversation(['hi', 'do it', 'done']);
    const padded = before.map((entry) => ({
      ...entry,
      content: entry.type === 'output' ? `  ${entry.content}   \n  ` : entry.content,
    }));
    expect(entriesAfter(padded, cursorBehind(before)).entries).toEqual([]);
  });

  test('is everything when ids and contents repeat after a resume, as really recorded', () => {
    const [first = []] = recordedLogs('v2.35-dev', 'logs', 'active, idle');
    expect(resumed.map(({ id, content }) => [id, content])).toEqual(first.map(({ id, content }) => [id, content]));
    const after = entriesAfter(resumed, cursorBehind(first));
    expect(after).toMatchObject({ restarted: true, entries: resumed });
  });

  test('is everything when a resumed conversation is still shorter', () => {
    const [greeting = []] = recordedLogs('v2.35-dev', 'logs', 'active after resume');
    expect(greeting).toHaveLength(1);
    expect(entriesAfter(greeting, cursorBehind(whole))).toMatchObject({ restarted: true, entries: greeting });
  });

  test('is everything when the new conversation is longer than the old one was', () => {
    const [first = []] = recordedLogs('v2.35-dev', 'logs', 'active, idle');
    const later = conversation(['hi', 'a', 'b', 'c', 'd'], Date.UTC(2026, 11, 1));
    expect(entriesAfter(later, cursorBehind(first))).toMatchObject({ restarted: true, entries: later });
  });

  test('is what came after the greeting, which nobody can tell from the same greeting later', () => {
    const after = entriesAfter(whole, cursorBehind(whole, whole[0]));
    expect(ids(after.entries)).toEqual(ids(whole).slice(1));
    expect(after.restarted).toBe(false);
  });

  test('is nothing in the snapshot of an earlier pause', () => {
    const [snapshot = []] = recordedLogs('v2.35-dev', 'logs', 'paused, snapshot');
    expect(entriesAfter(snapshot, cursorBehind(resumed))).toMatchObject({
      entries: [],
      outdated: true,
      restarted: false,
    });
  });

  test('is nothing in the snapshot of this conversation', () => {
    const [snapshot = []] = recordedLogs('v2.35-dev', 'logs', 'paused, snapshot');
    expect(entriesAfter(snapshot, cursorBehind(whole)).entries).toEqual([]);
  });

  test('is known to lack entries when a snapshot begins behind the cursor', () => {
    const all = conversation(['hi', 'a', 'b', 'c', 'd', 'e', 'f', 'g']);
    expect(entriesAfter(all.slice(5), cursorBehind(all, all[2]))).toMatchObject({ missed: 2, restarted: false });
    expect(ids(entriesAfter(all.slice(5), cursorBehind(all, all[2])).entries)).toEqual([5, 6, 7]);
    expect(entriesAfter(all.slice(5), cursorBehind(all, all[6])).missed).toBe(0);
  });

  test('is nothing, and no restart, where there are no logs', () => {
    expect(entriesAfter([], cursorBehind(whole))).toMatchObject({ entries: [], restarted: false, missed: 0 });
  });

  test('is right where times cannot be read', () => {
    const timeless = whole.map((entry) => ({ ...entry, time: 'soon' }));
    const after = entriesAfter(timeless, cursorBehind(timeless, timeless[2]));
    expect(after.restarted).toBe(false);
    expect(ids(after.entries)).toEqual(ids(whole).slice(3));
  });

  test('is, over any course of growing and restarting, all that was never read', () => {
    const step = fc.constantFrom('input', 'output', 'rewrite', 'restart', 'read');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let clock = Date.UTC(2026, 0, 1);
        let entries: LogEntry[] = [];
        let cursor: LogCursor | undefined;
        let unread = new Set<string>();
        const say = (type: string, id: number) => {
          clock += 1_000;
          const entry = { id, type, content: `${type} ${id} ${clock}`, time: new Date(clock).toISOString() };
          entries = [...entries.filter((other) => other.id !== id), entry];
          unread.add(entry.content);
        };
        for (const what of steps) {
          const last = entries.at(-1);
          if (what === 'restart') {
            entries = [];
            unread = new Set();
          } else if (what === 'rewrite' && last?.type === 'output') {
            unread.delete(last.content);
            say('output', last.id);
          } else if (what === 'read' && last) {
            const news = cursor ? entriesAfter(entries, cursor).entries : entries;
            for (const content of unread) expect(news.map((entry) => entry.content)).toContain(content);
            cursor = cursorBehind(entries);
            unread = new Set();
          } else if (what === 'input' || what === 'output') say(what, entries.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function fail(): never {
  throw new Error('the recording has no entries');
}

describe('in the entry of an agent that got its prompt on the command line', () => {
  const at = (situation: string) => recordedLogs('v2.35-dev', 'cli-agent', situation)[0] ?? [];
  const behind = (entries: readonly LogEntry[], build: number) => {
    const parsed = parseCursor(cursorAt(TASK, entries, entries.at(-1) ?? fail(), build), TASK);
    return parsed.ok ? parsed.cursor : fail();
  };
  const early = at('first turn: logs (poll, 0 s)');
  const over = at('first turn over: logs');

  test('nothing is new while only its spinner moves', () => {
    const later = at('first turn: logs (poll, 3 s)');
    expect(later.at(-1)?.content).not.toBe(early.at(-1)?.content);
    expect(entriesAfter(later, behind(early, 1), 1)).toMatchObject({ entries: [], rewritten: false });
  });

  test('the rows below those given are new, and no others', () => {
    const { entries, goesOn, rewritten } = entriesAfter(over, behind(early, 1), 1);
    expect([ids(entries), goesOn, rewritten]).toEqual([[0], { id: 0, rows: 14 }, false]);
  });

  test('rows that read differently now bring the whole entry', () => {
    const changed = over.map((entry) => ({
      ...entry,
      content: entry.content.replace('Read 84 lines', 'Read 90 lines'),
    }));
    expect(entriesAfter(changed, behind(over, 1), 1)).toMatchObject({ entries: changed, rewritten: true });
  });

  test('after a resume it says so, and a session that goes on gives only what follows', () => {
    const paused = at('pull request open: logs');
    const resumed = at('after resume: logs (poll, 0 s)');
    expect(entriesAfter(resumed, behind(paused, 1), 3)).toMatchObject({ restarted: true, entries: [] });
    const later = at('after resume and send, over: logs');
    const after = entriesAfter(later, behind(paused, 1), 3);
    expect([after.restarted, ids(after.entries)]).toEqual([true, [1, 2]]);
  });

  test('after a resume that shows nothing of the old session all of it is new', () => {
    const other = conversation(['Welcome, what shall I do?']);
    expect(entriesAfter(other, behind(over, 1), 3)).toMatchObject({ restarted: true, entries: other });
  });
});
