/** How requests come into the deployment: open connections, with the token and headers that go on each request. */

import type { Secrets } from '../../secrets.js';
import type { Clock } from '../clock.js';
import type { SocketUse } from '../endpoints.js';
import { CoderError } from '../errors/errors.js';
import type { CredentialSource, Credentials } from '../login/credentials.js';
import { proxyFor, type TransportSource } from '../login/transport.js';
import { type Connections, connect } from './connections.js';

export interface OpenAccess {
  readonly credentials: Credentials;
  /** For calls, by their use. */
  readonly calls: Readonly<Record<SocketUse, Connections>>;
  /** For streams, which would otherwise keep the sockets of calls. */
  readonly streams: Connections;
  /** The host of the proxy on the way, without its login. */
  readonly proxy: string | undefined;
  /** Those of every request, the token among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly hasCaFile: boolean;
  /** Takes the secrets out of a text. */
  readonly scrub: (text: string) => string;
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

const SOCKETS = { short: 16, send: 16, create: 8, conversation: 16 } as const satisfies Record<SocketUse, number>;
const STREAM_SOCKETS = 16;

interface AccessOptions {
  readonly credentials: CredentialSource;
  readonly transport: TransportSource;
  readonly clock: Clock;
  readonly secrets: Secrets;
  /** The address or the token is another one than before. */
  onChange(): void;
}

export class Access {
  readonly #options: AccessOptions;
  #opened: { readonly token: string; readonly url: string; readonly access: Promise<OpenAccess> } | undefined;
  #isClosed = false;
  /** The address in use, as soon as it is known. */
  url: string | undefined;

  constructor(options: AccessOptions) {
    this.#options = options;
  }

  /** Opens nothing on the network yet. Rejects with a ConfigError where address, token or settings are not usable. */
  async open(): Promise<OpenAccess> {
    const credentials = await this.#options.credentials.current();
    if (this.#isClosed) throw closedError();
    const { url, token } = credentials;
    const opened = this.#opened;
    if (opened?.url === url && opened.token === token) return opened.access;
    this.#options.secrets.hide(token);
    this.url = url;
    const access = opened?.url === url ? withToken(await opened.access, credentials) : this.#connect(credentials);
    const current = { url, token, access: Promise.resolve(access) };
    this.#opened = current;
    if (opened !== undefined) this.#options.onChange();
    current.access.catch(() => {
      if (this.#opened === current) this.#opened = undefined;
    });
    if (opened !== undefined && opened.url !== url) await closeAll(await opened.access);
    return access;
  }

  /** Opens nothing on the network. Rejects with a ConfigError. */
  async origin(): Promise<Origin> {
    const { credentials, proxy } = await this.open();
    const { url, origin, notes } = credentials;
    return { url, addressFrom: origin.url, tokenFrom: origin.token, notes, proxy };
  }

  /** Asks for the credentials once more, since this token was refused. True when there is another one now. */
  async renew({ credentials: { token: refused } }: OpenAccess): Promise<boolean> {
    const { credentials } = this.#options;
    const known = await credentials.current();
    if (known.token !== refused) return true;
    // Where the login cannot be read any more, the refusal of the token says what is wrong.
    const fresh = await credentials.refresh().catch(() => known);
    return fresh.token !== refused;
  }

  /** Ends every exchange and stream at once; nothing can be opened afterwards. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const access = await this.#opened?.access.catch(() => undefined);
    this.#opened = undefined;
    if (access !== undefined) await closeAll(access);
  }

  async #connect(credentials: Credentials): Promise<OpenAccess> {
    const { clock, secrets } = this.#options;
    const transport = await this.#options.transport(credentials.url);
    for (const secret of secretsOf(transport.headers, transport.proxy)) secrets.hide(secret);
    const open = (sockets: number) => connect({ url: credentials.url, transport, clock, sockets });
    const [short, send, create, conversation, streams] = await Promise.all([
      open(SOCKETS.short),
      open(SOCKETS.send),
      open(SOCKETS.create),
      open(SOCKETS.conversation),
      open(STREAM_SOCKETS),
    ]);
    const headers = { 'user-agent': 'coder-tasks-mcp', ...transport.headers };
    const proxy = proxyFor(new URL(credentials.url), transport.proxy);
    const access = {
      credentials,
      calls: { short, send, create, conversation },
      streams,
      proxy: proxy === undefined ? undefined : new URL(proxy).host,
      hasCaFile: transport.tls?.hasCaFile ?? false,
      headers,
      scrub: secrets.scrub,
    };
    return withToken(access, credentials);
  }
}

function withToken(access: OpenAccess, credentials: Credentials): OpenAccess {
  return { ...access, credentials, headers: { ...access.headers, 'coder-session-token': credentials.token } };
}

/** What a proxy or a front must not tell back: header values, whole and without their scheme, and the proxy's login. */
function secretsOf(
  headers: Readonly<Record<string, string>> = {},
  { http, https }: { readonly http?: string | undefined; readonly https?: string | undefined } = {},
): string[] {
  const values = Object.values(headers).flatMap((value) => {
    const text = Buffer.from(value, 'latin1').toString();
    return [value, text, text.replace(/^(?:Basic|Bearer|Token)\s+/i, '')];
  });
  const logins = [http, https].flatMap((proxy) => {
    if (proxy === undefined || !URL.canParse(proxy)) return [];
    const { username, password } = new URL(proxy);
    return [password, decodeURIComponent(password), `${decodeURIComponent(username)}:${decodeURIComponent(password)}`];
  });
  return [...values, ...logins];
}

/** What ends the calls of a client that is closed. */
export function closedError(): CoderError {
  return new CoderError('network', 'the client was closed', { reached: 'unknown' });
}

async function closeAll({ calls, streams }: OpenAccess): Promise<void> {
  await Promise.all([...Object.values(calls), streams].map((connections) => connections.close()));
}
