/** Sitting out a restart of Coder. */

import { expect, test } from 'vitest';
import { CoderError, type ErrorCode } from '../../src/coder/errors/errors.js';
import { keepTrying } from '../../src/coder/keep-trying.js';
import { ManualClock } from '../support/manual-clock.js';
import { rejection } from './http/loopback.js';

/** Fails with the code for the first `downMs`, then answers. */
function start(code: ErrorCode, downMs: number) {
  const clock = new ManualClock();
  const begun = clock.now();
  const tries: number[] = [];
  const read = async () => {
    tries.push(clock.now() - begun);
    if (clock.now() - begun < downMs) throw new CoderError(code, 'x');
    return 'answer';
  };
  const { signal } = new AbortController();
  return {
    clock,
    tries,
    run: (deadlineMs?: number) =>
      keepTrying(read, { clock, signal, deadline: deadlineMs === undefined ? undefined : begun + deadlineMs }),
  };
}

test.each(['stopped_answering', 'gateway'] as const)('%s is sat out until Coder is back', async (code) => {
  const t = start(code, 6_000);
  expect(await t.clock.runUntil(t.run(40_000))).toBe('answer');
  expect(t.tries).toEqual([0, 1_000, 3_000, 7_000]);
});

test('when the time is up the last error stands, after one last try', async () => {
  const t = start('stopped_answering', 60_000);
  expect(await t.clock.runUntil(rejection(t.run(10_000)))).toMatchObject({ code: 'stopped_answering' });
  expect(t.tries.at(-1)).toBe(10_000);
});

test('whoever has no time to wait tries once', async () => {
  const t = start('stopped_answering', 60_000);
  expect(await rejection(t.run())).toMatchObject({ code: 'stopped_answering' });
  expect(t.tries).toHaveLength(1);
});

test.each(['network', 'unauthorized', 'not_found', 'tls'] as const)('%s is told at once', async (code) => {
  const t = start(code, 60_000);
  expect(await rejection(t.run(40_000))).toMatchObject({ code });
  expect(t.tries).toHaveLength(1);
});
