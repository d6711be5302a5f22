/** 200 hosts that die in every manner: no server may be left after a second. Prints figures; exit code 1 when one is. */

import { availableParallelism, loadavg } from 'node:os';
import { allHostDeaths, deaths, outlived } from '../test/support/host-deaths.js';

const HOSTS = Number(process.argv[2] ?? 200);
const LIMIT_MS = 1_000;
// What still runs then is left over for ever.
const PATIENCE_MS = 15_000;

const times = new Map<string, number[]>(deaths.map((death) => [death, []]));
const counts = { late: 0, left: 0 };
for (let index = 0; index < HOSTS; index++) {
  const kind = allHostDeaths[index % allHostDeaths.length];
  if (!kind) continue;
  const ms = await outlived(kind, PATIENCE_MS);
  if (ms !== undefined) times.get(kind.death)?.push(ms);
  if (ms === undefined) counts.left++;
  else if (ms > LIMIT_MS) counts.late++;
  else continue;
  const fate = ms === undefined ? 'left over' : `late (${Math.round(ms)} ms)`;
  console.log(`${fate}: ${kind.death}, log ${kind.log}, ${kind.traffic}`);
}
for (const [death, all] of times) {
  const sorted = all.toSorted((a, b) => a - b);
  const [median, longest] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)].map((ms) => Math.round(ms ?? 0));
  console.log(`${death}: ${sorted.length} servers ended, after ${median} ms (median), ${longest} ms (longest)`);
}
const [load = 0] = loadavg();
console.log(
  `${HOSTS} hosts: ${counts.left} servers left over, ${counts.late} after more than ${LIMIT_MS} ms; load ${load.toFixed(1)} on ${availableParallelism()} processors`,
);
// A machine that is busy with other work says nothing about a second.
const isBusy = load > 2 * availableParallelism();
process.exit(counts.left > 0 || (counts.late > 0 && !isBusy) ? 1 : 0);
