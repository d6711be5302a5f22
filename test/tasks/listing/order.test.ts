/** The order of a list and its pages, whatever happens between two of them. */

import { expect, test } from 'vitest';
import { phaseOf, turnOf } from '../../../src/tasks/knowing/phase.js';
import {
  compareByNeed,
  groupOf,
  listCursor,
  needsCaller,
  type Placed,
  positionAfter,
} from '../../../src/tasks/listing/order.js';
import { report, task } from '../../support/task.js';

function placed(id: string, state: string, minute: number, differs: Partial<Placed> = {}): Placed {
  const created_at = new Date(Date.UTC(2026, 2, 2, 8, minute)).toISOString();
  const one = task({ id, name: id, created_at, current_state: report(state, created_at) });
  const phase = phaseOf(one);
  return { task: one, phase, turn: turnOf(phase), stalled: false, settled: true, ...differs };
}

const ids = (all: readonly Placed[]) => all.map((one) => one.task.id);

test.each([
  ['asks', placed('a', 'idle', 1), true],
  ['result', placed('a', 'idle', 1, { outcome: 'done' }), false],
  ['failed', placed('a', 'idle', 1, { outcome: 'failed' }), true],
  ['result', placed('a', 'complete', 1), false],
  ['at_work', placed('a', 'working', 1), false],
  ['needs_owner', placed('a', 'idle', 1, { turn: 'owner' }), false],
  ['broken', placed('a', 'idle', 1, { phase: 'broken' }), true],
  ['broken', placed('a', 'working', 1, { phase: 'paused', turn: 'you' }), true],
  ['paused', placed('a', 'idle', 1, { phase: 'paused', turn: 'nobody' }), false],
  ['stuck', placed('a', 'idle', 1, { phase: 'queued', turn: 'platform', stalled: true }), true],
  ['stuck', placed('a', 'idle', 1, { phase: 'unhealthy', turn: 'platform' }), true],
  ['at_work', placed('a', 'idle', 1, { phase: 'unhealthy', turn: 'platform', settled: false }), false],
] as const)('the group %s', (group, one, isUrgent) => {
  expect(groupOf(one)).toBe(group);
  expect(needsCaller(one)).toBe(isUrgent);
});

test('each task comes on one page, also when the last of a page is gone, has moved or was made with others at once', () => {
  const all = [placed('b', 'idle', 5), placed('a', 'idle', 5), placed('w', 'working', 9), placed('old', 'working', 1)];
  const sorted = all.toSorted(compareByNeed);
  expect(ids(sorted)).toEqual(['a', 'b', 'w', 'old']);
  const cursor = listCursor(placed('b', 'idle', 5));
  expect(positionAfter(sorted, cursor)).toBe(2);
  expect(
    positionAfter(
      sorted.filter((one) => one.task.id !== 'b'),
      cursor,
    ),
  ).toBe(1);
  const moved = [placed('a', 'idle', 5), placed('b', 'working', 5), placed('w', 'working', 9)].toSorted(compareByNeed);
  expect(ids(moved.slice(positionAfter(moved, cursor)))).toEqual(['w', 'b']);
});

test('behind the last task comes nothing, not the first page again, when that task is gone', () => {
  const sorted = [placed('a', 'idle', 5), placed('b', 'idle', 4)].toSorted(compareByNeed);
  expect(positionAfter(sorted, listCursor(placed('oldest', 'working', 1)))).toBe(2);
});

test.each(['x', '', Buffer.from('1 2').toString('base64url')])('the cursor %j is none', (cursor) => {
  expect(() => positionAfter([], cursor)).toThrow();
});
