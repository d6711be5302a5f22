/** A quick look at a task of a list: when it is as real servers send it, the schema would change nothing. */

import { isTime } from './lenient.js';
import type { Task } from './tasks.js';

type Fields = Readonly<Record<string, unknown>>;

const texts = [
  'organization_id',
  'owner_id',
  'owner_name',
  'display_name',
  'template_id',
  'template_version_id',
  'template_name',
  'workspace_name',
  'initial_prompt',
  'status',
] as const satisfies readonly (keyof Task)[];

const nullableTexts = [
  'workspace_id',
  'workspace_agent_id',
  'workspace_agent_lifecycle',
  'workspace_app_id',
] as const satisfies readonly (keyof Task)[];

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isAbsentOr(type: 'string' | 'number', value: unknown): boolean {
  return value === undefined || value === null || typeof value === type;
}

function isHealth(value: unknown): boolean {
  if (value === null) return true;
  return isFields(value) && typeof value.healthy === 'boolean' && isAbsentOr('string', value.reason);
}

function isState(value: unknown): boolean {
  if (value === null) return true;
  if (!isFields(value)) return false;
  const { timestamp, state, message, uri } = value;
  return isTime(timestamp) && [state, message, uri].every((text) => typeof text === 'string');
}

/** Would the schema of a task accept this and leave every field as it is? */
export function isRegularTask(value: unknown): value is Task {
  if (!isFields(value) || !isFilled(value.id) || !isFilled(value.name)) return false;
  for (const key of texts) if (typeof value[key] !== 'string') return false;
  for (const key of nullableTexts) if (value[key] !== null && typeof value[key] !== 'string') return false;
  return (
    isTime(value.created_at) &&
    isTime(value.updated_at) &&
    isAbsentOr('string', value.workspace_status) &&
    isAbsentOr('number', value.workspace_build_number) &&
    isHealth(value.workspace_agent_health) &&
    isState(value.current_state)
  );
}
