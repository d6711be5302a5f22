/** Whether the deployment takes the session token, whose it is, and what rights show. */

import { adviceOn } from '../advice/error-advice.js';
import { ConfigError } from '../coder/errors/errors.js';
import { failureOf, known } from '../coder/reading.js';
import { featuresOf } from '../coder/server-features.js';
import { ZERO_ID } from '../coder/wire/schemas.js';
import { quotedLine, visibleLine } from '../text/untrusted.js';
import { type Check, fail, ok, warn } from './check.js';
import type { Observations } from './observe.js';

const WIDE_TOKEN = 'create a token without scopes (`coder tokens create`)';
// What every call of this program was seen to work with (coder-api §9.2).
const SCOPES = 'task:*, workspace:*, template:read, template:use and user:read';

export const checkToken: Check = (observations) => {
  const { origin, me } = observations;
  if (origin instanceof ConfigError) {
    return origin.setting === 'CODER_SESSION_TOKEN' ? fail(origin.message, origin.mend) : undefined;
  }
  const from = `from ${origin.tokenFrom}`;
  const user = known(me);
  if (user) {
    const whose = `of ${visibleLine(user.username)}, ${from}`;
    const missing = missingScopes(observations);
    if (missing.length === 0) return ok(whose);
    return warn(`${whose}; it is restricted and seems to lack ${missing.join(', ')}`, widen(observations));
  }
  const error = failureOf(me);
  if (!error) return undefined;
  // Coder says in its detail whether the token is expired, unknown or wrong, and names the time.
  const detail = error.serverDetail ?? error.serverMessage;
  const words = detail === undefined ? '' : `: ${quotedLine(detail)}`;
  switch (error.code) {
    case 'unauthorized':
      return fail(
        `the token ${from} is refused${words}`,
        `run \`coder login ${origin.url}\`, or create a token at ${origin.url}/settings/tokens and set CODER_SESSION_TOKEN to it`,
      );
    case 'user_suspended':
      return fail(`the account of the token ${from} is not active${words}`, adviceOn(error).mend);
    case 'not_found':
    case 'user_not_found':
      return restricted(observations, from);
    default:
      return warn(`whose token it is could not be read (${error.code})`, 'run this again in a minute');
  }
};

/** A token without user:read is taken, but cannot name its user (coder-api §9.2). */
function restricted(observations: Observations, from: string) {
  const missing = ['user:read', ...missingScopes(observations)].join(', ');
  const seen = `the token ${from} is restricted and seems to lack ${missing}`;
  const { scopedTokens, rateLimitPerUser } = featuresOf(known(observations.buildInfo)?.version);
  // Up to 2.31 no call about a single task works without it.
  return scopedTokens && rateLimitPerUser
    ? warn(seen, widen(observations))
    : fail(`${seen}; every call about one task will answer "not found"`, widen(observations));
}

/** What answers leave out for lack of a scope: all a client sees of them. */
function missingScopes({ tasks, templates }: Observations): string[] {
  const missing = new Set<string>();
  const list = known(tasks)?.tasks ?? [];
  if (list.some(({ template_id }) => template_id === ZERO_ID)) missing.add('template:read or workspace:read');
  if (failureOf(tasks)?.code === 'forbidden') missing.add('task:read');
  if (failureOf(templates)?.code === 'forbidden') missing.add('template:read');
  return [...missing];
}

function widen({ buildInfo }: Observations): string {
  return featuresOf(known(buildInfo)?.version).scopedTokens ? `${WIDE_TOKEN}, or one with ${SCOPES}` : WIDE_TOKEN;
}
