/** Everything that serves one client once it is greeted: the deployment, the tasks, and the answers. */

import { systemClock } from '../coder/clock.js';
import type { RequestId } from '../mcp/eras/greeting.js';
import { HostTransport } from '../mcp/eras/stdio.js';
import { createMcpServer } from '../mcp/server.js';
import { Policy } from '../tasks/policy.js';
import { Tasks } from '../tasks/tasks.js';
import { selectTools } from '../tools/index.js';
import { type DeploymentOptions, openDeployment } from './deployment.js';

export interface Session {
  /** Resolves with a word for the log when the client is gone. */
  readonly closed: Promise<string>;
  close(): Promise<void>;
}

export interface SessionOptions extends DeploymentOptions {
  readonly version: string;
  /** The id of the `initialize` that was answered already. */
  readonly greeted: RequestId | undefined;
}

/** Connects the host with the tools, resources and prompts of this configuration. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { config, sink, version, greeted } = options;
  const { log } = sink;
  const deployment = await openDeployment(options);
  const { coder } = deployment;
  const policy = new Policy(config);
  const tasks = new Tasks({ coder, policy, clock: systemClock, log, idleSeconds: config.idleSeconds });
  const server = createMcpServer({
    version,
    coder,
    tasks,
    policy,
    tools: selectTools(config),
    clock: systemClock,
    log,
    maxWaitSeconds: config.maxWaitSeconds,
    mirrorLog: sink.mirror,
  });
  await server.connect(new HostTransport(greeted));
  return {
    closed: server.closed,
    async close() {
      tasks.close();
      // Neither waits for the other: a pipe that nobody reads must not keep sockets and programs.
      await Promise.allSettled([server.close(), deployment.close()]);
    },
  };
}
