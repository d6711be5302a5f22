#!/usr/bin/env node
/** The program: command line and environment to a command, and its exit code. */

import { readCommandLine } from './config.js';
import type { LogSink } from './log.js';
import { version } from './version.js';

const { command, config, problems } = readCommandLine(process.argv.slice(2), process.env);
let sink: LogSink | undefined;

process.exitCode = await run();
sink?.flush();
// Nothing may keep a finished process: not a socket, not a timer of a library.
process.exit();

async function run(): Promise<number> {
  if (command === 'help' || command === 'version') {
    const { helpText } = await import('./commands/help.js');
    process.stdout.write(command === 'version' ? `${version}\n` : helpText());
    return 0;
  }
  if (problems.length > 0) {
    process.stderr.write(problems.map((problem) => `coder-tasks-mcp: ${problem}\n`).join(''));
    return 2;
  }
  switch (command) {
    case 'serve': {
      const { serve } = await import('./commands/serve.js');
      return serve({ config, openLog, env: process.env, version });
    }
    case 'doctor': {
      const { doctor } = await import('./commands/doctor.js');
      return doctor({ config, sink: await openLog(), env: process.env, version });
    }
    case 'demo': {
      const { demo } = await import('./commands/demo.js');
      return demo({ version });
    }
  }
}

/** pino is not loaded before there is something to log. */
async function openLog(): Promise<LogSink> {
  const { createLog } = await import('./log.js');
  sink = createLog(config.logLevel);
  return sink;
}
