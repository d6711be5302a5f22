/** An exchange from its endpoint to its answer: path filled in, reads shared, token, time-out, repeats, answer parsed. */

import type { Logger } from '../../log.js';
import { forwardAbort, untilAborted } from '../abort.js';
import { type Clock, sleep } from '../clock.js';
import { TimeUpError, withDeadline } from '../deadline.js';
import { type Endpoint, fillPath, type PathParameters } from '../endpoints.js';
import { CoderError, ConfigError, isCoderError } from '../errors/errors.js';
import { networkError } from '../errors/network-errors.js';
import type { Access, OpenAccess } from './access.js';
import { type GoodAnswer, header, readAnswer } from './answer.js';
import { AnswerFacts } from './answer-facts.js';
import { type WireAnswer, WireError } from './connections.js';
import { MissingFeatures } from './missing-features.js';
import { pauseBeforeRetry } from './retry.js';
import { SharedReads } from './shared-reads.js';
import { type WatchEvent, watchEvents } from './stream.js';

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Instead of the endpoint's own, for each try. */
  readonly timeoutMs?: number | undefined;
  /** By the clock, in ms: no try and no pause before a repeat goes beyond it. */
  readonly deadline?: number | undefined;
}

// A failed call waits for it.
const PROBE_TIMEOUT_MS = 3_000;

type Query = Readonly<Record<string, string | undefined>>;

interface Call {
  readonly endpoint: Endpoint;
  /** Path and query. */
  readonly path: string;
  readonly body: string | undefined;
  readonly timeoutMs: number;
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
}

export class Exchanges {
  readonly #access: Access;
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #random: () => number;
  readonly #running = new Set<AbortController>();
  readonly #reads = new SharedReads<GoodAnswer>();
  readonly #missing = new MissingFeatures((endpoint, signal) =>
    this.read(endpoint, {}, { limit: '1' }, { signal, timeoutMs: PROBE_TIMEOUT_MS }),
  );
  readonly facts: AnswerFacts;

  constructor(access: Access, clock: Clock, log: Logger, random: () => number) {
    this.#access = access;
    this.#clock = clock;
    this.#log = log;
    this.#random = random;
    this.facts = new AnswerFacts(clock);
  }

  get inFlight(): number {
    return this.#running.size;
  }

  /** A GET; the same one at the same time is made once, and each caller gets an object of its own. */
  async read<Path extends string, Answer>(
    endpoint: Endpoint<Path, Answer>,
    parameters: PathParameters<Path>,
    query: Query,
    call: CallOptions = {},
  ): Promise<Answer> {
    const path = pathOf(endpoint, parameters, query);
    const key = `${path} ${call.timeoutMs ?? ''} ${call.deadline ?? ''}`;
    const answer = await this.#reads.run(key, call.signal, (signal) =>
      this.#send(endpoint, path, undefined, { ...call, signal }),
    );
    return parse(endpoint, path, answer);
  }

  /** Anything but a GET, with an answer to be read. */
  async write<Path extends string, Answer>(
    endpoint: Endpoint<Path, Answer>,
    parameters: PathParameters<Path>,
    body?: unknown,
    call?: CallOptions,
  ): Promise<Answer> {
    const path = pathOf(endpoint, parameters);
    return parse(endpoint, path, await this.#change(endpoint, path, body, call));
  }

  /** Anything but a GET, whose answer has no body. */
  async command<Path extends string>(
    endpoint: Endpoint<Path>,
    parameters: PathParameters<Path>,
    body?: unknown,
    call?: CallOptions,
  ): Promise<void> {
    await this.#change(endpoint, pathOf(endpoint, parameters), body, call);
  }

  /** The stream of an endpoint; a token that is refused is renewed once. */
  async *watch<Path extends string>(
    endpoint: Endpoint<Path>,
    parameters: PathParameters<Path>,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<WatchEvent, void, undefined> {
    const path = pathOf(endpoint, parameters);
    for (let wasRenewed = false; ; wasRenewed = true) {
      signal?.throwIfAborted();
      const access = await this.#access.open();
      try {
        for await (const event of this.#events(endpoint, path, access, signal)) {
          // A read that began before this change may not tell of it.
          if (event.type === 'data') this.#reads.separate();
          yield event;
        }
        return;
      } catch (error) {
        const isRenewed = !wasRenewed && isCoderError(error, 'unauthorized') && (await this.#access.renew(access));
        if (!isRenewed) throw error;
      }
    }
  }

  /** Ends what is in flight at once. */
  abortAll(reason: CoderError): void {
    for (const controller of this.#running) controller.abort(reason);
  }

  #events(endpoint: Endpoint, path: string, access: OpenAccess, signal: AbortSignal | undefined) {
    const sentAt = this.#clock.now();
    return watchEvents({
      endpoint,
      path,
      access,
      signal,
      clock: this.#clock,
      answeredMsAgo: this.facts.answeredMsAgo,
      onOpen: (status, headers) => {
        this.facts.observe(headers, sentAt);
        const requestId = header(headers, 'x-coder-request-id');
        this.#log.debug({ method: 'GET', path, status, ms: this.#clock.now() - sentAt, requestId }, 'coder stream');
      },
    });
  }

  async #change(endpoint: Endpoint, path: string, body: unknown, call?: CallOptions): Promise<GoodAnswer> {
    // Whoever reads from here on wants to see what this has changed.
    this.#reads.separate();
    try {
      return await this.#send(endpoint, path, body, call);
    } finally {
      this.#reads.separate();
    }
  }

  /** The JSON of the answer. Rejects with a CoderError, a ConfigError, or at once with the signal's reason. */
  async #send(endpoint: Endpoint, path: string, body?: unknown, options: CallOptions = {}): Promise<GoodAnswer> {
    options.signal?.throwIfAborted();
    const controller = new AbortController();
    const unlink = forwardAbort(options.signal, controller);
    this.#running.add(controller);
    const call: Call = {
      endpoint,
      path,
      body: body === undefined ? undefined : JSON.stringify(body),
      timeoutMs: options.timeoutMs ?? this.#timeoutOf(endpoint),
      deadline: options.deadline,
      signal: controller.signal,
    };
    try {
      return await untilAborted(this.#tryUntilDone(call), controller.signal);
    } catch (error) {
      throw await this.#missing.explain(endpoint, error, this.facts.buildVersion, options.signal);
    } finally {
      unlink();
      this.#running.delete(controller);
    }
  }

  /** On a deployment whose own answers take seconds, ours wait longer too. */
  #timeoutOf({ method, timeoutMs }: Endpoint): number {
    return method === 'GET' ? timeoutMs * this.facts.slowness : timeoutMs;
  }

  #leftMs({ deadline }: Call): number {
    return deadline === undefined ? Number.POSITIVE_INFINITY : Math.max(0, deadline - this.#clock.now());
  }

  /** Inside the deadline: a command or a file of the person's settings may take any time. */
  #open({ deadline, signal }: Pick<Call, 'deadline' | 'signal'>): Promise<OpenAccess> {
    if (deadline === undefined) return this.#access.open();
    return withDeadline(this.#clock, deadline - this.#clock.now(), signal, () => this.#access.open()).catch((error) => {
      if (!(error instanceof TimeUpError)) throw error;
      throw new ConfigError(
        'CODER_HEADER_COMMAND',
        'the login and the headers for Coder could not be read in time; nothing was sent',
        'run the command in CODER_HEADER_COMMAND, or `coder login token`, in a terminal to see what it waits for',
        { cause: error },
      );
    });
  }

  async #tryUntilDone(call: Call): Promise<GoodAnswer> {
    const { endpoint, signal } = call;
    let wasRenewed = false;
    for (let tries = 1; ; tries++) {
      signal.throwIfAborted();
      const access = await this.#open(call);
      const outcome = await this.#try(call, access);
      if (!(outcome instanceof CoderError)) return outcome;
      if (outcome.code === 'unauthorized' && !wasRenewed && (await this.#access.renew(access))) {
        wasRenewed = true;
        tries -= 1;
        continue;
      }
      const pauseMs = pauseBeforeRetry(endpoint.repeat, outcome, tries, this.#random);
      if (pauseMs === undefined || this.#leftMs(call) <= pauseMs) throw outcome;
      await sleep(this.#clock, pauseMs, signal);
    }
  }

  /** One try. What a repeat may mend comes back as a value; aborts and defects are thrown. */
  async #try(call: Call, access: OpenAccess): Promise<GoodAnswer | CoderError> {
    const { endpoint, path, body } = call;
    const { method, sockets } = endpoint;
    const what = `${method} ${path.replace(/\?.*/s, '')}`;
    const sentAt = this.#clock.now();
    const note = (facts: object) =>
      this.#log.debug({ method, path, ms: this.#clock.now() - sentAt, ...facts }, 'coder');
    try {
      const answer = await this.#exchange(call, access, what);
      note({ status: answer.status, requestId: header(answer.headers, 'x-coder-request-id') });
      this.facts.observe(answer.headers, sentAt);
      if (method === 'GET' && sockets === 'short') this.facts.observeRead(this.#clock.now() - sentAt);
      return readAnswer(answer, {
        what,
        endpoint,
        asked: new URL(path, access.credentials.url),
        sentBytes: Buffer.byteLength(body ?? ''),
        scrub: access.scrub,
        now: this.facts.serverClock.now(),
      });
    } catch (error) {
      if (!(error instanceof CoderError)) throw error;
      if (error.status === undefined) note({ error: error.code });
      return error;
    }
  }

  async #exchange(call: Call, access: OpenAccess, what: string): Promise<WireAnswer> {
    const { endpoint, path, body, timeoutMs, signal } = call;
    const { method, maxBytes } = endpoint;
    const headers = {
      ...access.headers,
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const timeLimit = { ms: Math.min(timeoutMs, this.#leftMs(call)), until: 'end' } as const;
    const connections = access.calls[endpoint.sockets];
    const { answeredMsAgo } = this.facts;
    try {
      return await connections.exchange({ method, path, headers, body, maxBytes, timeLimit, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof WireError)) throw error;
      const { credentials, proxy, hasCaFile } = access;
      const { url } = credentials;
      throw networkError({ what, isWrite: method !== 'GET', url, proxy, hasCaFile, answeredMsAgo }, error);
    }
  }
}

function pathOf<Path extends string>(
  endpoint: Endpoint<Path>,
  parameters: PathParameters<Path>,
  query: Query = {},
): string {
  const path = fillPath(endpoint.path, parameters);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, value);
  return search.size === 0 ? path : `${path}?${search}`;
}

function parse<Answer>(endpoint: Endpoint<string, Answer>, path: string, { json, requestId }: GoodAnswer): Answer {
  const result = endpoint.answer?.safeParse(json);
  if (result?.success) return result.data;
  const words = `${endpoint.method} ${path.replace(/\?.*/s, '')}: the answer is not what this endpoint answers`;
  throw new CoderError('bad_answer', words, { requestId, reached: 'yes', cause: result?.error });
}
