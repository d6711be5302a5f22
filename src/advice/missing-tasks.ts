/** Why a deployment of some version has no Tasks API, and what to do about it. */

import { versionRow } from '../coder/server-features.js';
import { type Advice, anyoneMay } from './advice.js';

/** For a 404 on the task endpoints; `version` as `X-Coder-Build-Version` or buildinfo give it. */
export function adviceOnMissingTasks(version: string | undefined): Pick<Advice, 'why' | 'next' | 'mend'> {
  const named = version === undefined ? 'This deployment' : `This deployment (${version})`;
  switch (versionRow(version)?.features.tasks) {
    case 'no':
    case 'experimental':
      return {
        why: `${named} is too old: the Tasks API came with Coder 2.29.`,
        ...anyoneMay('ask a Coder administrator to upgrade to 2.29 or later, up to 2.37'),
      };
    case 'removed':
      return {
        why: `${named} is too new: Coder removed Tasks in 2.38 in favour of Coder Agents (the Chats API), which this server does not speak.`,
        ...anyoneMay('use Coder Agents in the dashboard, or a deployment of version 2.29 to 2.37'),
      };
    case 'switchable':
      return {
        why: `${named} very probably has Tasks switched off, as it is by default since 2.36.`,
        ...anyoneMay('ask a Coder administrator to start Coder with CODER_ENABLE_AI_TASKS=true'),
      };
    case 'yes':
    case undefined:
      return {
        why: `${named} does not answer on the Tasks API, although its version should.`,
        ...anyoneMay('ask a Coder administrator whether something in front of Coder blocks /api/v2/tasks'),
      };
  }
}
