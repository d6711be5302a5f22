/** One exchange on the wire: sockets, proxy and TLS by undici, which is loaded with the first request. */

import { isIP } from 'node:net';
import { createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import type { Clock } from '../clock.js';
import { TimeUpError } from '../deadline.js';
import { proxyFor, type Transport } from '../login/transport.js';
import type { Dispatcher } from './undici.js';

interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  readonly maxBytes: number;
  /** How long it may take until the answer begins, or has ended, a free socket waited for included. */
  readonly timeLimit: { readonly ms: number; readonly until: 'start' | 'end' };
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

/** All sockets were in use until the time limit had passed: the request never left. */
export class NoFreeSocketError extends Error {
  override readonly name = 'NoFreeSocketError';
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

interface ConnectOptions {
  readonly url: string;
  readonly transport: Transport;
  readonly sockets: number;
  readonly clock: Clock;
}

/** Opens nothing yet: at most `sockets` connections are made as requests need them. */
export async function connect({ url, transport, sockets, clock }: ConnectOptions): Promise<Connections> {
  const { Pool, ProxyAgent } = await import('./undici.js');
  const origin = new URL(url);
  const proxy = proxyFor(origin, transport.proxy);
  // Our own clock ends what takes too long.
  const options = { connections: sockets, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS };
  const direct = { ...trustOf(transport.tls), timeout: CONNECT_TIMEOUT_MS };
  const by = (dispatcher: Dispatcher, via?: Via) =>
    connectionsBy(dispatcher, { origin: origin.origin, sockets, clock, via });
  if (proxy === undefined) return by(new Pool(origin.origin, { ...options, connect: direct }));
  const { origin: proxyOrigin, headers } = proxyParts(proxy);
  if (origin.protocol === 'http:') {
    // A plain request goes through a proxy by naming the whole address.
    const pool = new Pool(proxyOrigin, { ...options, connect: direct });
    return by(pool, { prefix: origin.origin, headers: { ...headers, host: origin.host } });
  }
  // With settings of its own, the tunnel leaves the name to us; TLS knows no names for addresses.
  const requestTls = { ...direct, ...(isIP(origin.hostname) === 0 ? { servername: origin.hostname } : {}) };
  const token = headers['proxy-authorization'] ?? '';
  return by(new ProxyAgent({ ...options, uri: proxyOrigin, token, requestTls, proxyTls: direct }));
}

/** What a plain request through a proxy carries. */
interface Via {
  readonly prefix: string;
  readonly headers: Readonly<Record<string, string>>;
}

function proxyParts(proxy: string): { readonly origin: string; readonly headers: Readonly<Record<string, string>> } {
  const url = new URL(proxy);
  if (url.username === '') return { origin: url.origin, headers: {} };
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  return { origin: url.origin, headers: { 'proxy-authorization': `Basic ${Buffer.from(login).toString('base64')}` } };
}

/** Made once for all connections: reading hundreds of certificates takes longer than an exchange. */
function trustOf({ ca, cert, key }: Transport['tls'] = {}): { readonly secureContext?: SecureContext } {
  const given: SecureContextOptions = {
    // As in the Coder CLI any certificate of a chain may be the one that is trusted, not only the authority at its end.
    ...(ca && { ca: [...ca], allowPartialTrustChain: true }),
    ...(cert && { cert }),
    ...(key && { key }),
  };
  return Object.keys(given).length === 0 ? {} : { secureContext: createSecureContext(given) };
}

interface Way {
  readonly origin: string;
  readonly sockets: number;
  readonly clock: Clock;
  readonly via: Via | undefined;
}

function connectionsBy(dispatcher: Dispatcher, { origin, sockets, clock, via }: Way): Connections {
  let inUse = 0;
  const listen: Connections['listen'] = ({ method, path, headers, body, timeLimit, signal }, listener) =>
    new Promise((resolve, reject) => {
      let wasSent = false;
      let hasEnded = false;
      let stop: (() => void) | undefined;
      const finish = (error?: unknown) => {
        if (hasEnded) return;
        hasEnded = true;
        if (wasSent) inUse -= 1;
        clock.clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        if (error === undefined) resolve();
        else reject(new WireError(wasSent, error));
      };
      const giveUp = (reason: unknown) => {
        finish(reason);
        stop?.();
      };
      const onAbort = () => giveUp(signal.reason);
      const timer = clock.setTimeout(
        () => giveUp(!wasSent && inUse >= sockets ? new NoFreeSocketError() : new TimeUpError()),
        timeLimit.ms,
      );
      if (signal.aborted) {
        finish(signal.reason);
        return;
      }
      signal.addEventListener('abort', onAbort, { once: true });
      dispatcher.dispatch(
        {
          origin,
          method,
          path: via ? via.prefix + path : path,
          headers: via ? { ...headers, ...via.headers } : headers,
          body: body ?? null,
        },
        {
          onRequestStart(controller) {
            stop = () => controller.abort(new Error('not wanted any more'));
            // It may have waited for a free socket until nobody wanted it.
            if (hasEnded) stop();
            else if (!wasSent) {
              wasSent = true;
              inUse += 1;
            }
          },
          onResponseStart(controller, status, received) {
            if (timeLimit.until === 'start') clock.clearTimeout(timer);
            guarded(controller, () => listener.onStart?.(status, received));
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
      return { status: collector.status, headers: collector.headers, body: collector.body };
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

/** Takes the parts of an answer into one buffer of the announced size: of a large one, nothing is held twice. */
class Collector implements WireListener {
  status = 0;
  headers: WireHeaders = {};
  #held: Buffer = Buffer.alloc(0);
  #size = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get body(): Buffer {
    return this.#held.subarray(0, this.#size);
  }

  onStart(status: number, headers: WireHeaders): void {
    this.status = status;
    this.headers = headers;
    const announced = Number(headers['content-length'] ?? 0);
    if (announced > this.#maxBytes) throw new TooLargeError();
    if (announced > 0) this.#held = Buffer.allocUnsafe(announced);
  }

  onData(chunk: Buffer): void {
    const size = this.#size + chunk.length;
    if (size > this.#maxBytes) throw new TooLargeError();
    if (size > this.#held.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#held.length));
      this.body.copy(larger);
      this.#held = larger;
    }
    chunk.copy(this.#held, this.#size);
    this.#size = size;
  }
}
