/** Faults to order: what the network, a proxy or a sick server may do to a request or a stream. */

import { collision } from '../routes/create-task.js';
import { type Answer, forbidden, notFound, type Refusal, routeNotFound } from './answer.js';
import { SIGNED_OUT } from './auth.js';
import { RATE_LIMITED } from './rate-limit.js';

export type Fault =
  | { readonly kind: 'latency'; readonly ms: number }
  /** Answered instead of the server; `perform`: the server does its work all the same. */
  | { readonly kind: 'answer'; readonly answer: Answer; readonly perform?: boolean }
  /** No answer ever comes. */
  | { readonly kind: 'hang'; readonly perform?: boolean }
  /** The connection is reset; with `perform` the work is done and only the answer is lost. */
  | { readonly kind: 'reset'; readonly perform?: boolean }
  /** The answer ends in the middle of its JSON, in a body that is complete as HTTP. */
  | { readonly kind: 'truncate' };

const answer = (given: Answer): Fault => ({ kind: 'answer', answer: given });
const refusal = (given: Refusal): Fault => answer(given.answer);
const PROXY_PAGE = '<html><head><title>Gateway</title></head><body><center><h1>Gateway</h1></center></body></html>\n';
const WEB_UI_PAGE = '<!doctype html><html><head><title>Coder</title></head><body><div id="root"></div></body></html>\n';

/** Ready-made faults. */
export const fault = {
  latency: (ms: number): Fault => ({ kind: 'latency', ms }),
  unauthorized: (detail = 'API key is invalid.'): Fault =>
    answer({ status: 401, json: { message: SIGNED_OUT, detail } }),
  forbidden: (message = 'Forbidden.'): Fault => refusal(forbidden(message)),
  notFound: (): Fault => refusal(notFound()),
  routeNotFound: (): Fault => refusal(routeNotFound()),
  rateLimited: (retryAfterSeconds = 60): Fault =>
    answer({
      status: 429,
      json: { message: RATE_LIMITED },
      headers: { 'Retry-After': String(retryAfterSeconds) },
    }),
  json: (status: number, json: unknown): Fault => answer({ status, json }),
  badGateway: (message: string, detail: string): Fault => answer({ status: 502, json: { message, detail } }),
  proxyPage: (status: 502 | 503 | 504): Fault =>
    answer({ status, text: PROXY_PAGE, contentType: 'text/html; charset=utf-8' }),
  /** A wrong host with the redirect option: the path is lost (coder-api §5.7). */
  redirectToRoot: (location: string): Fault =>
    answer({ status: 307, text: '', contentType: 'text/html; charset=utf-8', headers: { Location: location } }),
  webUi: (): Fault => answer({ status: 200, text: WEB_UI_PAGE, contentType: 'text/html; charset=utf-8' }),
  emptyBody: (status = 200): Fault => answer({ status, text: '', contentType: 'application/json; charset=utf-8' }),
  hugeBody: (bytes = 10_000_000): Fault =>
    answer({ status: 200, json: { tasks: [], count: 0, padding: 'x'.repeat(bytes) } }),
  /** Two creates of one name at once, whatever the timing. */
  nameCollision: (): Fault => refusal(collision()),
  truncatedJson: (): Fault => ({ kind: 'truncate' }),
  hang: (): Fault => ({ kind: 'hang' }),
  resetBefore: (): Fault => ({ kind: 'reset' }),
  lostAnswer: (): Fault => ({ kind: 'reset', perform: true }),
} as const;

const TASK = '/api/(?:v2|experimental)/tasks/[^/]+/[^/]+';

/** The endpoints by name, as patterns over `METHOD /path?query`. */
const ENDPOINTS = {
  listTasks: /^GET \/api\/(?:v2|experimental)\/tasks(?:\?|$)/,
  createTask: /^POST \/api\/(?:v2|experimental)\/tasks\/[^/]+$/,
  getTask: new RegExp(`^GET ${TASK}$`),
  deleteTask: new RegExp(`^DELETE ${TASK}$`),
  updateTaskInput: new RegExp(`^PATCH ${TASK}/input$`),
  sendTaskInput: new RegExp(`^POST ${TASK}/send$`),
  getTaskLogs: new RegExp(`^GET ${TASK}/logs`),
  pauseTask: new RegExp(`^POST ${TASK}/pause$`),
  resumeTask: new RegExp(`^POST ${TASK}/resume$`),
  getWorkspace: /^GET \/api\/v2\/workspaces\/[^/]+(?:\?|$)/,
  watchWorkspace: /^GET \/api\/v2\/workspaces\/[^/]+\/watch$/,
  createBuild: /^POST \/api\/v2\/workspaces\/[^/]+\/builds$/,
  getBuildLogs: /^GET \/api\/v2\/workspacebuilds\/[^/]+\/logs/,
  getAgentLogs: /^GET \/api\/v2\/workspaceagents\/[^/]+\/logs/,
  listTemplates: /^GET \/api\/v2\/templates(?:\?|$)/,
  listPresets: /^GET \/api\/v2\/templateversions\/[^/]+\/presets$/,
  listParameters: /^GET \/api\/v2\/templateversions\/[^/]+\/rich-parameters$/,
  listExternalLogins: /^GET \/api\/v2\/templateversions\/[^/]+\/external-auth$/,
  getUser: /^GET \/api\/v2\/users\/[^/]+$/,
  buildInfo: /^GET \/api\/v2\/buildinfo$/,
  anything: /./,
} as const satisfies Record<string, RegExp>;

export type EndpointName = keyof typeof ENDPOINTS;

interface Rule {
  readonly pattern: RegExp;
  readonly fault: Fault;
  left: number;
  skip: number;
}

/** What the streams of workspaces suffer from; the server asks for it with every event. */
export interface StreamFaults {
  /** No pings. */
  silent: boolean;
  /** A proxy that passes the headers on and keeps every event back. */
  buffered: boolean;
}

export class Faults {
  readonly streams: StreamFaults = { silent: false, buffered: false };
  readonly #rules: Rule[] = [];
  readonly #cuts = new Set<(garbage: string | undefined) => void>();

  /** Befalls the next `times` requests to an endpoint (1 by default), after `skip` that pass. */
  next(on: EndpointName | RegExp, what: Fault, { times = 1, skip = 0 } = {}): void {
    const pattern = on instanceof RegExp ? on : ENDPOINTS[on];
    this.#rules.push({ pattern, fault: what, left: times, skip });
  }

  always(on: EndpointName | RegExp, what: Fault): void {
    this.next(on, what, { times: Number.POSITIVE_INFINITY });
  }

  clear(): void {
    this.#rules.length = 0;
    this.streams.silent = false;
    this.streams.buffered = false;
  }

  /** Ends every open stream of workspaces in this moment. */
  cutStreams(): void {
    for (const cut of [...this.#cuts]) cut(undefined);
  }

  /** Writes something into every open stream that is no event. */
  garbleStreams(garbage = 'event: data\ndata: {"id": not json\n\n'): void {
    for (const cut of this.#cuts) cut(garbage);
  }

  /** For the server: what befalls this request, in the order in which it was ordered. */
  take(line: string): Fault[] {
    const taken: Fault[] = [];
    for (const rule of this.#rules) {
      if (rule.left <= 0 || !rule.pattern.test(line)) continue;
      if (rule.skip > 0) {
        rule.skip -= 1;
        continue;
      }
      rule.left -= 1;
      taken.push(rule.fault);
      if (rule.fault.kind !== 'latency') break;
    }
    return taken;
  }

  /** For the server: an open stream, which can be cut (`undefined`) or given garbage. */
  onStream(cut: (garbage: string | undefined) => void): () => void {
    this.#cuts.add(cut);
    return () => this.#cuts.delete(cut);
  }
}
