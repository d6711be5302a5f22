/** How the methods of the client reach their endpoints: paths filled in, reads shared, answers parsed. */

import type { Clock } from '../clock.js';
import { type Endpoint, fillPath, type PathParameters } from '../endpoints.js';
import { CoderError, isCoderError } from '../errors/errors.js';
import type { GoodAnswer } from './answer.js';
import type { CallOptions, Requests } from './requests.js';
import type { Session } from './session.js';
import { SharedReads } from './shared-reads.js';
import { type WatchEvent, watchEvents } from './stream.js';

type Query = Readonly<Record<string, string | undefined>>;

export class Calls {
  readonly #session: Session;
  readonly #requests: Requests;
  readonly #clock: Clock;
  readonly #reads = new SharedReads<GoodAnswer>();

  constructor(session: Session, requests: Requests, clock: Clock) {
    this.#session = session;
    this.#requests = requests;
    this.#clock = clock;
  }

  /** A GET; the same one at the same time is made once, and each caller gets an object of its own. */
  async read<Path extends string, Answer>(
    endpoint: Endpoint<Path, Answer>,
    parameters: PathParameters<Path>,
    query: Query,
    call: CallOptions = {},
  ): Promise<Answer> {
    const path = pathOf(endpoint, parameters, query);
    const key = `${path} ${call.timeoutMs ?? ''}`;
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
      const session = await this.#session.open();
      const { token } = session.credentials;
      try {
        for await (const event of this.#events(endpoint, path, session, signal)) {
          // A read that began before this change may not tell of it.
          if (event.type === 'data') this.#reads.separate();
          yield event;
        }
        return;
      } catch (error) {
        const isRenewed = !wasRenewed && isCoderError(error, 'unauthorized') && (await this.#session.renew(token));
        if (!isRenewed) throw error;
      }
    }
  }

  #events(
    endpoint: Endpoint,
    path: string,
    session: Awaited<ReturnType<Session['open']>>,
    signal: AbortSignal | undefined,
  ): AsyncIterable<WatchEvent> {
    const sentAt = this.#clock.now();
    return watchEvents({
      connections: session.streams,
      path,
      headers: session.headers,
      token: session.credentials.token,
      openTimeoutMs: endpoint.timeoutMs,
      signal,
      clock: this.#clock,
      onOpen: (status, headers) => this.#requests.noteStream(path, status, headers, sentAt),
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

  async #send(endpoint: Endpoint, path: string, body: unknown, call?: CallOptions): Promise<GoodAnswer> {
    try {
      return await this.#requests.send(endpoint, path, body, call);
    } catch (error) {
      throw isCoderError(error, 'route_not_found')
        ? missingFeature(endpoint, error, this.#requests.buildVersion)
        : error;
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

/** A route that Coder lacks says which feature it lacks. */
function missingFeature(endpoint: Endpoint, error: CoderError, version: string | undefined): CoderError {
  if (error.status !== 404 || !endpoint.path.startsWith('/api/v2/tasks')) return error;
  if (/\/(?:pause|resume)$/.test(endpoint.path)) {
    return new CoderError('pause_unavailable', error.message, { ...error, cause: error });
  }
  return new CoderError('tasks_unavailable', 'this deployment has no tasks', {
    ...error,
    buildVersion: version,
    cause: error,
  });
}
