/** `coder-tasks-mcp`: serve one client over stdin and stdout until it is gone. */

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Config } from '../config.js';
import type { LogSink } from '../log.js';
import { Gate, newServer } from '../mcp/handshake.js';
import { untilAbandoned } from './abandoned.js';

export interface ServeOptions {
  readonly config: Config;
  readonly openLog: () => Promise<LogSink>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/**
 * Serves until the client, the pipe or the parent process is gone; resolves with the exit code. The handshake is
 * answered first, and the rest is loaded while the host reads it.
 */
export async function serve({ config, openLog, env, version }: ServeOptions): Promise<number> {
  const unknown = config.tools || config.excludeTools ? await unknownNames(config) : [];
  if (unknown.length > 0) {
    process.stderr.write(`coder-tasks-mcp: no such tool: ${unknown.join(', ')}\n`);
    return 2;
  }
  const abandoned = untilAbandoned();
  const gate = new Gate(new StdioServerTransport());
  const server = newServer(version);
  await server.connect(gate);
  await Promise.race([gate.greeted, abandoned.reason]);
  const [{ openSession }, sink] = await Promise.all([import('./session.js'), openLog()]);
  const session = await openSession({ server, config, sink, env });
  gate.open();
  // Whoever has asked and closed the pipe meanwhile still gets what can be answered at once.
  await new Promise((resolve) => setImmediate(resolve));
  sink.log.debug({ version }, 'serving');
  const reason = await Promise.race([abandoned.reason, session.closed]);
  sink.log.debug({ reason }, 'stopping');
  abandoned.stop();
  await session.close();
  return 0;
}

async function unknownNames(config: Config): Promise<readonly string[]> {
  const { unknownTools } = await import('../tools/index.js');
  return unknownTools(config);
}
