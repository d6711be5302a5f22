/** What the client's methods about tasks take. */

import type { TaskStatus } from './wire/schemas.js';

/** `user` is a user name, an id or `me`; `task` a name of that user's tasks, or an id (then `user` is not compared). */
export interface TaskAddress {
  readonly user: string;
  readonly task: string;
}

export interface NewTask {
  readonly template_version_id: string;
  readonly template_version_preset_id?: string | undefined;
  readonly input: string;
  readonly name?: string | undefined;
  readonly display_name?: string | undefined;
}

export interface TaskFilter {
  /** User name, id or `me`; left out: every task the caller may read. */
  readonly owner?: string | undefined;
  /** Name or id. */
  readonly organization?: string | undefined;
  readonly status?: TaskStatus | undefined;
}
