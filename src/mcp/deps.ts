/** What every part of the protocol's side works with; made once by the command that serves. */

import type { Clock } from '../coder/clock.js';
import type { Logger } from '../log.js';
import type { TasksContext } from '../tasks/context.js';
import type { Tool } from '../tools/define.js';

export interface McpDeps extends TasksContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** The tools that exist in this process. */
  readonly tools: readonly Tool[];
}
