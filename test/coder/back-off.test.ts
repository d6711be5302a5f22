/** How long to wait before the next try. */

import { expect, test } from 'vitest';
import { backOffMs } from '../../src/coder/back-off.js';

test('pauses double up to the most, and are spread by half to either side', () => {
  const pause = (failures: number, random: number) =>
    backOffMs({ first: 500, most: 4_000, failures, random: () => random });
  expect([1, 2, 3, 4, 5, 60].map((failures) => pause(failures, 0.5))).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000]);
  expect([pause(1, 0), pause(1, 0.999)].map(Math.round)).toEqual([250, 750]);
});
