/** What Coder sends about tasks and their conversations. */

import { z } from 'zod';
import { type Known, keepValid, nullableId, optionalCount, optionalText, optionalTime, text, time } from './lenient.js';
import { isRegularTask } from './regular-task.js';

/** The statuses that exist today; a server may send others, so fields are plain strings (coder-api §6). */
export const taskStatuses = ['pending', 'initializing', 'active', 'paused', 'error', 'unknown'] as const;
export type TaskStatus = (typeof taskStatuses)[number];

/** What a list says in place of the template of a task whose workspace cannot be read (coder-api §3.1). */
export const ZERO_ID = '00000000-0000-0000-0000-000000000000';

export const taskSchema = z.looseObject({
  id: z.string().min(1),
  name: z.string().min(1),
  organization_id: text,
  owner_id: text,
  owner_name: text,
  display_name: text,
  template_id: text,
  template_version_id: text,
  template_name: text,
  workspace_id: nullableId,
  workspace_name: text,
  /** `pending starting running stopping stopped failed canceling canceled deleting deleted`. */
  workspace_status: optionalText,
  workspace_build_number: optionalCount,
  workspace_agent_id: nullableId,
  /** `created starting start_timeout start_error ready shutting_down shutdown_timeout shutdown_error off`. */
  workspace_agent_lifecycle: z.string().nullable().catch(null),
  workspace_agent_health: z.looseObject({ healthy: z.boolean(), reason: optionalText }).nullable().catch(null),
  workspace_app_id: nullableId,
  initial_prompt: text,
  status: text,
  current_state: z.looseObject({ timestamp: time, state: text, message: text, uri: text }).nullable().catch(null),
  created_at: time,
  updated_at: time,
});
export type Task = Known<z.output<typeof taskSchema>>;

/** `dropped` counts entries that are no tasks at all; they are left out instead of failing the list. */
export interface TaskList {
  readonly tasks: Task[];
  readonly dropped: number;
}

export const taskListSchema = z
  .looseObject({ tasks: z.array(z.unknown()).nullable() })
  .transform(({ tasks }): TaskList => {
    const candidates = tasks ?? [];
    // The list has no paging: for thousands of tasks the schema costs as much as reading their JSON.
    if (candidates.every(isRegularTask)) return { tasks: candidates, dropped: 0 };
    const { valid, dropped } = keepValid(taskSchema, candidates);
    return { tasks: valid, dropped };
  });

/** The type is `input` for what was said to the agent, `output` for what it shows. */
const logEntrySchema = z.looseObject({ id: z.int().nonnegative(), content: text, type: text, time });
export type LogEntry = Known<z.output<typeof logEntrySchema>>;

/** `snapshot` is true when the entries were stored at a pause; `snapshot_at` is absent when none was stored. */
export interface TaskLogs {
  readonly logs: LogEntry[];
  readonly snapshot: boolean;
  readonly snapshot_at?: string;
  readonly dropped: number;
}

export const taskLogsSchema = z
  .looseObject({
    logs: z.array(z.unknown()).nullable(),
    snapshot: z.boolean().nullish().catch(undefined),
    snapshot_at: optionalTime,
  })
  .transform(({ logs, snapshot, snapshot_at }): TaskLogs => {
    const { valid, dropped } = keepValid(logEntrySchema, logs ?? []);
    return { logs: valid, snapshot: snapshot === true, ...(snapshot_at ? { snapshot_at } : {}), dropped };
  });
