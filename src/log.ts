/** The log: JSON lines with secrets taken out, for stderr and for the client. */

import { type Logger, pino } from 'pino';
import { createSecrets, type Secrets } from './secrets.js';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Where the lines go. It never waits and never throws: no call depends on whether its log can be written. */
export interface LogOutput {
  write(line: string): unknown;
}

export interface LogSink {
  readonly log: Logger;
  /** What no line may say; whatever else leaves the process asks it too. */
  readonly secrets: Secrets;
  /** Every line goes to this listener too, already scrubbed; the answer sets from which level on it wants them. */
  mirror(listener: (line: string) => void): (from: LogLevel) => void;
}

function severityOf(level: LogLevel): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
}

/** The process's log. Without an output the lines go to the mirrors alone. */
export function createLog(level: LogLevel, output?: LogOutput, secrets: Secrets = createSecrets()): LogSink {
  const listeners: ((line: string) => void)[] = [];
  const fork = {
    // Makes pino leave the level of each line in `lastLevel`.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      const clean = secrets.scrub(line);
      if (fork.lastLevel >= severityOf(level)) output?.write(clean);
      for (const listener of listeners) listener(clean);
    },
  };
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    fork,
  );
  return {
    log,
    secrets,
    mirror: (listener) => {
      listeners.push(listener);
      return (from) => {
        log.level = severityOf(from) < severityOf(level) ? from : level;
      };
    },
  };
}
