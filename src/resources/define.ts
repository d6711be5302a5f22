/** What a resource is: an address, words for a person who picks it, and how it is read. */

import type { Clock } from '../coder/clock.js';
import type { Task } from '../coder/wire/schemas.js';
import type { Logger } from '../log.js';
import type { TasksContext } from '../tasks/context.js';

export interface ResourceContext extends TasksContext {
  readonly clock: Clock;
  readonly log: Logger;
  /** Aborted when the reader cancels; goes to everything that waits. */
  readonly signal: AbortSignal;
  /** Whether a tool of this name exists in this process: no other is ever named. */
  hasTool(name: string): boolean;
}

interface Described {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly mimeType: 'application/json' | 'text/plain';
}

/** A resource with one address. */
export interface FixedResource extends Described {
  readonly kind: 'fixed';
  readonly uri: string;
  /** What a subscription follows; without it the resource cannot be subscribed. */
  readonly follows?: 'list';
  read(context: ResourceContext): Promise<string>;
}

/** What a reader of a long text may ask for. */
export interface ResourceQuery {
  /** An entry id or a cursor: only what is newer. */
  readonly after?: string;
  /** Only so many of the newest entries or lines. */
  readonly tail?: number;
}

/** A resource of each task: `coder://tasks/{owner}/{task}` and what stands behind it. */
export interface TaskResource extends Described {
  readonly kind: 'task';
  readonly suffix: '' | `/${string}`;
  readonly query: readonly (keyof ResourceQuery)[];
  readonly follows?: 'state' | 'logs';
  /** `undefined` when the query names nothing of this task. */
  read(task: Task, query: ResourceQuery, context: ResourceContext): Promise<string | undefined>;
}

export type Resource = FixedResource | TaskResource;

/** The address of a task resource as a template (RFC 6570). */
export function templateOf({ suffix, query }: TaskResource): string {
  return `coder://tasks/{owner}/{task}${suffix}${query.length > 0 ? `{?${query.join(',')}}` : ''}`;
}
