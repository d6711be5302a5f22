/** The deployment's time, from headers that know whole seconds only. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ServerClock } from '../../../src/coder/http/server-clock.js';
import { ManualClock } from '../../support/manual-clock.js';

const header = (ms: number) => new Date(ms).toUTCString();

test('clocks that may agree are taken to agree', () => {
  const clock = new ManualClock();
  const server = new ServerClock(clock);
  server.observe(header(clock.now()), clock.now(), clock.now() + 200);
  expect(server.offsetMs).toBe(0);
  expect(server.now()).toBe(clock.now());
});

test('a missing or unreadable header changes nothing', () => {
  const server = new ServerClock(new ManualClock());
  server.observe(undefined, 0, 0);
  server.observe('yesterday', 0, 0);
  expect(server.offsetMs).toBe(0);
});

test('the offset is never further off than the header is coarse and the best answer was slow', () => {
  const offsets = fc.integer({ min: -100_000, max: 100_000 });
  const trips = fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 30_000 }),
      fc.integer({ min: 0, max: 2_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    ),
    {
      minLength: 1,
      maxLength: 20,
    },
  );
  fc.assert(
    fc.property(offsets, trips, (offset, all) => {
      const server = new ServerClock(new ManualClock());
      let now = 1_750_000_000_000;
      for (const [pause, trip, share] of all) {
        now += pause;
        server.observe(header(now + Math.floor(trip * share) + offset), now, now + trip);
        now += trip;
      }
      const best = Math.min(...all.map(([, trip]) => trip));
      expect(Math.abs(server.offsetMs - offset)).toBeLessThanOrEqual(best + 1_000);
    }),
  );
});

test('when a clock is set, the latest answer counts', () => {
  const clock = new ManualClock();
  const server = new ServerClock(clock);
  server.observe(header(clock.now()), clock.now(), clock.now());
  server.observe(header(clock.now() + 60_000), clock.now(), clock.now());
  expect(server.offsetMs).toBe(60_500);
});

test.each(['Thu, 01 Jan 1970 00:00:07 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', 'soon', undefined])(
  'the date %s says nothing about the time',
  (date) => {
    const clock = new ServerClock(new ManualClock());
    clock.observe(date, 0, 0);
    expect(clock.offsetMs).toBe(0);
  },
);
