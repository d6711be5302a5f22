/** What the checks look at: one round of reads, in parallel once the deployment has answered at all. */

import type { CoderClient, Origin, RateLimit } from '../coder/client.js';
import { ConfigError } from '../coder/errors/errors.js';
import { type Reading, reading } from '../coder/reading.js';
import type { BuildInfo, Organization, TaskList, Template, User } from '../coder/wire/schemas.js';

export interface Observations {
  /** How we come to the deployment, or which setting is in the way. */
  readonly origin: Origin | ConfigError;
  readonly buildInfo: Reading<BuildInfo>;
  /** How long the first answer took, in ms; connecting included. */
  readonly firstAnswerMs: number;
  /** How long a short read takes on average, in ms; undefined before the first. */
  readonly answerMs?: number | undefined;
  readonly me: Reading<User>;
  readonly organizations: Reading<readonly Organization[]>;
  /** Mine. */
  readonly tasks: Reading<TaskList>;
  readonly templates: Reading<readonly Template[]>;
  /** How far the deployment's clock is ahead of ours, in ms. */
  readonly clockOffsetMs: number;
  readonly rateLimit: RateLimit | undefined;
  /** The deployment's time in ms. */
  readonly now: number;
}

/** Reads all that the checks need. Rejects only with the signal's reason: what fails is an observation. */
export async function observe(coder: CoderClient, signal: AbortSignal): Promise<Observations> {
  const origin = await originOf(coder);
  if (origin instanceof ConfigError) return { origin, ...nothing, ...pulse(coder) };
  const begun = localNow(coder);
  const buildInfo = await reading(coder.getBuildInfo({ signal }), signal);
  const firstAnswerMs = localNow(coder) - begun;
  // Whatever stands in the way of this read stands in the way of all, and each would be tried three times.
  if ('error' in buildInfo) return { origin, ...nothing, buildInfo, firstAnswerMs, ...pulse(coder) };
  const [me, organizations, tasks, templates] = await Promise.all([
    reading(coder.getMe({ signal }), signal),
    reading(coder.listMyOrganizations({ signal }), signal),
    reading(coder.listTasks({ owner: 'me' }, { signal }), signal),
    reading(coder.listTaskTemplates({}, { signal }), signal),
  ]);
  return { origin, buildInfo, firstAnswerMs, me, organizations, tasks, templates, ...pulse(coder) };
}

/** By this machine's clock: the first answer sets the deployment's. */
function localNow(coder: CoderClient): number {
  return coder.now() - coder.clockOffsetMs;
}

const nothing = {
  buildInfo: undefined,
  firstAnswerMs: 0,
  me: undefined,
  organizations: undefined,
  tasks: undefined,
  templates: undefined,
} as const;

function pulse(coder: CoderClient): Pick<Observations, 'answerMs' | 'clockOffsetMs' | 'rateLimit' | 'now'> {
  const { answerMs, clockOffsetMs, rateLimit } = coder;
  return { answerMs, clockOffsetMs, rateLimit, now: coder.now() };
}

async function originOf(coder: CoderClient): Promise<Origin | ConfigError> {
  try {
    return await coder.origin();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
}
