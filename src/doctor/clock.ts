/** Whether this machine and the deployment agree on the time. */

import { known } from '../coder/reading.js';
import { ageText } from '../text/age.js';
import { type Check, ok, warn } from './check.js';

// Date headers have whole seconds and answers take time; less than this is no finding.
const SKEW_MS = 5_000;
const BAD_SKEW_MS = 60_000;

export const checkClock: Check = ({ clockOffsetMs, buildInfo }) => {
  if (!known(buildInfo)) return undefined;
  const skew = Math.abs(clockOffsetMs);
  if (skew < SKEW_MS) return ok('this machine and Coder agree on the time');
  const seen = `this machine is ${ageText(skew)} ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} Coder`;
  if (skew < BAD_SKEW_MS) return ok(`${seen}; ages are counted by Coder's clock`);
  return warn(
    `${seen}; ages are counted by Coder's clock`,
    "set this machine's clock (NTP); tokens and certificates depend on it",
  );
};
