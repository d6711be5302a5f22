/** Everything that serves one client once the handshake is done: the deployment, the tasks, and the answers. */

import type { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { systemClock } from '../coder/clock.js';
import { answerWith } from '../mcp/server.js';
import { Policy } from '../tasks/policy.js';
import { Tasks } from '../tasks/tasks.js';
import { selectTools } from '../tools/index.js';
import { type DeploymentOptions, openDeployment } from './deployment.js';

export interface Session {
  /** Resolves with a word for the log when the client is gone. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

/** Makes a connected server answer with the tools, resources and prompts of this configuration. */
export async function openSession(options: DeploymentOptions & { readonly server: Server }): Promise<Session> {
  const { server, config, sink } = options;
  const { log } = sink;
  const deployment = await openDeployment(options);
  const { coder } = deployment;
  const policy = new Policy(config);
  const tasks = new Tasks({ coder, policy, clock: systemClock, log, idleSeconds: config.idleSeconds });
  const { closed, close } = answerWith(server, {
    coder,
    tasks,
    policy,
    tools: selectTools(config),
    clock: systemClock,
    log,
    maxWaitSeconds: config.maxWaitSeconds,
    mirrorLog: sink.mirror,
  });
  return {
    closed,
    async close() {
      await close();
      tasks.close();
      await deployment.close();
    },
  };
}
