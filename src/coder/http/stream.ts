/** The stream of a workspace's changes: `ping`, `data` and `error` events as they arrive (coder-api §7.1). */

import { forwardAbort } from '../abort.js';
import type { Clock } from '../clock.js';
import type { Endpoint } from '../endpoints.js';
import { CoderError } from '../errors/errors.js';
import { networkError } from '../errors/network-errors.js';
import { cleanServerText } from '../errors/server-text.js';
import { errorBodySchema, type Workspace, workspaceSchema } from '../wire/schemas.js';
import type { OpenAccess } from './access.js';
import { readAnswer } from './answer.js';
import { WireError, type WireHeaders } from './connections.js';
import { EventParser, EventTooLargeError, type ServerSentEvent } from './server-sent-events.js';

export type WatchEvent =
  /** Every 15 s; a stream without them is dead. */
  | { readonly type: 'ping' }
  /** Something changed. `workspace` is missing when what came could not be read: the change stands all the same. */
  | { readonly type: 'data'; readonly workspace: Workspace | undefined }
  /** Coder could not read the workspace just now; the stream goes on. */
  | { readonly type: 'error'; readonly message: string | undefined };

export interface StreamRequest {
  /** Its time-out is how long the answer may take to begin; after that the stream may be silent for any time. */
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly access: OpenAccess;
  /** How long ago the deployment gave its last answer. */
  readonly answeredMsAgo: number | undefined;
  readonly signal: AbortSignal | undefined;
  readonly clock: Clock;
  onOpen(status: number, headers: WireHeaders): void;
}

const MAX_EVENT_CHARS = 16 << 20;
const MAX_REFUSAL_BYTES = 1 << 20;

/** Ends when Coder ends the stream; throws a CoderError when it is refused or breaks, or the signal's reason. */
export async function* watchEvents(request: StreamRequest): AsyncGenerator<WatchEvent, void, undefined> {
  const parser = new EventParser(MAX_EVENT_CHARS);
  const stop = new AbortController();
  const unlink = forwardAbort(request.signal, stop);
  const { head, chunks } = listen(request, stop);
  const refusal: Uint8Array[] = [];
  try {
    for await (const chunk of chunks) {
      if (!isStream(head)) refusal.push(chunk);
      else for (const event of parser.push(chunk)) yield toWatchEvent(event, request.access.scrub);
      if (refusal.length > 0 && Buffer.concat(refusal).length > MAX_REFUSAL_BYTES) break;
    }
    if (!isStream(head)) throw refused(request, head, Buffer.concat(refusal));
  } catch (error) {
    request.signal?.throwIfAborted();
    throw streamError(request, error);
  } finally {
    unlink();
    stop.abort(new Error('the reader has left'));
  }
}

interface Head {
  status: number;
  headers: WireHeaders;
}

function isStream({ status, headers }: Head): boolean {
  return status === 200 && String(headers['content-type'] ?? '').startsWith('text/event-stream');
}

function listen(request: StreamRequest, stop: AbortController): { readonly head: Head; readonly chunks: ChunkQueue } {
  const head: Head = { status: 0, headers: {} };
  const chunks = new ChunkQueue();
  const headers = { ...request.access.headers, accept: 'text/event-stream' };
  const listener = {
    onStart(status: number, received: WireHeaders) {
      head.status = status;
      head.headers = received;
      request.onOpen(status, received);
    },
    onData: (chunk: Uint8Array) => chunks.push(chunk),
  };
  const timeLimit = { ms: request.endpoint.timeoutMs, until: 'start' } as const;
  request.access.streams
    .listen({ method: 'GET', path: request.path, headers, timeLimit, signal: stop.signal }, listener)
    .then(
      () => chunks.end(),
      (error: unknown) => chunks.end(error),
    );
  return { head, chunks };
}

function refused(request: StreamRequest, { status, headers }: Head, body: Buffer): CoderError {
  const what = `GET ${request.path}`;
  try {
    readAnswer(
      { status, headers, body },
      {
        what,
        endpoint: { ...request.endpoint, maxBytes: MAX_REFUSAL_BYTES },
        asked: new URL(request.path, request.access.credentials.url),
        sentBytes: 0,
        scrub: request.access.scrub,
        now: request.clock.now(),
      },
    );
  } catch (error) {
    if (error instanceof CoderError) return error;
    throw error;
  }
  return new CoderError('not_coder', `${what}: not an event stream`, { status, reached: 'yes' });
}

function streamError({ path, access, answeredMsAgo }: StreamRequest, error: unknown): unknown {
  const what = `GET ${path}`;
  if (error instanceof EventTooLargeError) {
    return new CoderError('answer_too_large', `${what}: an event is too large`, { reached: 'yes', cause: error });
  }
  if (!(error instanceof WireError)) return error;
  const { credentials, proxy, hasCaFile } = access;
  return networkError({ what, isWrite: false, url: credentials.url, proxy, hasCaFile, answeredMsAgo }, error);
}

function toWatchEvent({ event, data }: ServerSentEvent, scrub: (text: string) => string): WatchEvent {
  switch (event) {
    case 'ping':
      return { type: 'ping' };
    case 'error': {
      const body = errorBodySchema.safeParse(parsed(data));
      return { type: 'error', message: body.success ? cleanServerText(scrub(body.data.message)) : undefined };
    }
    default:
      return { type: 'data', workspace: workspaceSchema.safeParse(parsed(data)).data };
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** Chunks between the connection that brings them and the reader that takes them. */
class ChunkQueue {
  readonly #chunks: Uint8Array[] = [];
  #end: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  push(chunk: Uint8Array): void {
    this.#chunks.push(chunk);
    this.#wake?.();
  }

  /** With an error, the reader gets it after the chunks that came before. */
  end(error?: unknown): void {
    this.#end ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#end === undefined) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else if (this.#end.error === undefined) return;
      else throw this.#end.error;
    }
  }
}
