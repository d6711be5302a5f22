/** The list of resources, and which of them an address names. */

import type { FixedResource, Resource, ResourceQuery, TaskResource } from './define.js';
import { deployment } from './deployment.js';
import { task } from './task.js';
import { taskBuildLogs } from './task-build-logs.js';
import { taskLogs } from './task-logs.js';
import { tasks } from './tasks.js';
import { templates } from './templates.js';
import { parseResourceUri, type ResourceUri, referenceOf } from './uri.js';

/** Every resource, in the order in which a person meets them. */
export const allResources: readonly Resource[] = [tasks, templates, deployment, task, taskLogs, taskBuildLogs];

/** What an address names. Whether the task exists is for Coder to say. */
export type Address =
  | { readonly resource: FixedResource }
  | { readonly resource: TaskResource; readonly reference: string; readonly query: ResourceQuery };

/** The resource that an address names, or `undefined`. `me`, ids, other case and any order of the query are accepted. */
export function findResource(uri: string): Address | undefined {
  const parsed = parseResourceUri(uri);
  if (!parsed) return undefined;
  for (const resource of allResources) {
    const address = resource.kind === 'fixed' ? fixedAddress(resource, parsed) : taskAddress(resource, parsed);
    if (address) return address;
  }
  return undefined;
}

function fixedAddress(resource: FixedResource, { path, query }: ResourceUri): Address | undefined {
  const isNamed = resource.uri.toLowerCase() === `coder://${path.join('/')}`.toLowerCase();
  return isNamed && query.size === 0 ? { resource } : undefined;
}

function taskAddress(resource: TaskResource, { path, query: asked }: ResourceUri): Address | undefined {
  const [room = '', owner = '', name = '', ...rest] = path;
  if (
    room.toLowerCase() !== 'tasks' ||
    rest
      .map((part) => `/${part}`)
      .join('')
      .toLowerCase() !== resource.suffix
  ) {
    return undefined;
  }
  const reference = referenceOf(owner, name);
  const query = queryOf(resource, asked);
  return reference && query ? { resource, reference, query } : undefined;
}

const readValue = {
  after: (text: string) => (/^[\w-]{1,100}$/.test(text) ? { after: text } : undefined),
  tail: (text: string) => (/^[1-9]\d{0,5}$/.test(text) ? { tail: Number(text) } : undefined),
} as const;

function queryOf(resource: TaskResource, asked: ReadonlyMap<string, string>): ResourceQuery | undefined {
  let query: ResourceQuery = {};
  for (const [key, text] of asked) {
    const known = resource.query.find((candidate) => candidate === key);
    const value = known && readValue[known](text);
    if (!value) return undefined;
    query = { ...query, ...value };
  }
  return query;
}
