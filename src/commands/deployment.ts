/** The deployment that a command works with: the configured one, or the embedded one for a demonstration. */

import { homedir } from 'node:os';
import { parse } from 'node:path';
import { CoderClient } from '../coder/client.js';
import { systemClock } from '../coder/clock.js';
import { type CredentialSource, credentialsFrom } from '../coder/login/credentials.js';
import { localMachine } from '../coder/login/machine.js';
import { transportFrom } from '../coder/login/transport.js';
import type { Config } from '../config.js';
import type { LogSink } from '../log.js';

export interface DeploymentOptions {
  readonly config: Config;
  readonly sink: LogSink;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface Deployment {
  readonly coder: CoderClient;
  close(): Promise<void>;
}

/** Nothing is read and no connection is opened here: the first call does that, and says what is missing. */
export async function openDeployment({ config, sink, env }: DeploymentOptions): Promise<Deployment> {
  const machine = localMachine({ env, platform: process.platform, homeDirectory: homeDirectory() });
  const embedded = config.demo ? await startEmbedded() : undefined;
  const coder = new CoderClient({
    credentials: embedded?.credentials ?? credentialsFrom(machine, config),
    clock: systemClock,
    log: sink.log,
    // The embedded deployment is in this process: no proxy and no header of the real one has to do with it.
    ...(!embedded && { transport: transportFrom(machine, config) }),
    secrets: sink.secrets,
  });
  return {
    coder,
    async close() {
      machine.close();
      await coder.close();
      await embedded?.close();
    },
  };
}

/** The person's home; for a user id that the system does not know, as in containers, the one that shells take. */
function homeDirectory(): string {
  try {
    return homedir();
  } catch {
    return parse(process.execPath).root;
  }
}

async function startEmbedded() {
  const { startEmbeddedCoder } = await import('../embedded-coder/index.js');
  const { url, tokens, close } = await startEmbeddedCoder({ templates: [], demo: true });
  const origin = 'the embedded deployment';
  const found = { url, token: tokens.alice ?? '', origin: { url: origin, token: origin }, notes: [] };
  const credentials: CredentialSource = { current: async () => found, refresh: async () => found };
  return { credentials, close };
}
