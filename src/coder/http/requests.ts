/** A call from start to end: token, time-out, repeats, and what every answer tells by its headers. */

import type { Logger } from '../../log.js';
import { type Clock, sleep } from '../clock.js';
import type { Endpoint } from '../endpoints.js';
import { CoderError } from '../errors/errors.js';
import { networkError } from '../errors/network-errors.js';
import { forwardAbort, untilAborted } from './abort.js';
import { type GoodAnswer, header, readAnswer } from './answer.js';
import { type WireAnswer, WireError, type WireHeaders } from './connections.js';
import { pauseBeforeRetry } from './retry.js';
import { ServerClock } from './server-clock.js';
import type { OpenSession, Session } from './session.js';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the endpoint's own, for each try. */
  readonly timeoutMs?: number | undefined;
}

export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  /** When the window ends, in ms since the epoch by the deployment. */
  readonly resetAt: number;
}

interface Call {
  readonly endpoint: Endpoint;
  /** Path and query. */
  readonly path: string;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

export class Requests {
  readonly #session: Session;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random: () => number;
  readonly #running = new Set<AbortController>();
  readonly serverClock: ServerClock;
  rateLimit: RateLimit | undefined;
  /** The version that the last answer named. */
  buildVersion: string | undefined;

  constructor(session: Session, clock: Clock, log: Logger, random: () => number) {
    this.#session = session;
    this.#clock = clock;
    this.#log = log;
    this.#random = random;
    this.serverClock = new ServerClock(clock);
  }

  get inFlight(): number {
    return this.#running.size;
  }

  /** The JSON of the answer. Rejects with a CoderError, a ConfigError, or at once with the signal's reason. */
  async send(endpoint: Endpoint, path: string, body?: unknown, options: CallOptions = {}): Promise<GoodAnswer> {
    options.signal?.throwIfAborted();
    const controller = new AbortController();
    const unlink = forwardAbort(options.signal, controller);
    this.#running.add(controller);
    const call: Call = {
      endpoint,
      path,
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: options.timeoutMs ?? endpoint.timeoutMs,
      signal: controller.signal,
    };
    try {
      return await untilAborted(this.#tryUntilDone(call), controller.signal);
    } finally {
      unlink();
      this.#running.delete(controller);
    }
  }

  /** Ends what is in flight at once. */
  abortAll(reason: CoderError): void {
    for (const controller of this.#running) controller.abort(reason);
  }

  /** Takes in what any answer says about the deployment. */
  observe(headers: WireHeaders, sentAt: number): void {
    this.serverClock.observe(header(headers, 'date'), sentAt, this.#clock.now());
    this.buildVersion = header(headers, 'x-coder-build-version') ?? this.buildVersion;
    const limit = Number(header(headers, 'x-ratelimit-limit') ?? Number.NaN);
    const remaining = Number(header(headers, 'x-ratelimit-remaining') ?? Number.NaN);
    const reset = Number(header(headers, 'x-ratelimit-reset') ?? Number.NaN);
    if (Number.isFinite(limit) && Number.isFinite(remaining)) {
      this.rateLimit = { limit, remaining, resetAt: Number.isFinite(reset) ? reset * 1_000 : 0 };
    }
  }

  /** Logs a stream that has been answered, and takes in what the answer says. */
  noteStream(path: string, status: number, headers: WireHeaders, sentAt: number): void {
    this.observe(headers, sentAt);
    const requestId = header(headers, 'x-coder-request-id');
    this.#log.debug({ method: 'GET', path, status, ms: this.#clock.now() - sentAt, requestId }, 'coder stream');
  }

  async #tryUntilDone(call: Call): Promise<GoodAnswer> {
    const { endpoint, signal } = call;
    let wasRenewed = false;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const session = await this.#session.open();
      const outcome = await this.#try(call, session);
      if (!(outcome instanceof CoderError)) return outcome;
      if (outcome.code === 'unauthorized' && !wasRenewed && (await this.#session.renew(session.credentials.token))) {
        wasRenewed = true;
        tries -= 1;
        continue;
      }
      const pauseMs = pauseBeforeRetry(endpoint.repeat, outcome, tries, this.#random);
      if (pauseMs === undefined) throw outcome;
      await sleep(this.#clock, pauseMs, signal);
    }
  }

  /** One try. What a repeat may mend comes back as a value; aborts and defects are thrown. */
  async #try(call: Call, session: OpenSession): Promise<GoodAnswer | CoderError> {
    const { endpoint, path } = call;
    const what = `${endpoint.method} ${path.replace(/\?.*/s, '')}`;
    const sentAt = this.#clock.now();
    const note = (facts: object) => {
      const ms = this.#clock.now() - sentAt;
      this.#log.debug({ method: endpoint.method, path, ms, ...facts }, 'coder');
    };
    try {
      const answer = await this.#exchange(call, session, what);
      note({ status: answer.status, requestId: header(answer.headers, 'x-coder-request-id') });
      this.observe(answer.headers, sentAt);
      return readAnswer(answer, {
        what,
        hasBody: endpoint.answer !== null,
        maxBytes: endpoint.maxBytes,
        secrets: [session.credentials.token],
        now: this.serverClock.now(),
      });
    } catch (error) {
      if (!(error instanceof CoderError)) throw error;
      if (error.status === undefined) note({ error: error.code });
      return error;
    }
  }

  async #exchange(call: Call, session: OpenSession, what: string): Promise<WireAnswer> {
    const { endpoint, path, body, timeoutMs, signal } = call;
    const { method, maxBytes } = endpoint;
    const headers = {
      ...session.headers,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const timeLimit = { ms: timeoutMs, until: 'end' } as const;
    try {
      return await session.calls.exchange({ method, path, headers, body, maxBytes, timeLimit, signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error instanceof WireError ? networkError(what, error) : error;
    }
  }
}
