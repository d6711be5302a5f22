/** Deployments to examine, and what an examination of them found. */

import { CoderClient, type CoderClientOptions } from '../../src/coder/client.js';
import { credentialsFrom } from '../../src/coder/login/credentials.js';
import type { Finding } from '../../src/doctor/check.js';
import { type Examination, examine } from '../../src/doctor/examine.js';
import { type EmbeddedCoder, type Profile, startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { createLog } from '../../src/log.js';
import { TOKEN } from '../coder/http/loopback.js';
import { ManualClock } from './manual-clock.js';

export async function examined(
  url: string,
  token = TOKEN,
  options: Partial<CoderClientOptions> & { readonly clock?: ManualClock } = {},
  deployment?: EmbeddedCoder,
): Promise<Examination> {
  const clock = options.clock ?? new ManualClock();
  const machine = {
    env: {},
    platform: 'linux',
    homeDirectory: '/nowhere',
    readFile: async () => undefined,
    exec: async () => '',
    authorities: () => undefined,
  };
  const coder = new CoderClient({
    credentials: credentialsFrom(machine, { url, token }),
    clock,
    log: createLog('silent').log,
    random: () => 0.5,
    ...options,
  });
  // No time passes while a request is on its way to a deployment that will answer it.
  if (deployment) clock.addIdleCheck(() => coder.inFlight <= deployment.inFlight);
  try {
    return await clock.runUntil(examine(coder, new AbortController().signal));
  } finally {
    await coder.close();
  }
}

export function found({ findings }: Examination, check: Finding['check']): Finding {
  const finding = findings.find((candidate) => candidate.check === check);
  if (!finding) throw new Error(`no finding about ${check}: ${JSON.stringify(findings)}`);
  return finding;
}

export interface Deployed extends AsyncDisposable {
  readonly deployment: EmbeddedCoder;
  readonly clock: ManualClock;
  examine(token?: string): Promise<Examination>;
}

export async function deploy(profile: Profile = '2.35'): Promise<Deployed> {
  const clock = new ManualClock();
  const deployment = await startEmbeddedCoder({ profile, clock });
  return {
    deployment,
    clock,
    examine: (token = deployment.tokens.alice ?? '') => examined(deployment.url, token, { clock }, deployment),
    [Symbol.asyncDispose]: () => deployment.close(),
  };
}
