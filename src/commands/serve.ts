/** `coder-tasks-mcp`: serve one client over stdin and stdout until it is gone. */

import type { Config } from '../config.js';
import type { LogSink } from '../log.js';
import { greet } from '../mcp/eras/greeting.js';
import { untilAbandoned } from './abandoned.js';
import type { Defects } from './defects.js';
import { cleanedUp } from './exit.js';

export interface ServeOptions {
  readonly config: Config;
  readonly openLog: () => Promise<LogSink>;
  readonly defects: Defects;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/**
 * Serves until the client, the pipe or the parent process is gone; resolves with the exit code. The host is greeted
 * first, and the rest is loaded while it reads the answer. Whatever fails before the session stands rejects.
 */
export async function serve({ config, openLog, defects, env, version }: ServeOptions): Promise<number> {
  const unknown = config.tools || config.excludeTools ? await unknownNames(config) : [];
  if (unknown.length > 0) {
    process.stderr.write(unknown.map((words) => `coder-tasks-mcp: no such tool: ${words}\n`).join(''));
    return 2;
  }
  const { reason, signal } = untilAbandoned();
  const greeted = await Promise.race([greet(process.stdin, process.stdout, version), reason.then(() => undefined)]);
  if (signal.aborted) return 0;
  const [{ openSession }, sink] = await Promise.all([import('./session.js'), openLog()]);
  const session = await openSession({ config, sink, env, version, greeted });
  defects.survive(sink.log);
  // Whoever has asked and closed the pipe meanwhile still gets what can be answered at once.
  await new Promise((resolve) => setImmediate(resolve));
  sink.log.debug({ version }, 'serving');
  const why = await Promise.race([reason, session.closed]);
  sink.log.debug({ reason: why }, 'stopping');
  defects.ignore();
  await cleanedUp(() => session.close());
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
