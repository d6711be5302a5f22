/** The open connections to the deployment, with the token and headers that go on each request. */

import type { Clock } from '../clock.js';
import { CoderError } from '../errors/errors.js';
import type { CredentialSource, Credentials } from '../login/credentials.js';
import { proxyFor, type TransportSource } from '../login/transport.js';
import { type Connections, connect } from './connections.js';

export interface OpenSession {
  readonly credentials: Credentials;
  /** For calls. */
  readonly calls: Connections;
  /** For streams, which would otherwise keep the sockets of calls. */
  readonly streams: Connections;
  /** The proxy on the way, without its login. */
  readonly proxy: string | undefined;
  /** Those of every request, the token among them. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How a client comes to its deployment. */
export interface Origin {
  readonly url: string;
  /** Words such as `CODER_URL` or `the Coder CLI's login`. */
  readonly addressFrom: string;
  readonly tokenFrom: string;
  /** What was adjusted, in words for the person. */
  readonly notes: readonly string[];
  /** The HTTP proxy on the way, without its password. */
  readonly proxy: string | undefined;
}

const CALL_SOCKETS = 16;
const STREAM_SOCKETS = 16;

export class Session {
  readonly #source: CredentialSource;
  readonly #transport: TransportSource;
  readonly #hide: (secret: string) => void;
  readonly #clock: Clock;
  #opened: { readonly token: string; readonly url: string; readonly session: Promise<OpenSession> } | undefined;
  #isClosed = false;
  /** The address in use, as soon as it is known. */
  url: string | undefined;

  constructor(source: CredentialSource, transport: TransportSource, clock: Clock, hide: (secret: string) => void) {
    this.#source = source;
    this.#transport = transport;
    this.#clock = clock;
    this.#hide = hide;
  }

  /** Opens nothing on the network yet. Rejects with a ConfigError where address, token or settings are not usable. */
  async open(): Promise<OpenSession> {
    const credentials = await this.#source.current();
    if (this.#isClosed) throw closedError();
    const { url, token } = credentials;
    const opened = this.#opened;
    if (opened?.url === url && opened.token === token) return opened.session;
    this.#hide(token);
    this.url = url;
    const session =
      opened?.url === url ? this.#withToken(await opened.session, credentials) : this.#connect(credentials);
    this.#opened = { url, token, session };
    session.catch(() => {
      this.#opened = undefined;
    });
    if (opened !== undefined && opened.url !== url) await closeAll(await opened.session);
    return session;
  }

  /** Opens nothing on the network. Rejects with a ConfigError. */
  async origin(): Promise<Origin> {
    const { credentials, proxy } = await this.open();
    const { url, origin, notes } = credentials;
    return { url, addressFrom: origin.url, tokenFrom: origin.token, notes, proxy };
  }

  /** Asks for the credentials once more, since this token was refused. True when there is another one now. */
  async renew(refused: string): Promise<boolean> {
    const known = await this.#source.current();
    if (known.token !== refused) return true;
    // Where the login cannot be read any more, the refusal of the token says what is wrong.
    const fresh = await this.#source.refresh().catch(() => known);
    return fresh.token !== refused;
  }

  /** Ends every exchange and stream at once; nothing can be opened afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const session = await this.#opened?.session.catch(() => undefined);
    this.#opened = undefined;
    if (session !== undefined) await closeAll(session);
  }

  async #connect(credentials: Credentials): Promise<OpenSession> {
    const transport = await this.#transport(credentials.url);
    const to = { url: credentials.url, transport, clock: this.#clock };
    const [calls, streams] = await Promise.all([
      connect({ ...to, sockets: CALL_SOCKETS }),
      connect({ ...to, sockets: STREAM_SOCKETS }),
    ]);
    const headers = { 'user-agent': 'coder-tasks-mcp', ...transport.headers };
    const proxy = proxyFor(new URL(credentials.url), transport.proxy);
    const shown = proxy === undefined ? undefined : new URL(proxy).host;
    return {
      credentials,
      calls,
      streams,
      proxy: shown,
      headers: { ...headers, 'coder-session-token': credentials.token },
    };
  }

  async #withToken(session: OpenSession, credentials: Credentials): Promise<OpenSession> {
    return { ...session, credentials, headers: { ...session.headers, 'coder-session-token': credentials.token } };
  }
}

/** What ends the calls of a client that is closed. */
export function closedError(): CoderError {
  return new CoderError('network', 'the client was closed', { reached: 'unknown' });
}

async function closeAll({ calls, streams }: OpenSession): Promise<void> {
  await Promise.all([calls.close(), streams.close()]);
}
