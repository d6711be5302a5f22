/** What every part of the protocol's side works with; made once by the command that serves. */

import type { CoderClient } from '../coder/client.js';
import type { Clock } from '../coder/clock.js';
import type { Logger } from '../log.js';
import type { Policy } from '../tasks/policy.js';
import type { Tasks } from '../tasks/tasks.js';
import type { Tool } from '../tools/define.js';

export interface McpDeps {
  readonly coder: CoderClient;
  readonly tasks: Tasks;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly log: Logger;
  /** The tools that exist in this process. */
  readonly tools: readonly Tool[];
}
