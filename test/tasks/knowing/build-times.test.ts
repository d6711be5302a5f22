/** Since when a phase lasts, by the times that Coder gives. */

import { expect, test } from 'vitest';
import { buildTimesOf, sinceByWire, timeOf } from '../../../src/tasks/knowing/build-times.js';
import { CREATED_AT, report, task, workspace } from '../../support/task.js';

const CREATED = Date.parse(CREATED_AT);

test.each([
  ['working', CREATED + 9_000],
  ['waiting', CREATED + 9_000],
  ['done', CREATED + 9_000],
  ['failed', CREATED + 9_000],
  ['queued', CREATED + 1_000],
  ['starting', CREATED + 2_000],
  ['active', CREATED + 6_000],
  ['unhealthy', CREATED + 6_000],
  ['paused', CREATED + 5_000],
  ['broken', CREATED + 5_000],
  ['pausing', CREATED + 1_000],
  ['deleting', CREATED + 1_000],
  ['unreachable', CREATED + 7_000],
  ['gone', undefined],
  ['canceling', undefined],
  ['unknown', undefined],
] as const)('%s is dated by its own time', (phase, at) => {
  const build = buildTimesOf(
    workspace({
      createdAt: CREATED + 1_000,
      startedAt: CREATED + 2_000,
      completedAt: CREATED + 5_000,
      readyAt: CREATED + 6_000,
      disconnectedAt: CREATED + 7_000,
    }),
    CREATED + 60_000,
  );
  expect(sinceByWire(task({ current_state: report('idle', CREATED + 9_000) }), phase, build)).toBe(at);
});

test.each([
  ['startup scripts that outlast the build count', { completedAt: 5, readyAt: 200 }, 200],
  ['a workspace whose clock runs ahead was up when it was seen, at the latest', { completedAt: 5, readyAt: 900 }, 600],
  ['a workspace whose clock is slow was not up before its build', { completedAt: 5, readyAt: -900 }, 5],
  ['an agent that tells nothing leaves the build', { completedAt: 5 }, 5],
  ['a build under way is not up', { readyAt: 200 }, undefined],
] as const)('%s', (_, { readyAt, completedAt }: { readyAt?: number; completedAt?: number }, up) => {
  const at = (seconds: number | undefined) => (seconds === undefined ? undefined : CREATED + seconds * 1_000);
  const seen = workspace({ completedAt: at(completedAt), readyAt: at(readyAt) });
  expect(buildTimesOf(seen, CREATED + 600_000).upAt).toBe(at(up));
});

test('a build that is not known dates nothing but the first queue', () => {
  const second = task({ workspace_build_number: 2, current_state: null });
  expect(sinceByWire(task(), 'queued', undefined)).toBe(CREATED);
  expect(sinceByWire(second, 'queued', undefined)).toBeUndefined();
  expect(sinceByWire(second, 'paused', undefined)).toBeUndefined();
  expect(sinceByWire(second, 'waiting', undefined)).toBeUndefined();
});

test.each([[''], [undefined], [null], ['soon'], ['0001-01-01T00:00:00Z']])('%j is no time', (text) => {
  expect(timeOf(text)).toBeUndefined();
});
