/** From the command line and the environment to a command, and to the end of the process with its exit code. */

import { readCommandLine, tidyEnvironment } from '../config.js';
import type { LogSink } from '../log.js';
import { createSecrets } from '../secrets.js';
import { version } from '../version.js';
import { onSignals } from './abandoned.js';
import { endWithSentence, watchDefects } from './defects.js';
import { leave } from './exit.js';

/** Runs what the command line asks for and ends the process: nothing may keep a finished one, not a socket, not a timer. */
export async function runProgram(): Promise<never> {
  // Nobody reads what goes there: no reason to stop, and none to say so there.
  for (const stream of [process.stderr, process.stdout]) stream.on('error', () => undefined);
  try {
    return await leave(await exitCode());
  } catch (error) {
    return endWithSentence(error);
  }
}

async function exitCode(): Promise<number> {
  const defects = watchDefects();
  const env = tidyEnvironment(process.env);
  const { command, config, problems } = readCommandLine(process.argv.slice(2), env);
  if (command === 'help' || command === 'version') {
    const { helpText } = await import('./help.js');
    process.stdout.write(command === 'version' ? `${version}\n` : helpText());
    return 0;
  }
  if (problems.length > 0) {
    process.stderr.write(problems.map((problem) => `coder-tasks-mcp: ${problem}\n`).join(''));
    return 2;
  }
  const secrets = createSecrets();
  /** pino is not loaded before there is something to log. */
  const openLog = async (): Promise<LogSink> => {
    const [{ createLog }, { boundedOutput }] = await Promise.all([import('../log.js'), import('./log-output.js')]);
    return createLog(config.logLevel, boundedOutput(process.stderr), secrets);
  };
  switch (command) {
    case 'serve': {
      const { serve } = await import('./serve.js');
      return serve({ config, openLog, secrets, defects, env, version });
    }
    case 'doctor': {
      const { doctor } = await import('./doctor.js');
      const interrupted = new AbortController();
      onSignals(() => interrupted.abort());
      return doctor({ config, sink: await openLog(), env, version, signal: interrupted.signal });
    }
    case 'demo': {
      const { demo } = await import('./demo.js');
      return demo({ version });
    }
  }
}
