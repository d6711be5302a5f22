/** When a failed exchange is tried again by itself. */

import { expect, test } from 'vitest';
import { errorCodes } from '../../../src/coder/errors/error-codes.js';
import { CoderError, isCoderError } from '../../../src/coder/errors/errors.js';
import { pauseBeforeRetry } from '../../../src/coder/http/retry.js';

const lost = new CoderError('connection_lost', 'x');

test('pauses grow and are spread around their middle', () => {
  const pauses = (tries: number) =>
    [0, 0.5, 0.999].map((random) => pauseBeforeRetry('safe', lost, tries, () => random));
  expect(pauses(1).map((pause) => Math.round(pause ?? 0))).toEqual([125, 250, 375]);
  expect(pauses(2).map((pause) => Math.round(pause ?? 0))).toEqual([250, 500, 750]);
  expect(pauses(3)).toEqual([undefined, undefined, undefined]);
});

test('only what passes by itself is tried again', () => {
  const codes = Object.entries(errorCodes).flatMap(([code]) => {
    const error = new CoderError(codeOf(code), 'x', { status: 503 });
    return pauseBeforeRetry('safe', error, 1, () => 0) === undefined ? [] : [code];
  });
  expect(codes.sort()).toEqual([
    'connection_lost',
    'gateway',
    'network',
    'rate_limited',
    'server_error',
    'stopped_answering',
  ]);
});

test('what is never repeated is not repeated, whatever happened', () => {
  expect(pauseBeforeRetry('never', lost, 1, () => 0)).toBeUndefined();
});

test('a server or gateway that says 500 or 401 is not asked again', () => {
  for (const status of [401, 500]) {
    for (const code of ['gateway', 'server_error'] as const) {
      expect(pauseBeforeRetry('safe', new CoderError(code, 'x', { status }), 1, () => 0)).toBeUndefined();
    }
  }
});

test('an error is told by its code', () => {
  expect(isCoderError(lost)).toBe(true);
  expect(isCoderError(lost, 'timeout', 'connection_lost')).toBe(true);
  expect(isCoderError(lost, 'timeout')).toBe(false);
  expect(isCoderError(new Error('x'))).toBe(false);
});

function codeOf(code: string): keyof typeof errorCodes {
  const isCode = (candidate: string): candidate is keyof typeof errorCodes => candidate in errorCodes;
  if (!isCode(code)) throw new Error(code);
  return code;
}
