/** 200 hosts that die in every manner: no server may be left after a second. Prints figures; exit code 1 when one is. */

import { allHostDeaths, deaths, outlived } from '../test/support/host-deaths.js';

const HOSTS = Number(process.argv[2] ?? 200);
const LIMIT_MS = 1_000;

const times = new Map<string, (number | undefined)[]>(deaths.map((death) => [death, []]));
for (let index = 0; index < HOSTS; index++) {
  const kind = allHostDeaths[index % allHostDeaths.length];
  if (!kind) continue;
  const ms = await outlived(kind, LIMIT_MS);
  times.get(kind.death)?.push(ms);
  if (ms === undefined) console.log(`left over: ${kind.death}, log ${kind.log}, ${kind.traffic}`);
}
let left = 0;
for (const [death, all] of times) {
  const ended = all.filter((ms) => ms !== undefined).sort((a, b) => a - b);
  left += all.length - ended.length;
  const [median, longest] = [ended[Math.floor(ended.length / 2)], ended.at(-1)].map((ms) => Math.round(ms ?? 0));
  console.log(
    `${death}: ${all.length} hosts, ${ended.length} servers ended, after ${median} ms (median), ${longest} ms (longest)`,
  );
}
console.log(`${HOSTS} hosts, ${left} servers left after ${LIMIT_MS} ms`);
process.exit(left === 0 ? 0 : 1);
