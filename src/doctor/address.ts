/** Whether the configured address leads to a Coder deployment, and what is in the way if not. */

import { adviceOn } from '../advice/error-advice.js';
import { type CoderError, ConfigError } from '../coder/errors/errors.js';
import { failureOf } from '../coder/reading.js';
import { visibleLine } from '../text/untrusted.js';
import { type Check, type Finding, fail, ok, warn } from './check.js';

// The token checks answer for what is wrong with the token alone.
const TOKEN_SETTING = 'CODER_SESSION_TOKEN';

export const checkAddress: Check = ({ origin, buildInfo, firstAnswerMs }) => {
  if (origin instanceof ConfigError) {
    return origin.setting === TOKEN_SETTING ? undefined : fail(origin.message, origin.mend);
  }
  const { url, addressFrom, proxy, notes } = origin;
  const way = `${url} (from ${addressFrom}${proxy ? `, through the proxy ${proxy}` : ''})`;
  const error = failureOf(buildInfo);
  if (error) return failure(way, url, error);
  const seen = `${way} answers in ${Math.round(firstAnswerMs)} ms`;
  const [note] = notes;
  if (note) return warn(`${seen}; ${note}`, `set CODER_URL to ${url}`);
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    return warn(`${seen}; the token travels unencrypted`, 'use the https address of the deployment, if it has one');
  }
  return ok(seen);
};

function failure(way: string, url: string, error: CoderError): Omit<Finding, 'check'> {
  const reason = reasonOf(error);
  const shown = reason === undefined ? '' : ` (${reason})`;
  const { protocol, host, hostname, port } = new URL(url);
  switch (error.code) {
    case 'network':
      return fail(`${way} cannot be reached${shown}`, networkMend(reason, hostname, port));
    case 'tls':
      return protocol === 'https:' && isPlain(reason)
        ? fail(`${way} does not speak TLS${shown}`, `if it is right, set CODER_URL to http://${host}`)
        : fail(
            `the certificate of ${way} is not trusted here${shown}`,
            'set CODER_CLIENT_TLS_CA_FILE or NODE_EXTRA_CA_CERTS to a PEM file with the authority that signed it, or call the deployment by the name in the certificate',
          );
    case 'proxy':
      return fail(
        `the HTTP proxy on the way to ${way} does not open a connection${shown}`,
        'correct HTTPS_PROXY or HTTP_PROXY, or list the host in NO_PROXY',
      );
    case 'redirected': {
      const target = error.location === undefined ? undefined : visibleLine(error.location);
      return fail(`${way} redirects to ${target ?? 'somewhere else'}`, redirectMend(target));
    }
    case 'not_coder':
      return fail(
        `${way} answers, but not as Coder does${statusOf(error)}`,
        'set CODER_URL to the address of the dashboard, without a path; a login page of a proxy in front may also answer so (CODER_HEADER can carry its header)',
      );
    case 'gateway':
      return fail(
        `something in front of ${way} answers in its place${statusOf(error)}`,
        'try again in a minute; if it goes on, ask a Coder administrator',
      );
    case 'timeout':
      return fail(`${way} does not answer in time`, 'check the address, the network and the proxy settings');
    case 'connection_lost':
      return fail(
        `${way} closes the connection without an answer${shown}`,
        port === '' ? 'check whether it is https or http' : `check whether port ${port} is that of the dashboard`,
      );
    default:
      return fail(`${way} gives an answer that is not that of Coder: ${error.code}`, adviceOn(error).mend);
  }
}

function networkMend(reason: string | undefined, hostname: string, port: string): string {
  switch (reason) {
    case 'ECONNREFUSED':
      return `nothing listens there: check the port in CODER_URL${port === '' ? '' : ` (${port})`}, and whether Coder is running`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the name ${hostname} is not known here: check its spelling, the network and the VPN`;
    default:
      return 'check CODER_URL, the network, the VPN and the firewall';
  }
}

function redirectMend(target: string | undefined): string {
  return target !== undefined && URL.canParse(target)
    ? `set CODER_URL to ${new URL(target).origin}`
    : 'set CODER_URL to the address that the browser shows for the dashboard';
}

/** The answer of a server that speaks no TLS. */
function isPlain(reason: string | undefined): boolean {
  return (
    reason === 'EPROTO' || (reason?.includes('WRONG_VERSION_NUMBER') ?? false) || (reason?.includes('PACKET') ?? false)
  );
}

function statusOf({ status }: CoderError): string {
  return status === undefined ? '' : ` (status ${status})`;
}

/** The code of the system or the TLS library at the bottom of an error. */
function reasonOf(error: Error): string | undefined {
  let reason: string | undefined;
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') reason = cause.code;
  }
  return reason === undefined ? undefined : visibleLine(reason);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
