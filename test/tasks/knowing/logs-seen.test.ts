/** How a conversation ends, and for how long it has looked like that. */

import { expect, test } from 'vitest';
import { seeLogs } from '../../../src/tasks/knowing/logs-seen.js';
import { conversation } from '../../support/task.js';

const T0 = Date.parse('2026-03-02T09:00:00Z');
const read = (seconds: number, tookMs = 100) => ({
  startedAt: T0 + seconds * 1_000,
  now: T0 + seconds * 1_000 + tookMs,
});

test('an empty conversation ends in nothing', () => {
  expect(seeLogs(undefined, [], read(0))).toMatchObject({ lastType: 'none', lastId: undefined, lastInput: undefined });
});

test('a first read says nothing about movement, and dates the last change by the last entry', () => {
  const seen = seeLogs(undefined, conversation(['welcome', 'do it', 'done'], T0 - 60_000), read(0));
  expect(seen).toMatchObject({ lastType: 'output', lastId: 2, hasMoved: false, changedAt: T0 - 58_000 });
});

test('the clock of a workspace that runs ahead is not believed', () => {
  expect(seeLogs(undefined, conversation(['welcome'], T0 + 60_000), read(0)).changedAt).toBe(T0 + 100);
});

test('a text stands from the end of its first read to the beginning of its last', () => {
  const entries = conversation(['welcome', 'do it', 'done']);
  const first = seeLogs(undefined, entries, read(0));
  const second = seeLogs(first, entries, read(3));
  expect(second).toMatchObject({ unchangedFrom: T0 + 100, readAt: T0 + 3_000, hasMoved: false });
  // An answer that arrives late takes nothing back.
  expect(seeLogs(second, entries, read(1, 5_000)).readAt).toBe(T0 + 3_000);
});

test('a rewritten last entry, a new entry and a new conversation are changes; earlier text is not looked at', () => {
  const first = seeLogs(undefined, conversation(['welcome', 'do it', 'doing']), read(0));
  const changed = [
    conversation(['welcome', 'do it', 'done']),
    conversation(['welcome', 'do it', 'doing', 'stop']),
    conversation(['welcome', 'do it', 'doing'], T0),
  ];
  for (const logs of changed) {
    expect(seeLogs(first, logs, read(3))).toMatchObject({
      hasMoved: true,
      unchangedFrom: T0 + 3_100,
      changedAt: T0 + 3_100,
    });
  }
  expect(seeLogs(first, conversation(['WELCOME', 'do it', 'doing']), read(3)).hasMoved).toBe(false);
});
