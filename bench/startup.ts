/** How soon the program answers `initialize`, and what it holds in memory once it has listed its tools. */

import { alternately, type Figure, median, type Subject } from './figures.js';
import { rssOf } from './process-figures.js';
import { scriptPath, startInitialized } from './program.js';

const ECHO = scriptPath(new URL('./bare-echo.mjs', import.meta.url));
const ROUNDS = 21;
const MEMORY_ROUNDS = 5;

export const startup: Subject = {
  name: 'startup',
  about: 'from spawn to the answer of initialize, against a bare Node program that answers JSON lines',
  async measure(): Promise<readonly Figure[]> {
    const { ours, plain } = await alternately(
      ROUNDS,
      () => startMs(),
      () => startMs(ECHO),
    );
    const rss: number[] = [];
    for (let round = 0; round < MEMORY_ROUNDS; round++) rss.push(await rssAfterListing());
    return [
      {
        what: 'spawn → initialize, median',
        unit: 'ms',
        measured: median(ours),
        baseline: median(plain),
        budget: { ratio: 2 },
      },
      { what: 'RSS after tools/list', unit: 'MB', measured: median(rss), budget: { most: 70 } },
    ];
  },
};

async function startMs(script?: string): Promise<number> {
  const start = performance.now();
  await using _program = await startInitialized(script);
  return performance.now() - start;
}

async function rssAfterListing(): Promise<number> {
  await using program = await startInitialized();
  await program.request('tools/list');
  return rssOf(program.pid);
}
