/** The program ends with its host, whatever becomes of its log: a sample of what `scripts/host-deaths.ts` does in full. */

import { expect, test } from 'vitest';
import { allHostDeaths, outlived } from '../support/host-deaths.js';

// Each manner of death and each fate of the log stands in the sample, with each traffic.
const sample = allHostDeaths.filter((_, index) => index % 4 === 0);

// What is asked of it is a second; a machine that is busy with other tests gets more.
const LIMIT_MS = 5_000;

test.each(sample)('$death, log $log, $traffic: the server ends too', async (death) => {
  expect(await outlived(death, LIMIT_MS)).toBeDefined();
});
