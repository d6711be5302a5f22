/** `coder-tasks-mcp`: serve one client over stdin and stdout until it is gone. */

import type { Config } from '../config.js';
import type { LogSink } from '../log.js';
import { Answers } from '../mcp/eras/answers.js';
import type { OpenServer } from '../mcp/eras/inner.js';
import { Router } from '../mcp/eras/router.js';
import { selectListings } from '../mcp/eras/selected.js';
import { allListings } from '../mcp/listings.js';
import type { Secrets } from '../secrets.js';
import { nearest } from '../text/names.js';
import { toolNames } from '../tool-names.js';
import { unknownTools } from '../tools/selection.js';
import { untilAbandoned } from './abandoned.js';
import type { Defects } from './defects.js';
import { cleanedUp } from './exit.js';
import { Lazy } from './lazy.js';

export interface ServeOptions {
  readonly config: Config;
  readonly openLog: () => Promise<LogSink>;
  /** What no message to the host may say. */
  readonly secrets: Secrets;
  readonly defects: Defects;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
}

/**
 * Serves until the client, the pipe or the parent process is gone; resolves with the exit code. What follows from the
 * build and the flags is answered at once; the log and the rest of the program are loaded when something needs them.
 * Rejects when they cannot be loaded.
 */
export async function serve({ config, openLog, secrets, defects, env, version }: ServeOptions): Promise<number> {
  const unknown = unknownNames(config);
  if (unknown.length > 0) {
    process.stderr.write(unknown.map((words) => `coder-tasks-mcp: no such tool: ${words}\n`).join(''));
    return 2;
  }
  const { reason, signal } = untilAbandoned();
  const log = new Lazy(openLog);
  let isOpen = false;
  const session = new Lazy(async () => {
    const [{ openSession }, sink] = await Promise.all([import('./session.js'), log.get()]);
    const opened = await openSession({ config, sink, env, version });
    defects.survive(sink.log);
    isOpen = true;
    sink.log.debug({ version }, 'serving');
    return opened;
  });
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  const open: OpenServer = async (use) => {
    session.get().catch(fail);
    return (await session.get()).createServer(use);
  };
  const router = new Router({
    input: process.stdin,
    output: process.stdout,
    answers: new Answers(version, () => selectListings(allListings(), config)),
    open,
    scrub: secrets.scrub,
    warn: (words) => void log.get().then((sink) => sink.log.warn(words), fail),
  });
  router.start();
  const why = await Promise.race([reason, failed]);
  defects.ignore();
  router.close();
  // Nobody waits for answers any more, and what is still being loaded has opened nothing.
  if (signal.aborted && !isOpen) return 0;
  await cleanedUp(async () => {
    const opened = await session.made;
    if (opened) await log.get().then((sink) => sink.log.debug({ reason: why }, 'stopping'));
    await opened?.close();
  });
  return 0;
}

/** Names that no tool has, each with those that it may have meant. */
function unknownNames(config: Config): readonly string[] {
  return unknownTools(config).map((name) => `${name}; nearest: ${nearest(name, toolNames).join(', ')}`);
}
