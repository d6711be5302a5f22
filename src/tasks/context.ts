/** What everything works with that reads or changes tasks for somebody; wider contexts extend it. */

import type { CoderClient } from '../coder/client.js';
import type { Policy } from './policy.js';
import type { Tasks } from './tasks.js';

export interface TasksContext {
  readonly coder: CoderClient;
  readonly tasks: Tasks;
  readonly policy: Policy;
}
