/** How soon the program answers `initialize` and lists its tools, and what it holds in memory then. */

import { type Figure, inTurns, median, type Subject } from './figures.js';
import { rssOf } from './process-figures.js';
import { type Program, scriptPath, startInitialized } from './program.js';

const ECHO = scriptPath(new URL('./bare-echo.mjs', import.meta.url));
const ROUNDS = 21;

export const startup: Subject = {
  name: 'startup',
  about: 'from spawn to the first answers, against a bare Node program that answers JSON lines',
  async measure(): Promise<readonly Figure[]> {
    const rss: number[] = [];
    const [first = [], echoed = [], listed = [], echoedTwice = []] = await inTurns({ rounds: ROUNDS }, [
      () => startMs(),
      () => startMs(ECHO),
      () =>
        startMs(undefined, async (program) => {
          await program.request('tools/list');
          rss.push(rssOf(program.pid));
        }),
      () => startMs(ECHO, (program) => program.request('tools/list')),
    ]);
    return [
      {
        what: 'spawn → initialize, median',
        unit: 'ms',
        measured: median(first),
        baseline: median(echoed),
        budget: { ratio: 2 },
      },
      { what: 'spawn → tools/list, median', unit: 'ms', measured: median(listed), baseline: median(echoedTwice) },
      { what: 'RSS after tools/list', unit: 'MB', measured: median(rss), budget: { most: 70 } },
    ];
  },
};

async function startMs(script?: string, then?: (program: Program) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await using program = await startInitialized(script);
  await then?.(program);
  return performance.now() - start;
}
