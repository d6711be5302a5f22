/** Whether the Tasks API answers; if not, which of the reasons it is. */

import { adviceOn } from '../advice/error-advice.js';
import { adviceOnMissingTasks } from '../advice/missing-tasks.js';
import type { CoderError } from '../coder/errors/errors.js';
import { failureOf, known } from '../coder/reading.js';
import { type Check, fail, ok, warn } from './check.js';

export const checkTasks: Check = ({ tasks, buildInfo, me }) => {
  const list = known(tasks);
  if (list) {
    const count = `${list.tasks.length} ${list.tasks.length === 1 ? 'task' : 'tasks'}`;
    if (list.dropped === 0) return ok(`the Tasks API answers; you have ${count}`);
    return warn(
      `the Tasks API answers; you have ${count}, and ${list.dropped} entries that could not be read`,
      'report it with the version of Coder to the makers of coder-tasks-mcp',
    );
  }
  const error = failureOf(tasks);
  if (!error) return undefined;
  // A refused token is told once, by its own check.
  if (error.code === 'unauthorized' && failureOf(me)?.code === 'unauthorized') return undefined;
  if (error.code === 'tasks_unavailable') {
    const { why, mend } = adviceOnMissingTasks({ version: known(buildInfo)?.version, agents: error.agents });
    return fail(why.replace(/\.$/, ''), mend);
  }
  return fail(`the list of tasks cannot be read${words(error)}`, adviceOn(error).mend);
};

function words({ code, status }: CoderError): string {
  return ` (${code}${status === undefined ? '' : `, status ${status}`})`;
}
