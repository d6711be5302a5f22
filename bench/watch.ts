/** What waiting and watching cost, and how soon they tell. */

import type { Subject } from './figures.js';
import { idleHour } from './watch-idle.js';
import { latency } from './watch-latency.js';
import { manyWatched } from './watch-many.js';

export const watch: Subject = {
  name: 'watch',
  about: 'waiting and watching, against a naive poll of each task every 5 s',
  measure: async () => [...(await latency()), ...(await idleHour()), ...(await manyWatched())],
};
