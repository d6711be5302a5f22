/** The outbox: turns, what it remembers, and for how long. */

import { expect, test } from 'vitest';
import { beforeDeadline } from '../../../../src/tasks/steering/sending/outbox.js';
import { ManualClock } from '../../../support/manual-clock.js';
import { startTestServer } from '../../../support/test-server.js';

const BEFORE = { lastId: 3, position: 3, cursor: undefined, count: 0, screen: '', report: '', build: 1 };
const never = new AbortController().signal;

async function start() {
  const clock = new ManualClock();
  const server = await startTestServer({ clock });
  server.deployment.world.addTask({ name: 'subject' });
  const { id } = await server.tasks.find('subject', never);
  const { outbox } = server.tasks;
  const enter = (ms = 10_000, signal: AbortSignal = never) =>
    outbox.enter(id, { clock, deadline: clock.now() + ms, signal });
  return { server, clock, id, outbox, enter };
}

test('turns are taken one after the other, in the order of asking', async () => {
  const { server, enter, outbox, id } = await start();
  await using _ = server;
  const order: number[] = [];
  const first = await enter();
  const others = [1, 2].map(async (number) => {
    const leave = await enter();
    order.push(number);
    leave?.();
  });
  expect(outbox.isInUse(id)).toBe(true);
  first?.();
  await Promise.all(others);
  expect(order).toEqual([1, 2]);
  expect(outbox.isInUse(id)).toBe(false);
});

test('whoever gives up waiting, or is cancelled, blocks nobody', async () => {
  const { server, clock, enter } = await start();
  await using _ = server;
  const first = await enter();
  const late = enter(1_000);
  const canceller = new AbortController();
  const cancelled = enter(60_000, canceller.signal);
  const last = enter(60_000);
  await clock.advance(2_000);
  expect(await late).toBeUndefined();
  canceller.abort(new Error('enough'));
  await expect(cancelled).rejects.toThrow('enough');
  first?.();
  expect(await last).toBeTypeOf('function');
});

test('a turn lasts until what was posted in it is answered', async () => {
  const { server, clock, id, enter, outbox } = await start();
  await using _ = server;
  const leave = await enter();
  outbox.post(id, 'hello', BEFORE);
  leave?.();
  let isNext = false;
  const next = enter().then(() => {
    isNext = true;
  });
  await clock.settle();
  expect(isNext).toBe(false);
  await clock.runUntil(next);
  expect(isNext).toBe(true);
});

test('a message is remembered until its fate is told, and for those who wait meanwhile', async () => {
  const { server, clock, id, outbox } = await start();
  await using _ = server;
  const message = outbox.post(id, 'hello', BEFORE);
  expect(await clock.runUntil(message.answer)).toEqual({ error: undefined });
  expect(outbox.earlier(id, 'hello', outbox.posted)).toBe(message);
  expect(outbox.earlier(id, 'other', 0)).toBeUndefined();
  outbox.tell(id, message);
  expect(outbox.earlier(id, 'hello', outbox.posted)).toBeUndefined();
  expect(outbox.earlier(id, 'hello', 0)).toBe(message);
  outbox.forget(id, message);
  expect(outbox.earlier(id, 'hello', 0)).toBeUndefined();
});

test('a message is forgotten after ten minutes', async () => {
  const { server, clock, id, outbox } = await start();
  await using _ = server;
  await clock.runUntil(outbox.post(id, 'hello', BEFORE).answer);
  await clock.advance(10 * 60_000);
  expect(outbox.earlier(id, 'hello', 0)).toBeUndefined();
});

test('what was accepted counts as sent, even when nobody waits for the answer any more', async () => {
  const { server, clock, id, outbox } = await start();
  await using _ = server;
  const message = outbox.post(id, 'hello', BEFORE);
  await clock.advance(5_000);
  expect(server.tasks.memory.lastSent(id)).toEqual({ input: 'hello', at: message.at, lastIdBefore: 3 });
});

test('an older message never replaces a newer one as the last that was sent', async () => {
  const { server, clock, id, outbox } = await start();
  await using _ = server;
  const older = outbox.post(id, 'older', BEFORE);
  await clock.advance(20_000);
  await clock.runUntil(outbox.post(id, 'newer', BEFORE).answer);
  outbox.note(id, older);
  expect(server.tasks.memory.lastSent(id)?.input).toBe('newer');
});

test('a promise is waited for until the deadline, and its failure is passed on', async () => {
  const clock = new ManualClock();
  const patience = { clock, deadline: clock.now() + 1_000, signal: never };
  expect(await beforeDeadline(Promise.resolve(1), patience)).toBe(1);
  await expect(beforeDeadline(Promise.reject(new Error('no')), patience)).rejects.toThrow('no');
  const waiting = beforeDeadline(new Promise(() => {}), patience);
  await clock.advance(1_000);
  expect(await waiting).toBeUndefined();
  expect(clock.pending).toBe(0);
});
