/** Waiting for what is only a help: never long, never an error. */

import { expect, test } from 'vitest';
import { orElse } from '../../src/mcp/patience.js';
import { ManualClock } from '../support/manual-clock.js';

function patience(signal = new AbortController().signal) {
  const clock = new ManualClock();
  return { clock, given: { clock, ms: 1_000, signal } };
}

test('gives what comes in time, and leaves no timer behind', async () => {
  const { clock, given } = patience();
  expect(await orElse('nothing', given, async () => 'answer')).toBe('answer');
  expect(clock.pending).toBe(0);
});

test('gives the fallback when the answer is an error', async () => {
  const { clock, given } = patience();
  expect(await orElse('nothing', given, () => Promise.reject(new Error('broken')))).toBe('nothing');
  expect(clock.pending).toBe(0);
});

test('gives the fallback when time is up, and stops what was asked', async () => {
  const { clock, given } = patience();
  let stopped = false;
  const answer = orElse('nothing', given, (signal) => {
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        stopped = true;
        reject(signal.reason);
      });
    });
  });
  expect(await clock.runUntil(answer)).toBe('nothing');
  expect(stopped).toBe(true);
});

test("passes the caller's abort on", async () => {
  const stop = new AbortController();
  const { given } = patience(stop.signal);
  const answer = orElse('nothing', given, (signal) => {
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  stop.abort(new Error('cancelled'));
  await expect(answer).rejects.toThrow('cancelled');
});
