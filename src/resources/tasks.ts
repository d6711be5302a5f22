/** coder://tasks: my tasks as coder_list_tasks shows them, what needs you first. */

import { countPhases } from '../tasks/knowing/phase.js';
import { compareByNeed } from '../tasks/listing/order.js';
import { readListViews } from '../tasks/listing/views.js';
import { listedTask } from '../tasks/summary.js';
import { isoTime } from '../text/age.js';
import type { FixedResource } from './define.js';

// A host puts the whole text before its model; past this many, coder_list_tasks with its filters is the way.
const MAX_TASKS = 100;

export const tasks: FixedResource = {
  kind: 'fixed',
  name: 'tasks',
  title: 'My tasks',
  description: 'My Coder tasks: first what needs me, then results, then what works; whose turn it is, the last report.',
  mimeType: 'application/json',
  uri: 'coder://tasks',
  follows: 'list',
  async read(context) {
    const { views } = await readListViews({ owner: 'me' }, context);
    const shown = views.toSorted(compareByNeed).slice(0, MAX_TASKS);
    return JSON.stringify({
      now: isoTime(context.coder.now()),
      counts: countPhases(views.map(({ phase }) => phase)),
      matched: views.length,
      shown: shown.length,
      tasks: shown.map(listedTask),
    });
  },
};
