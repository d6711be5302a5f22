/** Who gets through a gate, and when. */

import { expect, test } from 'vitest';
import { Gate } from '../../../src/tasks/watching/gate.js';

function guest(gate: Gate, name: string, done: string[], signal = new AbortController().signal) {
  let finish = () => {};
  const run = gate.run(signal, () => {
    done.push(name);
    return new Promise<string>((resolve) => {
      finish = () => resolve(name);
    });
  });
  return { run, finish: () => finish() };
}

test('only so many are inside at a time, and the others follow in their order', async () => {
  const gate = new Gate(2);
  const inside: string[] = [];
  const guests = ['a', 'b', 'c', 'd'].map((name) => guest(gate, name, inside));
  await Promise.resolve();
  expect(inside).toEqual(['a', 'b']);
  guests[1]?.finish();
  await guests[1]?.run;
  await new Promise((resolve) => setImmediate(resolve));
  expect(inside).toEqual(['a', 'b', 'c']);
});

test('one who leaves while waiting takes no place', async () => {
  const gate = new Gate(1);
  const inside: string[] = [];
  const controller = new AbortController();
  const first = guest(gate, 'a', inside);
  const second = guest(gate, 'b', inside, controller.signal);
  const third = guest(gate, 'c', inside);
  controller.abort('enough');
  await expect(second.run).rejects.toBe('enough');
  first.finish();
  await first.run;
  await new Promise((resolve) => setImmediate(resolve));
  expect(inside).toEqual(['a', 'c']);
  third.finish();
  expect(await third.run).toBe('c');
});

test('one who fails leaves the place to the next', async () => {
  const gate = new Gate(1);
  const { signal } = new AbortController();
  await expect(gate.run(signal, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await gate.run(signal, async () => 'yes')).toBe('yes');
});
