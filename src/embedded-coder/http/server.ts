/** The HTTP side of an embedded deployment: what every request passes through and every answer carries (coder-api §2.1). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { route } from '../routes/routes.js';
import { STREAM_HEADERS, watch } from '../routes/watch.js';
import type { Workspace } from '../world/model.js';
import type { World } from '../world/world.js';
import { type Answer, Refusal, toGoJson } from './answer.js';
import { authenticate, findToken, isForged } from './auth.js';
import { type Call, type Caller, readQuery, readSegments } from './call.js';
import type { Faults } from './faults.js';
import { RATE_LIMITED, RateLimit } from './rate-limit.js';

export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly at: number;
  /** 0 until it is answered, and for good if it never was. */
  status: number;
}

/** One request on its way to its answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly record: RecordedRequest;
  /** Aborted when the connection has ended. */
  readonly gone: AbortSignal;
  /** The request no longer counts as one in flight. */
  readonly leave: () => void;
}

// A deployment that serves a demonstration for days must not grow without end.
const MOST_RECORDED = 50_000;
const SLIM_PAGE = 'Slim build of Coder, does not contain the frontend static files.';
const CSRF_TEXT =
  'Something is wrong with your CSRF token. Please refresh the page. If this error persists, try clearing your cookies.\n';

export class Server {
  readonly requests: RecordedRequest[] = [];
  inFlight = 0;
  watches = 0;
  url = '';
  readonly #world: World;
  readonly #faults: Faults;
  readonly #rateLimit = new RateLimit();
  readonly #responses = new Set<ServerResponse>();

  constructor(world: World, faults: Faults) {
    this.#world = world;
    this.#faults = faults;
  }

  /** Takes one request from its arrival to its answer. */
  async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.#begin(request, response);
    try {
      await this.#serve(exchange);
    } catch (error) {
      // A client that hangs up in mid-request is no defect; anything else here is one.
      if (!exchange.gone.aborted) throw error;
    }
  }

  closeAll(): void {
    for (const response of this.#responses) response.destroy();
  }

  #begin(request: IncomingMessage, response: ServerResponse): Exchange {
    const record = { method: request.method ?? '', path: request.url ?? '', at: this.#world.now(), status: 0 };
    this.requests.push(record);
    if (this.requests.length > MOST_RECORDED) this.requests.shift();
    this.#responses.add(response);
    this.inFlight += 1;
    const gone = new AbortController();
    let isCounted = true;
    const leave = () => {
      if (isCounted) this.inFlight -= 1;
      isCounted = false;
    };
    response.once('close', () => {
      this.#responses.delete(response);
      gone.abort();
      leave();
    });
    return { request, response, record, gone: gone.signal, leave };
  }

  async #serve(exchange: Exchange): Promise<void> {
    const { request, record, gone } = exchange;
    const call = toCall(request, await readAll(request), gone);
    const faults = this.#faults.take(`${record.method} ${record.path}`);
    for (const each of faults) if (each.kind === 'latency') await this.#world.sleep(each.ms, gone);
    const last = faults.find((each) => each.kind !== 'latency');
    const isPerformed = last === undefined || last.kind === 'truncate' || last.perform === true;
    const answer = isPerformed ? await this.#answer(request, call) : undefined;
    if (last?.kind === 'hang') await this.#world.asleep(new Promise(() => {}), gone);
    else if (last?.kind === 'reset') request.socket.resetAndDestroy();
    else if (last?.kind === 'answer') this.#send(exchange, last.answer, false);
    else if (answer?.stream !== undefined) this.#stream(exchange, answer, answer.stream);
    else if (answer !== undefined) this.#send(exchange, answer, last?.kind === 'truncate');
  }

  #send({ response, record }: Exchange, answer: Answer, isTruncated: boolean): void {
    if (response.destroyed) return;
    const full = answer.json === undefined ? (answer.text ?? '') : toGoJson(answer.json);
    const text = isTruncated ? full.slice(0, Math.floor(full.length / 2)) : full;
    const type = answer.contentType ?? (answer.json === undefined ? undefined : 'application/json; charset=utf-8');
    record.status = answer.status;
    response.writeHead(answer.status, {
      ...(answer.isPreflight ? this.#preflightHeaders() : this.#commonHeaders()),
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...answer.headers,
      ...(answer.status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(text)) }),
    });
    response.end(text);
  }

  #stream({ response, record, leave }: Exchange, answer: Answer, workspace: Workspace): void {
    leave();
    record.status = answer.status;
    this.watches += 1;
    response.once('close', () => {
      this.watches -= 1;
    });
    response.writeHead(answer.status, { ...this.#commonHeaders(), ...answer.headers, ...STREAM_HEADERS });
    watch(this.#world, this.#faults, workspace, response);
  }

  #originHeaders(): Record<string, string> {
    return {
      'X-Coder-Build-Version': this.#world.features.version,
      'X-Coder-Request-Id': this.#world.ids.uuid(),
      Date: new Date(this.#world.now()).toUTCString(),
    };
  }

  /** The browser's question whether it may ask is answered before all else. */
  #preflightHeaders(): Record<string, string> {
    return {
      ...this.#originHeaders(),
      Vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers',
    };
  }

  #commonHeaders(): Record<string, string> {
    return {
      ...this.#originHeaders(),
      'X-Content-Type-Options': 'nosniff',
      'Set-Cookie': `csrf_token=${this.#world.ids.letters(32)}; Path=/; HttpOnly; SameSite=Lax`,
      Vary: 'Origin, Cookie',
    };
  }

  async #answer(request: IncomingMessage, call: Call): Promise<Answer> {
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const prefix = /^\/+api\/+(v2|experimental)(?=\/|$)/.exec(path)?.[1];
    if (prefix === undefined) return outside(path);
    if (call.method === 'OPTIONS') return { status: 200, isPreflight: true };
    if (isForged(call)) return { status: 400, text: CSRF_TEXT, contentType: 'text/plain; charset=utf-8' };
    const limit = this.#limit(call, path);
    if ('refused' in limit) return limit.refused;
    const answer = await this.#routed(call, prefix === 'v2' ? 'v2' : 'experimental');
    return { ...answer, headers: { ...limit.headers, ...answer.headers } };
  }

  async #routed(call: Call, prefix: 'v2' | 'experimental'): Promise<Answer> {
    try {
      return await route(this.#world, call, prefix, this.url);
    } catch (error) {
      if (error instanceof Refusal) return error.answer;
      return { status: 500, json: { message: 'An internal server error occurred.' } };
    }
  }

  #limit(
    call: Call,
    path: string,
  ): { readonly headers: Readonly<Record<string, string>> } | { readonly refused: Answer } {
    const caller = this.#callerOf(call);
    // Where addresses are counted, it is done before anybody knows who asks (rate-limit.json).
    const isPerUser = this.#world.features.rateLimitPer === 'user';
    const isBypass = isPerUser && call.headers['x-coder-bypass-ratelimit'] === 'true';
    if (isBypass && caller !== undefined && caller.user.siteRole !== 'owner') {
      const text = '"X-Coder-Bypass-Ratelimit" provided but user is not owner\n';
      return { refused: { status: 428, text, contentType: 'text/plain; charset=utf-8' } };
    }
    const who = isPerUser && caller !== undefined ? caller.user.id : 'address';
    const { allowed, headers } = this.#rateLimit.take(who, path, this.#world.now());
    if (allowed || isBypass) return { headers };
    return { refused: { status: 429, json: { message: RATE_LIMITED }, headers } };
  }

  #callerOf(call: Call): Caller | undefined {
    if (findToken(call) === undefined) return undefined;
    try {
      return authenticate(this.#world, call, this.url);
    } catch {
      return undefined;
    }
  }
}

/** What is not below /api belongs to the web UI, which this deployment does not have. */
function outside(path: string): Answer {
  if (path === '/healthz') return { status: 200, text: 'OK', contentType: 'text/plain; charset=utf-8' };
  return { status: 200, text: SLIM_PAGE, contentType: 'text/html; charset=utf-8' };
}

function toCall(request: IncomingMessage, body: string, signal: AbortSignal): Call {
  const [path = '', ...query] = (request.url ?? '').split('?');
  return {
    method: request.method ?? 'GET',
    segments: readSegments(path).slice(2),
    query: readQuery(query.join('?')),
    headers: request.headers,
    body,
    signal,
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
