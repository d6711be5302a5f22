/** `coder-tasks-mcp`: serve one client over stdin and stdout until it is gone. */

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { systemClock } from '../coder/clock.js';
import { createMcpServer } from '../mcp/server.js';
import { Policy } from '../tasks/policy.js';
import { Tasks } from '../tasks/tasks.js';
import { selectTools, unknownTools } from '../tools/index.js';
import { untilAbandoned } from './abandoned.js';
import { type DeploymentOptions, openDeployment } from './deployment.js';

export interface ServeOptions extends DeploymentOptions {
  readonly version: string;
}

/** Serves until the client, the pipe or the parent process is gone; resolves with the exit code. */
export async function serve({ config, sink, env, version }: ServeOptions): Promise<number> {
  const { log } = sink;
  const unknown = unknownTools(config);
  if (unknown.length > 0) {
    process.stderr.write(`coder-tasks-mcp: no such tool: ${unknown.join(', ')}\n`);
    return 2;
  }
  const abandoned = untilAbandoned();
  const deployment = await openDeployment({ config, sink, env });
  const { coder } = deployment;
  const policy = new Policy(config);
  const tasks = new Tasks({ coder, policy, clock: systemClock, log, idleSeconds: config.idleSeconds });
  const server = createMcpServer({
    coder,
    tasks,
    policy,
    tools: selectTools(config),
    clock: systemClock,
    log,
    version,
    maxWaitSeconds: config.maxWaitSeconds,
    mirrorLog: sink.mirror,
  });
  await server.connect(new StdioServerTransport());
  log.debug({ version }, 'serving');
  const reason = await Promise.race([abandoned.reason, server.closed]);
  log.debug({ reason }, 'stopping');
  abandoned.stop();
  await server.close();
  tasks.close();
  await deployment.close();
  return 0;
}
