/** The HTTP side of an embedded deployment: what every request passes through and every answer carries (facts §2.1). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { authenticate, findToken, isForged } from './auth.js';
import { type Call, type Caller, readQuery, readSegments } from './call.js';
import type { Fault, Faults } from './faults.js';
import { type Answer, Refusal, toGoJson } from './http-answer.js';
import type { Workspace } from './model.js';
import { RateLimit } from './rate-limit.js';
import { route } from './routes.js';
import { STREAM_HEADERS, watch } from './watch.js';
import type { World } from './world.js';

export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly at: number;
  /** 0 until it is answered, and for good if it never was. */
  status: number;
}

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
    const record = { method: request.method ?? '', path: request.url ?? '', at: this.#world.now(), status: 0 };
    this.requests.push(record);
    this.#responses.add(response);
    this.inFlight += 1;
    let isCounted = true;
    const leave = () => {
      if (isCounted) this.inFlight -= 1;
      isCounted = false;
    };
    response.once('close', () => {
      this.#responses.delete(response);
      leave();
    });
    try {
      await this.#serve(request, response, record, leave);
    } catch (error) {
      // A client that hangs up in mid-request is no defect; anything else here is one.
      if (!request.destroyed && !response.destroyed) throw error;
    }
  }

  closeAll(): void {
    for (const response of this.#responses) response.destroy();
  }

  async #serve(request: IncomingMessage, response: ServerResponse, record: RecordedRequest, leave: () => void) {
    const body = await readAll(request);
    const faults = this.#faults.take(`${record.method} ${record.path}`);
    for (const each of faults) if (each.kind === 'latency') await this.#world.sleep(each.ms);
    const last = faults.find((each) => each.kind !== 'latency');
    const call = toCall(request, body);
    const isPerformed = last === undefined || last.kind === 'truncate' || last.perform === true;
    const answer = isPerformed ? await this.#answer(request, call) : undefined;
    if (answer?.stream !== undefined && last?.kind !== 'answer' && last?.kind !== 'reset') {
      leave();
      this.#stream(response, record, answer, answer.stream);
    } else await this.#send(request, response, record, answer, last);
  }

  async #send(
    request: IncomingMessage,
    response: ServerResponse,
    record: RecordedRequest,
    answer: Answer | undefined,
    what: Fault | undefined,
  ): Promise<void> {
    if (what?.kind === 'hang') {
      await this.#world.asleep(new Promise((resolve) => response.once('close', resolve)));
      return;
    }
    if (what?.kind === 'reset') {
      request.socket.resetAndDestroy();
      return;
    }
    const given = what?.kind === 'answer' ? what.answer : answer;
    if (given === undefined || response.destroyed) return;
    const full = given.json === undefined ? (given.text ?? '') : toGoJson(given.json);
    const text = what?.kind === 'truncate' ? full.slice(0, Math.floor(full.length / 2)) : full;
    const type = given.contentType ?? (given.json === undefined ? undefined : 'application/json; charset=utf-8');
    record.status = given.status;
    response.writeHead(given.status, {
      ...(given.isPreflight ? this.#preflightHeaders() : this.#commonHeaders()),
      ...(type === undefined ? {} : { 'Content-Type': type }),
      ...given.headers,
      ...(given.status === 204 ? {} : { 'Content-Length': String(Buffer.byteLength(text)) }),
    });
    response.end(text);
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
    const message = "You've been rate limited for sending more than 512 requests in 1m0s.";
    return { refused: { status: 429, json: { message }, headers } };
  }

  #callerOf(call: Call): Caller | undefined {
    if (findToken(call) === undefined) return undefined;
    try {
      return authenticate(this.#world, call, this.url);
    } catch {
      return undefined;
    }
  }

  #stream(response: ServerResponse, record: RecordedRequest, answer: Answer, workspace: Workspace): void {
    record.status = 200;
    this.watches += 1;
    response.once('close', () => {
      this.watches -= 1;
    });
    response.writeHead(200, { ...this.#commonHeaders(), ...answer.headers, ...STREAM_HEADERS });
    watch(this.#world, this.#faults, workspace, response);
  }
}

/** What is not below /api belongs to the web UI, which this deployment does not have. */
function outside(path: string): Answer {
  if (path === '/healthz') return { status: 200, text: 'OK', contentType: 'text/plain; charset=utf-8' };
  return { status: 200, text: SLIM_PAGE, contentType: 'text/html; charset=utf-8' };
}

function toCall(request: IncomingMessage, body: string): Call {
  const [path = '', ...query] = (request.url ?? '').split('?');
  return {
    method: request.method ?? 'GET',
    segments: readSegments(path).slice(2),
    query: readQuery(query.join('?')),
    headers: request.headers,
    body,
  };
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('utf8');
}
