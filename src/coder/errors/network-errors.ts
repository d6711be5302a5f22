/** From a failed connection to a CoderError: which of the ways to fail it was, where, and whether the request got through. */

import { TimeUpError } from '../deadline.js';
import { NoFreeSocketError, TooLargeError, type WireError } from '../http/connections.js';
import { CoderError, type ErrorCode, reasonOf } from './errors.js';

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What Node and OpenSSL call the faults of TLS, by their cause. The first that fits counts. */
const TLS_FAULTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^(?:CERT_HAS_EXPIRED|CERT_NOT_YET_VALID)$/, 'certificate_expired'],
  [/^(?:ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, 'certificate_name'],
  // OpenSSL says the same of an authority that it does not know and of an intermediate certificate that was not sent.
  [/^UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)$/, 'certificate_chain'],
  [/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_HANDSHAKE_FAILURE/, 'client_certificate'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNKNOWN_PROTOCOL|RECORD_LAYER|^EPROTO$/, 'not_tls'],
  [/^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|INVALID_CA|PATH_LENGTH)/, 'tls'],
];

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  network: 'no connection could be opened to',
  stopped_answering: 'no connection to',
  not_sent: 'every connection for calls of this kind is in use to',
  tls: 'the certificate is not trusted of',
  certificate_expired: 'the certificate is not valid today, by the clock of this machine, of',
  certificate_name: 'the certificate names another host than',
  certificate_chain: 'the certificate could not be followed to an authority of',
  client_certificate: 'a client certificate is missing or was refused by',
  not_tls: 'no TLS is spoken at',
  tls_required: 'only TLS is spoken at',
  proxy: 'the proxy opened no connection to',
  proxy_login: 'the proxy wants a login for the way to',
  connection_lost: 'the connection broke to',
  timeout: 'no answer in time from',
  answer_too_large: 'the answer is too large from',
};

export interface Exchange {
  /** `GET /api/v2/tasks`. */
  readonly what: string;
  /** Whether the request changes something, so that it matters that nothing was sent. */
  readonly isWrite: boolean;
  /** The address of the deployment. */
  readonly url: string;
  /** The host of the proxy on the way. */
  readonly proxy: string | undefined;
  /** Whether CODER_CLIENT_TLS_CA_FILE is set. */
  readonly hasCaFile: boolean;
  /** How long ago this address gave its last answer, in ms; undefined where it never did. */
  readonly answeredMsAgo: number | undefined;
}

// behaviour §6: within this time after an answer, a refused connection is a restart or the network, not a wrong setting.
const RECENT_MS = 10 * 60_000;
const RESTART_RETRY_MS = 5_000;

/** The CoderError of an exchange without an answer. */
export function networkError(exchange: Exchange, error: WireError): CoderError {
  const { what, isWrite, url, proxy, hasCaFile, answeredMsAgo } = exchange;
  const { cause, wasSent } = error;
  const found = codeOf(cause, wasSent, url, proxy);
  // A read has no effect that could have happened: a connection that breaks is as one that was refused.
  const hasLeft = found === 'network' || (found === 'connection_lost' && !(isWrite && wasSent));
  const stoppedMsAgo = hasLeft && answeredMsAgo !== undefined && answeredMsAgo <= RECENT_MS ? answeredMsAgo : undefined;
  const code = stoppedMsAgo === undefined ? found : 'stopped_answering';
  const reason = reasonOf(cause);
  const via = proxy === undefined ? '' : ` through the proxy ${proxy}`;
  const since = stoppedMsAgo === undefined ? '' : `Coder stopped answering ${secondsOf(stoppedMsAgo)} ago: `;
  const nothing = isWrite && !wasSent ? '; nothing was sent' : '';
  const words = `${since}${SENTENCES[code] ?? code} ${url}${via}${reason === undefined ? '' : ` (${reason})`}${nothing}`;
  return new CoderError(code, `${what}: ${words}`, {
    reached: code === 'answer_too_large' ? 'yes' : wasSent ? 'unknown' : 'no',
    hasCaFile,
    ...(code === 'stopped_answering' && { retryAfterMs: RESTART_RETRY_MS }),
    cause,
  });
}

function secondsOf(ms: number): string {
  return `${Math.max(1, Math.round(ms / 1_000))} s`;
}

function codeOf(cause: unknown, wasSent: boolean, url: string, proxy: string | undefined): ErrorCode {
  if (cause instanceof TooLargeError) return 'answer_too_large';
  if (cause instanceof NoFreeSocketError) return 'not_sent';
  if (cause instanceof TimeUpError) return wasSent ? 'timeout' : proxy === undefined ? 'network' : 'proxy';
  const reason = reasonOf(cause) ?? '';
  const message = cause instanceof Error ? cause.message : '';
  if (/\(407\)|Proxy Authentication Required/.test(message)) return 'proxy_login';
  if (/Proxy response \(\d+\)/.test(message) || reason.startsWith('UND_ERR_PRX')) return 'proxy';
  const tls = TLS_FAULTS.find(([pattern]) => pattern.test(reason));
  if (tls) return tls[1];
  // What a TLS server says to plain HTTP is no HTTP.
  if (reason.startsWith('HPE_') && url.startsWith('http:')) return 'tls_required';
  if (!NO_CONNECTION.has(reason) && wasSent) return 'connection_lost';
  return proxy === undefined ? 'network' : 'proxy';
}
