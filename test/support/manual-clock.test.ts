/** The manual clock itself. */

import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.js';

test('timers fire in the order in which they fall due, each at its own time', async () => {
  const clock = new ManualClock(0);
  const fired: string[] = [];
  const note = (name: string) => () => fired.push(`${name} at ${clock.now()}`);
  clock.setTimeout(note('late'), 200);
  clock.setTimeout(note('early'), 100);
  clock.setTimeout(() => clock.setTimeout(note('nested'), 50), 100);
  clock.clearTimeout(clock.setTimeout(note('cleared'), 10));
  await clock.advance(199);
  expect(fired).toEqual(['early at 100', 'nested at 150']);
  await clock.advance(1);
  expect(fired).toEqual(['early at 100', 'nested at 150', 'late at 200']);
  expect([clock.now(), clock.pending]).toEqual([200, 0]);
});

test('runUntil jumps to whatever settles the promise, and passes on value and rejection', async () => {
  const clock = new ManualClock(0);
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.setTimeout(resolve, ms));
  const work = async () => {
    await sleep(60_000);
    await sleep(60_000);
    return clock.now();
  };
  expect(await clock.runUntil(work())).toBe(120_000);
  const failing = sleep(10).then(() => {
    throw new Error('no');
  });
  await expect(clock.runUntil(failing)).rejects.toThrow('no');
});

test('runUntil gives up when the time it was given is over', async () => {
  const clock = new ManualClock(0);
  const never = new Promise<void>(() => {});
  clock.setTimeout(() => {}, 5_000);
  await expect(clock.runUntil(never, { maxMs: 1_000 })).rejects.toThrow('not settled after 1000 ms');
});

test('time stands still while something is going on', async () => {
  const clock = new ManualClock(0);
  let isBusy = true;
  clock.addIdleCheck(() => !isBusy);
  let turns = 0;
  const work = async () => {
    for (; turns < 100; turns++) await new Promise((resolve) => setImmediate(resolve));
    isBusy = false;
  };
  const seen: number[] = [];
  clock.setTimeout(() => seen.push(turns), 1);
  await Promise.all([work(), clock.advance(1)]);
  expect(seen).toEqual([100]);
});
