/** Work that has to end by a time. */

import { expect, test } from 'vitest';
import { TimeUpError, withDeadline } from '../../src/coder/deadline.js';
import { ManualClock } from '../support/manual-clock.js';
import { rejection } from './http/loopback.js';

const never = () => new Promise<never>(() => {});

test('what is done in time comes back, and leaves no timer behind', async () => {
  const clock = new ManualClock();
  expect(await withDeadline(clock, 1_000, undefined, async () => 'done')).toBe('done');
  expect(clock.pending).toBe(0);
});

test('what is not done in time ends, and is told so', async () => {
  const clock = new ManualClock();
  let inner: AbortSignal | undefined;
  const late = rejection(
    withDeadline(clock, 1_000, undefined, (signal) => {
      inner = signal;
      return never();
    }),
  );
  await clock.advance(999);
  expect(inner?.aborted).toBe(false);
  await clock.advance(1);
  expect(await late).toBeInstanceOf(TimeUpError);
  expect(inner?.reason).toBeInstanceOf(TimeUpError);
});

test('the reason of the given signal comes first, also before the start', async () => {
  const clock = new ManualClock();
  const controller = new AbortController();
  const left = rejection(withDeadline(clock, 1_000, controller.signal, never));
  controller.abort('gone');
  expect(await left).toBe('gone');
  expect(await rejection(withDeadline(clock, 1_000, controller.signal, never))).toBe('gone');
  expect(clock.pending).toBe(0);
});
