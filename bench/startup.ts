/** How soon the program lists its tools, and what it holds in memory then: most servers that a host starts stay idle. */

import { type Figure, inTurns, median, type Subject } from './figures.js';
import { rssOf } from './process-figures.js';
import { DISCOVER, INITIALIZE, type Program, SERVER, scriptPath, startProgram } from './program.js';

const ECHO = scriptPath(new URL('./bare-echo.mjs', import.meta.url));
const ROUNDS = 21;

// Behaviour §12.
const START_RATIO = 2.5;
const RSS_RATIO = 1.55;

type First = (program: Program) => Promise<unknown>;

const initialize: First = (program) => program.request('initialize', INITIALIZE);
const discover: First = (program) => program.request('server/discover', DISCOVER);

export const startup: Subject = {
  name: 'startup',
  about: 'from spawn to the list of tools, against a bare Node program that answers JSON lines',
  async measure(): Promise<readonly Figure[]> {
    const [rss, bareRss]: [number[], number[]] = [[], []];
    const [listed = [], bare = [], discovered = []] = await inTurns({ rounds: ROUNDS }, [
      () => listMs(SERVER, initialize, rss),
      () => listMs(ECHO, initialize, bareRss),
      () => listMs(SERVER, discover, []),
    ]);
    const baseline = median(bare);
    const budget = { ratio: START_RATIO };
    return [
      { what: 'spawn → tools/list, initialize first', unit: 'ms', measured: median(listed), baseline, budget },
      { what: 'spawn → tools/list, discover first', unit: 'ms', measured: median(discovered), baseline, budget },
      {
        what: 'RSS after tools/list',
        unit: 'MB',
        measured: median(rss),
        baseline: median(bareRss),
        budget: { ratio: RSS_RATIO },
      },
    ];
  },
};

/** Milliseconds until the list is there; its memory is added to `rss`. */
async function listMs(script: string, first: First, rss: number[]): Promise<number> {
  const start = performance.now();
  await using program = startProgram(script);
  await first(program);
  await program.request('tools/list', first === discover ? DISCOVER : {});
  const ms = performance.now() - start;
  rss.push(rssOf(program.pid));
  return ms;
}
