/** How many requests the deployment still takes in this minute. */

import { known } from '../coder/reading.js';
import { featuresOf } from '../coder/server-features.js';
import { ageText } from '../text/age.js';
import { type Check, ok, warn } from './check.js';

// Below this share a handful of parallel tools may meet the limit.
const LOW_SHARE = 0.1;

export const checkRateLimit: Check = ({ rateLimit, buildInfo, now }) => {
  const info = known(buildInfo);
  if (!info) return undefined;
  if (!rateLimit || rateLimit.limit <= 0) return ok('Coder names none');
  const { limit, remaining, resetAt } = rateLimit;
  const shared = featuresOf(info.version).rateLimitPerUser ? '' : ', shared by everybody behind your address';
  const seen = `${remaining} of ${limit} requests left on a path${shared}`;
  if (remaining > limit * LOW_SHARE) return ok(seen);
  const rest = resetAt > now ? `, which is in ${ageText(resetAt - now)}` : '';
  return warn(
    seen,
    `make fewer calls until the window ends${rest}; wait for tasks instead of reading them again and again`,
  );
};
