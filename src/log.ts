/** The log: JSON lines on stderr, asynchronous and bounded, with secrets taken out. */

import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

// A host that never reads stderr must not block us: past this much unread output, lines are dropped.
const MAX_UNREAD_BYTES = 1 << 20;

export interface LogSink {
  readonly log: Logger;
  /** From now on this text is replaced wherever it would be written. */
  hide(secret: string): void;
  /** Every line goes to this listener too, already scrubbed; the answer sets from which level on it wants them. */
  mirror(listener: (line: string) => void): (from: LogLevel) => void;
  /** Writes what is still in memory; for the last moment of the process. */
  flush(): void;
}

function severityOf(level: LogLevel): number {
  return pino.levels.values[level] ?? Number.POSITIVE_INFINITY;
}

/** The process's log. `destination` is for tests; by default stderr. */
export function createLog(level: LogLevel, destination?: DestinationStream): LogSink {
  const stderr = destination ?? pino.destination({ dest: 2, sync: false, maxLength: MAX_UNREAD_BYTES });
  const secrets = new Set<string>();
  const listeners: ((line: string) => void)[] = [];
  const scrub = (line: string) => {
    let clean = line;
    for (const secret of secrets) clean = clean.replaceAll(secret, '[secret]');
    return clean;
  };
  const fork = {
    // Makes pino leave the level of each line in `lastLevel`.
    [Symbol.for('pino.metadata')]: true,
    lastLevel: 0,
    write(line: string) {
      const clean = scrub(line);
      if (fork.lastLevel >= severityOf(level)) stderr.write(clean);
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
    hide: (secret) => {
      // A short text would blank out ordinary words; Coder's tokens have 33 characters.
      if (secret.length >= 8) secrets.add(secret);
    },
    mirror: (listener) => {
      listeners.push(listener);
      return (from) => {
        log.level = severityOf(from) < severityOf(level) ? from : level;
      };
    },
    flush: () => {
      if ('flushSync' in stderr && typeof stderr.flushSync === 'function') stderr.flushSync();
    },
  };
}
