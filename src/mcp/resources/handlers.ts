/** Resources in the protocol: listing, reading, subscribing; addresses are ours to parse, and every failure a clear error. */

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  ErrorCode,
  ListResourcesRequestSchema,
  ListResourceTemplatesRequestSchema,
  ReadResourceRequestSchema,
  SubscribeRequestSchema,
  UnsubscribeRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import type { Logger } from '../../log.js';
import type { ResourceContext } from '../../resources/define.js';
import { type Address, allResources, findResource } from '../../resources/index.js';
import { listAllowed, requireOwner } from '../../tasks/allowed.js';
import { errorCodeOf } from '../calls/tool-error.js';
import type { McpDeps } from '../deps.js';
import { orElse } from '../patience.js';
import { ProtocolError, resourceNotFound, toResourceError } from '../protocol-error.js';
import { listResources, listTemplates, liveTasks } from './list.js';
import { ListInterest } from './list-interest.js';
import { type Subject, Subscriptions } from './subscriptions.js';

// A host lists resources when it connects, and must not stand still because Coder does.
const LIST_PATIENCE_MS = 5_000;

/**
 * Handles everything about resources; `close` ends what is followed for the client. `followsList`: whoever has read the
 * list is told of its changes until then.
 */
export function registerResources(server: Server, deps: McpDeps, followsList: boolean): { close(): void } {
  const { tasks, clock, log } = deps;
  // Notices to a client that has gone are nobody's loss.
  const ignore = () => undefined;
  const interest = new ListInterest({
    watcher: tasks.watcher,
    clock,
    isLasting: followsList,
    onChanged: () => server.sendResourceListChanged().catch(ignore),
  });
  const subscriptions = new Subscriptions({
    tasks,
    clock,
    onUpdated: (uri) => server.sendResourceUpdated({ uri }).catch(ignore),
    onList: (mine) => interest.see(mine),
  });
  server.setRequestHandler(ListResourcesRequestSchema, async (_request, { signal }) => {
    const patience = { clock, ms: LIST_PATIENCE_MS, signal };
    const mine = await orElse(undefined, patience, (stop) => listAllowed(deps, 'me', stop));
    if (mine) interest.show(mine);
    return { resources: listResources(allResources, liveTasks(mine ?? [])) };
  });
  server.setRequestHandler(ListResourceTemplatesRequestSchema, () => ({
    resourceTemplates: listTemplates(allResources),
  }));
  server.setRequestHandler(ReadResourceRequestSchema, async ({ params: { uri } }, { signal }) => {
    const text = await about(uri, log, (address) => read(address, contextOf(deps, signal)));
    if (text === undefined) throw resourceNotFound(uri);
    return { contents: [{ uri, mimeType: findResource(uri)?.resource.mimeType, text }] };
  });
  server.setRequestHandler(SubscribeRequestSchema, async ({ params: { uri } }, { signal }) => {
    await about(uri, log, (address) => subscriptions.subscribe(uri, () => subjectOf(address, contextOf(deps, signal))));
    return {};
  });
  server.setRequestHandler(UnsubscribeRequestSchema, ({ params: { uri } }) => {
    subscriptions.unsubscribe(uri);
    return {};
  });
  return {
    close() {
      subscriptions.close();
      interest.close();
    },
  };
}

/** Does something with what an address names; what it does not name, or fails with, is an error about that address. */
async function about<T>(uri: string, log: Logger, run: (address: Address) => Promise<T>): Promise<T> {
  const address = findResource(uri);
  if (!address) throw resourceNotFound(uri);
  try {
    return await run(address);
  } catch (error) {
    if (!(error instanceof ProtocolError) && errorCodeOf(error) === 'internal')
      log.error({ err: error, uri }, 'resource failed unexpectedly');
    throw toResourceError(error, uri);
  }
}

function contextOf(deps: McpDeps, signal: AbortSignal): ResourceContext {
  return { ...deps, signal, hasTool: (name) => deps.tools.some((tool) => tool.name === name) };
}

async function read(address: Address, context: ResourceContext): Promise<string | undefined> {
  if (!('reference' in address)) return address.resource.read(context);
  return address.resource.read(await context.tasks.find(address.reference, context.signal), address.query, context);
}

async function subjectOf(address: Address, context: ResourceContext): Promise<Subject> {
  const { follows } = address.resource;
  if (follows === undefined) {
    throw new ProtocolError(
      ErrorCode.InvalidParams,
      `nothing tells of changes of ${address.resource.name}: read it anew`,
    );
  }
  if (!('reference' in address)) {
    await requireOwner(context, 'me', context.signal);
    return { follows: 'list' };
  }
  return { follows, task: await context.tasks.find(address.reference, context.signal) };
}
