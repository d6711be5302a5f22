/** The log: JSON lines on stderr, asynchronous and bounded, with secrets taken out. */

import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

// A host that never reads stderr must not block us: past this much unread output, lines are dropped.
const MAX_UNREAD_BYTES = 1 << 20;

export interface LogSink {
  readonly log: Logger;
  /** From now on this text is replaced wherever it would be written. */
  hide(secret: string): void;
  /** Every line that is written also goes to this listener, already scrubbed. */
  mirror(listener: (line: string) => void): void;
  /** Writes what is still in memory; for the last moment of the process. */
  flush(): void;
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
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write(line: string) {
        const clean = scrub(line);
        stderr.write(clean);
        for (const listener of listeners) listener(clean);
      },
    },
  );
  return {
    log,
    hide: (secret) => {
      // A short text would blank out ordinary words; Coder's tokens have 33 characters.
      if (secret.length >= 8) secrets.add(secret);
    },
    mirror: (listener) => listeners.push(listener),
    flush: () => {
      if ('flushSync' in stderr && typeof stderr.flushSync === 'function') stderr.flushSync();
    },
  };
}
