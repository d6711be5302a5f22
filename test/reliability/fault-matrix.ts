/** Runs the fault matrix for some of the calls; the heavy tests run the halves side by side (`npm run test:heavy`). */

import { expect, test } from 'vitest';
import { type WireFaultName, wireFaults } from '../support/fault-proxy.js';
import { occurrences, type Scenario, startMatrixBench } from './fault-cells.js';
import { faultsOf } from './fault-rules.js';
import { recordFigures } from './figures.js';

const faultNames = Object.keys(wireFaults).filter((name): name is WireFaultName => name in wireFaults);

/** One test for each call: every fault of every request that it makes. */
export function testMatrix(scenarios: readonly Scenario[]): void {
  test.each(scenarios.map((scenario) => [scenario.name, scenario] as const))(
    'the call %s survives every fault of every request that it makes',
    async (_, scenario) => {
      await using bench = await startMatrixBench();
      const requests = await bench.requestsOf(scenario);
      expect(requests.length).toBeGreaterThan(0);
      const failed: string[] = [];
      let tried = 0;
      for (const request of requests) {
        for (const fault of [...faultNames, 'refused'] as const) {
          for (const occurrence of occurrences) {
            // The address as a whole is refused, not one request of several.
            if (fault === 'refused' && (request !== requests[0] || occurrence === 'first')) continue;
            const cell = await bench.run(scenario, fault, request, occurrence);
            tried += 1;
            for (const wrong of faultsOf(cell)) failed.push(`${request.source} ${fault}, ${occurrence}: ${wrong}`);
          }
        }
      }
      recordFigures('fault matrix', { call: scenario.name, cells: tried, failed: failed.length });
      expect(failed).toEqual([]);
    },
    3_000_000,
  );
}
