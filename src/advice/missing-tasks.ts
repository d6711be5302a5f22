/** Why a deployment has no Tasks API, what is there instead, and what to do about it (coder-api §1). */

import type { CoderAgents } from '../coder/errors/errors.js';
import { type TasksSupport, versionRow } from '../coder/server-features.js';
import { type Advice, anyoneMay } from './advice.js';

export interface MissingTasks {
  /** As `X-Coder-Build-Version` or buildinfo give it. */
  readonly version: string | undefined;
  /** What the routes of Coder Agents answered. */
  readonly agents: CoderAgents | undefined;
}

/** Why tasks are not there: by the version; where that says nothing, by what else answers. */
export type Absence = 'too_old' | 'switched_off' | 'removed' | 'unknown';

const byVersion = {
  no: 'too_old',
  experimental: 'too_old',
  switchable: 'switched_off',
  removed: 'removed',
  // Its number says that it has tasks, and it has none: what answers counts.
  yes: 'unknown',
} as const satisfies Record<TasksSupport, Absence>;

/** Which of the reasons it is. */
export function absenceOf({ version, agents }: MissingTasks): Absence {
  const row = versionRow(version);
  if (row) return byVersion[row.features.tasks];
  // A build without a number: Coder Agents came after Tasks, so tasks were there and are switched off or removed.
  return agents === 'there' || agents === 'experiment' ? 'switched_off' : 'unknown';
}

/** For a 404 on the task endpoints. */
export function adviceOnMissingTasks(missing: MissingTasks): Pick<Advice, 'why' | 'next' | 'mend'> {
  const { version, agents } = missing;
  const named = version === undefined ? 'This deployment' : `This deployment (${version})`;
  const instead = insteadWords(agents);
  const alternative = agents === 'there' ? ', or use Coder Agents in the dashboard' : '';
  switch (absenceOf(missing)) {
    case 'too_old':
      return {
        why: `${named} is too old: the Tasks API came with Coder 2.29.`,
        ...anyoneMay('ask a Coder administrator to upgrade to 2.29 or later, up to 2.37'),
      };
    case 'removed':
      return {
        why: `${named} has no Tasks any more: Coder removed them in 2.38. ${instead}`,
        ...anyoneMay(`use a deployment of version 2.29 to 2.37${alternative}`),
      };
    case 'switched_off':
      return {
        why: `${named} very probably has Tasks switched off, as they are by default since 2.36. ${instead}`,
        ...anyoneMay(`ask a Coder administrator to start Coder with CODER_ENABLE_AI_TASKS=true${alternative}`),
      };
    case 'unknown':
      return {
        why: `${named} does not answer on the Tasks API${version === undefined ? '' : ', although its version should'}. ${instead}`,
        ...anyoneMay('ask a Coder administrator whether something in front of Coder blocks /api/v2/tasks'),
      };
  }
}

function insteadWords(agents: CoderAgents | undefined): string {
  switch (agents) {
    case 'there':
      return 'It has Coder Agents instead (the Chats API); this server speaks Tasks only.';
    case 'experiment':
      return "Coder Agents, which take their place, are behind the experiment 'agents' there; this server speaks Tasks only.";
    case 'absent':
      return 'It has no Coder Agents (the Chats API) either.';
    case 'unknown':
    case undefined:
      return 'Whether it has Coder Agents instead could not be told; this server speaks Tasks only.';
  }
}
