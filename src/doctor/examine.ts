/** The examination of a deployment: every check in its order, and what they come to. */

import { absenceOf } from '../advice/missing-tasks.js';
import type { CoderClient } from '../coder/client.js';
import { type CoderAgents, ConfigError } from '../coder/errors/errors.js';
import { failureOf, known } from '../coder/reading.js';
import { visibleLine } from '../text/untrusted.js';
import { checkAddress } from './address.js';
import { type Check, type CheckName, type CheckResult, checkNames, type Finding } from './check.js';
import { checkClock } from './clock.js';
import { type Observations, observe } from './observe.js';
import { checkOrganizations } from './organizations.js';
import { checkRateLimit } from './rate-limit.js';
import { checkTasks } from './tasks.js';
import { checkTemplates } from './templates.js';
import { checkToken } from './token.js';
import { checkVersion } from './version.js';

const checks = {
  address: checkAddress,
  token: checkToken,
  version: checkVersion,
  tasks: checkTasks,
  templates: checkTemplates,
  organizations: checkOrganizations,
  clock: checkClock,
  rate_limit: checkRateLimit,
} as const satisfies Record<CheckName, Check>;

export const tasksAnswers = ['available', 'too_old', 'switched_off', 'removed', 'unknown'] as const;

/** Whether there are tasks, and which of the reasons it is if not. */
type TasksAnswer = (typeof tasksAnswers)[number];

export interface Examination {
  /** The worst of the findings. */
  readonly result: CheckResult;
  readonly url?: string | undefined;
  readonly version?: string | undefined;
  /** Whose token it is. */
  readonly user?: string | undefined;
  readonly tasks: TasksAnswer;
  /** Whether Coder Agents are there instead, where tasks are not. */
  readonly agents?: CoderAgents | undefined;
  readonly findings: readonly Finding[];
}

/** Examines the deployment; what fails is a finding, not an error. Rejects only with the signal's reason. */
export async function examine(coder: CoderClient, signal: AbortSignal): Promise<Examination> {
  const observations = await observe(coder, signal);
  const findings = checkNames.flatMap((check) => {
    const finding = checks[check](observations);
    return finding ? [{ check, ...finding }] : [];
  });
  const { origin, buildInfo, me } = observations;
  const version = known(buildInfo)?.version;
  const user = known(me)?.username;
  const agents = failureOf(observations.tasks)?.agents;
  return {
    result: worst(findings),
    ...(!(origin instanceof ConfigError) && { url: origin.url }),
    ...(version && { version: visibleLine(version) }),
    ...(user && { user: visibleLine(user) }),
    tasks: tasksAnswer(observations),
    ...(agents && { agents }),
    findings,
  };
}

function worst(findings: readonly Finding[]): CheckResult {
  const has = (result: CheckResult) => findings.some((finding) => finding.result === result);
  if (has('fail')) return 'fail';
  return has('warn') ? 'warn' : 'ok';
}

function tasksAnswer({ tasks, buildInfo }: Observations): TasksAnswer {
  if (known(tasks)) return 'available';
  const error = failureOf(tasks);
  if (error?.code !== 'tasks_unavailable') return 'unknown';
  return absenceOf({ version: known(buildInfo)?.version, agents: error.agents });
}
