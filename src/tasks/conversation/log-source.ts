/** Where the entries of a conversation come from: live or saved at a pause, and of which start of the workspace. */

import type { Task, TaskLogs } from '../../coder/wire/schemas.js';

/** Where the entries come from. */
export interface LogSource {
  /** The number of the workspace's build; 0 where it is not known. */
  readonly build: number;
  /** Saved at a pause. */
  readonly snapshot: boolean;
}

export const UNKNOWN_SOURCE: LogSource = { build: 0, snapshot: false };

/** Where the conversation of a task comes from, as it was read. */
export function sourceOf({ workspace_build_number }: Task, { snapshot }: Pick<TaskLogs, 'snapshot'>): LogSource {
  return { build: workspace_build_number ?? 0, snapshot };
}
