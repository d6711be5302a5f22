/** One exchange on the wire: sockets, proxy and TLS by undici, which is loaded with the first request. */

import { isIP } from 'node:net';
import { proxyFor, type Transport } from './transport.js';
import type { Dispatcher } from './undici.js';

interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export type WireHeaders = Readonly<Record<string, string | string[] | undefined>>;

export interface WireAnswer {
  readonly status: number;
  readonly headers: WireHeaders;
  readonly body: Buffer;
}

/** Why an exchange has no answer: `cause` is undici's error, or the reason of the signal. */
export class WireError extends Error {
  override readonly name = 'WireError';
  /** Whether the request was put on an open connection: if not, Coder cannot have seen it. */
  readonly wasSent: boolean;

  constructor(wasSent: boolean, cause: unknown) {
    super('no answer', { cause });
    this.wasSent = wasSent;
  }
}

/** The answer is larger than the endpoint allows. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
}

/** What receives the parts of an answer that is too long, or too slow, to be held whole. */
interface WireListener {
  onStart?(status: number, headers: WireHeaders): void;
  onData(chunk: Buffer): void;
}

/** The connections to one deployment. */
export interface Connections {
  /** The whole answer; rejects with a WireError. */
  exchange(request: WireRequest): Promise<WireAnswer>;
  /** Resolves at the end of the answer, whose parts went to the listener; rejects with a WireError. */
  listen(request: Omit<WireRequest, 'maxBytes'>, listener: WireListener): Promise<void>;
  /** Ends everything at once. */
  close(): Promise<void>;
}

const CONNECT_TIMEOUT_MS = 10_000;
// Load balancers commonly drop idle connections after 60 s; a request on one that is being dropped would be lost.
const KEEP_ALIVE_MS = 30_000;

/** Opens nothing yet: at most `sockets` connections are made as requests need them. */
export async function connect(url: string, transport: Transport, sockets: number): Promise<Connections> {
  const { Pool, ProxyAgent } = await import('./undici.js');
  const origin = new URL(url);
  const proxy = proxyFor(origin, transport.proxy);
  const tls = definedOf(transport.tls ?? {});
  // Our own clock ends what takes too long.
  const options = { connections: sockets, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS };
  const direct = { ...tls, timeout: CONNECT_TIMEOUT_MS };
  if (proxy === undefined)
    return connectionsBy(new Pool(origin.origin, { ...options, connect: direct }), origin.origin);
  if (origin.protocol === 'http:') {
    // A plain request goes through a proxy by naming the whole address.
    const { origin: proxyOrigin, headers } = proxyParts(proxy);
    const pool = new Pool(proxyOrigin, { ...options, connect: direct });
    return connectionsBy(pool, origin.origin, { prefix: origin.origin, headers: { ...headers, host: origin.host } });
  }
  const agent = new ProxyAgent({
    ...options,
    uri: proxyParts(proxy).origin,
    token: proxyParts(proxy).headers['proxy-authorization'] ?? '',
    // undici then leaves the name to us, and TLS knows no names for addresses.
    requestTls: { ...direct, ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}) },
    proxyTls: direct,
  });
  return connectionsBy(agent, origin.origin);
}

function proxyParts(proxy: string): { readonly origin: string; readonly headers: Readonly<Record<string, string>> } {
  const url = new URL(proxy);
  if (url.username === '') return { origin: url.origin, headers: {} };
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { origin: url.origin, headers: { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` } };
}

function definedOf(record: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const defined: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) if (value !== undefined) defined[key] = value;
  return defined;
}

function connectionsBy(
  dispatcher: Dispatcher,
  origin: string,
  via: { readonly prefix: string; readonly headers: Readonly<Record<string, string>> } = { prefix: '', headers: {} },
): Connections {
  const listen: Connections['listen'] = (request, listener) =>
    new Promise((resolve, reject) => {
      let wasSent = false;
      let stop: ((reason: Error) => void) | undefined;
      const finish = (error?: unknown) => {
        request.signal.removeEventListener('abort', onAbort);
        if (error === undefined) resolve();
        else reject(new WireError(wasSent, error));
      };
      const onAbort = () => {
        finish(request.signal.reason);
        stop?.(new Error('aborted'));
      };
      if (request.signal.aborted) {
        finish(request.signal.reason);
        return;
      }
      request.signal.addEventListener('abort', onAbort, { once: true });
      const { method, signal } = request;
      dispatcher.dispatch(
        {
          origin,
          method,
          path: via.prefix + request.path,
          headers: { ...request.headers, ...via.headers },
          body: request.body ?? null,
        },
        {
          onRequestStart(controller) {
            stop = (reason) => controller.abort(reason);
            // It waited for a free socket and is not wanted any more.
            if (signal.aborted) controller.abort(new Error('aborted'));
            else wasSent = true;
          },
          onResponseStart(controller, status, headers) {
            guarded(controller, () => listener.onStart?.(status, headers));
          },
          onResponseData(controller, chunk) {
            guarded(controller, () => listener.onData(chunk));
          },
          onResponseEnd() {
            finish();
          },
          onResponseError(_controller, error) {
            finish(error);
          },
        },
      );
    });

  return {
    listen,
    async exchange(request) {
      const collector = new Collector(request.maxBytes);
      await listen(request, collector);
      return { status: collector.status, headers: collector.headers, body: Buffer.concat(collector.chunks) };
    },
    close: () => dispatcher.destroy(),
  };
}

function guarded(controller: Dispatcher.DispatchController, step: () => void): void {
  try {
    step();
  } catch (error) {
    controller.abort(error instanceof Error ? error : new Error(String(error)));
  }
}

class Collector implements WireListener {
  status = 0;
  headers: WireHeaders = {};
  readonly chunks: Buffer[] = [];
  #size = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  onStart(status: number, headers: WireHeaders): void {
    this.status = status;
    this.headers = headers;
    if (Number(headers['content-length'] ?? 0) > this.#maxBytes) throw new TooLargeError();
  }

  onData(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#maxBytes) throw new TooLargeError();
    this.chunks.push(chunk);
  }
}
