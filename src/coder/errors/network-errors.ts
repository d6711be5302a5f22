/** From a failed connection to a CoderError: which of the ways to fail it was, and whether the request got through. */

import { TimeUpError, TooLargeError, type WireError } from '../http/connections.js';
import { CoderError, type ErrorCode } from './errors.js';

const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const TLS = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|HOSTNAME_MISMATCH|EPROTO$)/;
const PROXY = /Proxy response \(\d+\)|Proxy Authentication Required/;

const SENTENCES: Partial<Record<ErrorCode, string>> = {
  network: 'no connection to Coder',
  tls: 'the certificate of Coder was refused',
  proxy: 'the proxy did not open a connection to Coder',
  connection_lost: 'the connection to Coder broke',
  timeout: 'no answer in time',
  answer_too_large: 'the answer of Coder is too large',
};

/** The CoderError of an exchange without an answer; `what` names the request, such as `GET /api/v2/tasks`. */
export function networkError(what: string, error: WireError): CoderError {
  const { cause } = error;
  const code = networkCode(cause, error.wasSent);
  const reason = errorCode(cause);
  return new CoderError(code, `${what}: ${SENTENCES[code] ?? code}${reason ? ` (${reason})` : ''}`, {
    reached: code === 'answer_too_large' ? 'yes' : error.wasSent ? 'unknown' : 'no',
    cause,
  });
}

function networkCode(cause: unknown, wasSent: boolean): ErrorCode {
  if (cause instanceof TooLargeError) return 'answer_too_large';
  if (cause instanceof TimeUpError) return 'timeout';
  const code = errorCode(cause) ?? '';
  if (TLS.test(code)) return 'tls';
  if (cause instanceof Error && (PROXY.test(cause.message) || code.startsWith('UND_ERR_PRX'))) return 'proxy';
  return NO_CONNECTION.has(code) || !wasSent ? 'network' : 'connection_lost';
}

function errorCode(cause: unknown): string | undefined {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
}
