/** coder://tasks/{owner}/{task}: one task as it is now, and the object as Coder sent it. */

import type { TaskResource } from './define.js';

export const task: TaskResource = {
  kind: 'task',
  name: 'task',
  title: 'Task',
  description: 'One task as it is now: phase, whose turn it is, last report and message, links, and the raw object.',
  mimeType: 'application/json',
  suffix: '',
  query: [],
  follows: 'state',
  async read(found, _query, { tasks, signal, hasTool }) {
    const summary = await tasks.full(tasks.view(found), signal);
    return JSON.stringify({
      ...summary,
      next: (summary.next ?? []).filter(({ tool }) => hasTool(tool)),
      // The prompt is in the object; both stand under the key that says so.
      untrusted: { ...summary.untrusted, object: found },
    });
  },
};
