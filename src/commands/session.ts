/** Everything that is loaded at the first request that needs it: the deployment, the tasks, and servers for the router. */

import { systemClock } from '../coder/clock.js';
import type { InnerServer, ServerUse } from '../mcp/eras/inner.js';
import { createMcpServer } from '../mcp/server.js';
import { Policy } from '../tasks/policy.js';
import { Tasks } from '../tasks/tasks.js';
import { allTools } from '../tools/index.js';
import { selectTools } from '../tools/selection.js';
import { type DeploymentOptions, openDeployment } from './deployment.js';

export interface Session {
  /** A server with the tools, resources and prompts of this configuration; all of them share what they know of tasks. */
  createServer(use: ServerUse): InnerServer;
  close(): Promise<void>;
}

export interface SessionOptions extends DeploymentOptions {
  readonly version: string;
}

/** Makes what all servers of this process share. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, sink, version } = options;
  const { log } = sink;
  const deployment = await openDeployment(options);
  const { coder } = deployment;
  const policy = new Policy(config);
  const tasks = new Tasks({ coder, policy, clock: systemClock, log, idleSeconds: config.idleSeconds });
  const shared = {
    version,
    coder,
    tasks,
    policy,
    tools: selectTools(config, allTools),
    clock: systemClock,
    log,
    maxWaitSeconds: config.maxWaitSeconds,
  };
  return {
    createServer: (use) =>
      createMcpServer({
        ...shared,
        mirrorLog: use === 'legacy' ? sink.mirror : undefined,
        followsList: use === 'listen',
      }),
    async close() {
      tasks.close();
      await deployment.close();
    },
  };
}
