/** What Coder sends about workspaces, their builds and their agents. */

import { z } from 'zod';
import {
  count,
  flag,
  type Known,
  listOf,
  nullableId,
  optionalCount,
  optionalText,
  optionalTime,
  text,
  time,
} from './lenient.js';

export type BuildTransition = 'start' | 'stop' | 'delete';

export const jobSchema = z.looseObject({
  id: text,
  /** `pending running succeeded canceling canceled failed`. */
  status: text,
  created_at: time,
  started_at: optionalTime,
  completed_at: optionalTime,
  canceled_at: optionalTime,
  error: optionalText,
  error_code: optionalText,
  queue_position: count,
  queue_size: count,
  tags: z.record(z.string(), z.string()).nullish().catch(undefined),
});

const appStatusSchema = z.looseObject({
  created_at: time,
  state: text,
  message: text,
  uri: text,
});

const appSchema = z.looseObject({
  id: z.string(),
  slug: text,
  display_name: text,
  url: optionalText,
  /** `disabled initializing healthy unhealthy`. */
  health: text,
  statuses: listOf(appStatusSchema),
});

const scriptSchema = z.looseObject({
  id: text,
  display_name: text,
  run_on_start: flag,
  exit_code: optionalCount,
  status: optionalText,
});

const agentSchema = z.looseObject({
  id: z.string(),
  name: text,
  /** `connecting connected disconnected timeout`. */
  status: text,
  lifecycle_state: text,
  created_at: time,
  first_connected_at: optionalTime,
  last_connected_at: optionalTime,
  disconnected_at: optionalTime,
  started_at: optionalTime,
  ready_at: optionalTime,
  connection_timeout_seconds: count,
  health: z.looseObject({ healthy: z.boolean(), reason: optionalText }).nullish().catch(undefined),
  apps: listOf(appSchema),
  scripts: listOf(scriptSchema),
});

const resourceSchema = z.looseObject({ id: text, name: text, type: text, agents: listOf(agentSchema) });

export const workspaceBuildSchema = z.looseObject({
  id: z.string().min(1),
  build_number: count,
  transition: text,
  status: text,
  reason: text,
  created_at: time,
  updated_at: time,
  workspace_id: text,
  workspace_name: text,
  workspace_owner_name: text,
  template_version_id: text,
  template_version_preset_id: nullableId,
  initiator_name: text,
  job: jobSchema,
  resources: listOf(resourceSchema),
  matched_provisioners: z
    .looseObject({ count: count, available: count, most_recently_seen: optionalTime })
    .nullish()
    .catch(undefined),
});

export const workspaceSchema = z.looseObject({
  id: z.string().min(1),
  name: text,
  owner_id: text,
  owner_name: text,
  organization_id: text,
  organization_name: text,
  template_id: text,
  template_name: text,
  created_at: time,
  latest_build: workspaceBuildSchema,
  latest_app_status: appStatusSchema.nullish().catch(undefined),
  health: z.looseObject({ healthy: z.boolean() }).nullish().catch(undefined),
  task_id: nullableId,
});

/** `count` is the number of all that match, of which an answer holds at most its `limit`. */
export const workspaceListSchema = z.looseObject({ workspaces: listOf(workspaceSchema), count });

/** The answer to pause and resume. */
export const startedBuildSchema = z
  .looseObject({ workspace_build: workspaceBuildSchema })
  .transform(({ workspace_build }) => workspace_build);

export const buildLogLineSchema = z.looseObject({
  id: z.number(),
  created_at: time,
  log_level: text,
  stage: text,
  output: text,
});

export const agentLogLineSchema = z.looseObject({
  id: z.number(),
  created_at: time,
  output: text,
  level: text,
});

export type WorkspaceApp = Known<z.output<typeof appSchema>>;
export type WorkspaceAgent = Known<z.output<typeof agentSchema>>;
export type WorkspaceBuild = Known<z.output<typeof workspaceBuildSchema>>;
export type Workspace = Known<z.output<typeof workspaceSchema>>;
export type WorkspaceList = Known<z.output<typeof workspaceListSchema>>;
export type BuildLogLine = Known<z.output<typeof buildLogLineSchema>>;
export type AgentLogLine = Known<z.output<typeof agentLogLineSchema>>;
