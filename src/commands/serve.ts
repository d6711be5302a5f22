/** `coder-tasks-mcp`: serve one client over stdin and stdout until it is gone. */

import type { Config } from '../config.js';
import type { LogSink } from '../log.js';
import { greet } from '../mcp/eras/greeting.js';
import { untilAbandoned } from './abandoned.js';

export interface ServeOptions {
  readonly config: Config;
  readonly openLog: () => Promise<LogSink>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/**
 * Serves until the client, the pipe or the parent process is gone; resolves with the exit code. The host is greeted
 * first, and the rest is loaded while it reads the answer.
 */
export async function serve({ config, openLog, env, version }: ServeOptions): Promise<number> {
  const unknown = config.tools || config.excludeTools ? await unknownNames(config) : [];
  if (unknown.length > 0) {
    process.stderr.write(unknown.map((words) => `coder-tasks-mcp: no such tool: ${words}\n`).join(''));
    return 2;
  }
  const abandoned = untilAbandoned();
  const gone = abandoned.reason.then(() => undefined);
  const greeted = await Promise.race([greet(process.stdin, process.stdout, version), gone]);
  const [{ openSession }, sink] = await Promise.all([import('./session.js'), openLog()]);
  // A defect in one request ends that request, not the conversations of all others.
  process.on('uncaughtException', (error) => sink.log.error({ err: error }, 'unexpected failure'));
  const session = await openSession({ config, sink, env, version, greeted });
  // Whoever has asked and closed the pipe meanwhile still gets what can be answered at once.
  await new Promise((resolve) => setImmediate(resolve));
  sink.log.debug({ version }, 'serving');
  const reason = await Promise.race([abandoned.reason, session.closed]);
  sink.log.debug({ reason }, 'stopping');
  abandoned.stop();
  await session.close();
  return 0;
}

/** Names that no tool has, each with those that it may have meant. */
async function unknownNames(config: Config): Promise<readonly string[]> {
  const [{ allTools, unknownTools }, { nearest }] = await Promise.all([
    import('../tools/index.js'),
    import('../text/names.js'),
  ]);
  const names = allTools.map(({ name }) => name);
  return unknownTools(config).map((name) => `${name}; nearest: ${nearest(name, names).join(', ')}`);
}
