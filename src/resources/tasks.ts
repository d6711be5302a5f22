/** coder://tasks: my tasks, one short summary each. */

import type { Task } from '../coder/wire/schemas.js';
import { listAllowed } from '../tasks/allowed.js';
import { briefSummary } from '../tasks/summary.js';
import { visibleLine } from '../text/untrusted.js';
import type { FixedResource, ResourceContext } from './define.js';

// A host puts the whole text before its model; past this many, coder_list_tasks with its filters is the way.
const MAX_TASKS = 100;

export const tasks: FixedResource = {
  kind: 'fixed',
  name: 'tasks',
  title: 'My tasks',
  description: 'My Coder tasks, newest first: what each is doing, whose turn it is, its last report.',
  mimeType: 'application/json',
  uri: 'coder://tasks',
  follows: 'list',
  async read(context) {
    const mine = await listAllowed(context, 'me', context.signal);
    const shown = mine.slice(0, MAX_TASKS);
    return JSON.stringify({
      matched: mine.length,
      shown: shown.length,
      tasks: shown.map((task) => entryOf(task, context)),
    });
  },
};

function entryOf(task: Task, { tasks }: ResourceContext) {
  const { next, ...summary } = briefSummary(tasks.view(task));
  return {
    ...summary,
    ...(task.display_name && { display_name: visibleLine(task.display_name) }),
    ...(task.template_name && { template: visibleLine(task.template_name) }),
  };
}
