/** Whether the configured address leads to a Coder deployment, and what is in the way if not. */

import { adviceOn } from '../advice/error-advice.js';
import { type CoderError, ConfigError, withoutRequest } from '../coder/errors/errors.js';
import { failureOf } from '../coder/reading.js';
import { visibleLine } from '../text/untrusted.js';
import { type Check, type Finding, fail, ok, warn } from './check.js';

// The token checks answer for what is wrong with the token alone.
const TOKEN_SETTING = 'CODER_SESSION_TOKEN';

// From here on this program spreads its reads (behaviour §7).
const SLOW_MS = 1_000;

export const checkAddress: Check = ({ origin, buildInfo, firstAnswerMs, answerMs }) => {
  if (origin instanceof ConfigError) {
    return origin.setting === TOKEN_SETTING ? undefined : fail(origin.message, origin.mend);
  }
  const { url, addressFrom, proxy, notes } = origin;
  const way = `${url} (from ${addressFrom}${proxy ? `, through the proxy ${proxy}` : ''})`;
  const error = failureOf(buildInfo);
  if (error) return failure(way, error);
  const seen = `${way} answers in ${Math.round(firstAnswerMs)} ms`;
  const [note] = notes;
  if (note) return warn(`${seen}; ${note}`, `set CODER_URL to ${url}`);
  const { protocol, hostname } = new URL(url);
  if (protocol === 'http:' && !isLoopback(hostname)) {
    return warn(`${seen}; the token travels unencrypted`, 'use the https address of the deployment, if it has one');
  }
  if (answerMs !== undefined && answerMs > SLOW_MS) {
    return warn(
      `${seen}; short reads take ${(answerMs / 1_000).toFixed(1)} s each`,
      'nothing here: reads are spread and given more time; a Coder administrator may look at the load of the deployment',
    );
  }
  return ok(answerMs === undefined ? seen : `${seen}, short reads in ${Math.round(answerMs)} ms`);
};

/** In the words in which tools tell the same fault. */
function failure(way: string, error: CoderError): Omit<Finding, 'check'> {
  const { why, mend } = adviceOn(error);
  const target = error.location === undefined ? '' : `, which points to ${visibleLine(error.location)}`;
  const said = visibleLine(withoutRequest(error.message));
  const seen = error.status === undefined ? said : `${error.code.replaceAll('_', ' ')} (status ${error.status})`;
  return fail(`${way}: ${seen}${target}. ${why.replace(/\.$/, '')}`, mend);
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}
