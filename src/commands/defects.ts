/** What nobody catches: before the session and after it a reason to end, in between a line in the log. */

import type { Logger } from '../log.js';
import { leave } from './exit.js';

export interface Defects {
  /** From now on a defect in one request ends that request, not the conversations of all others. */
  survive(log: Logger): void;
  /** From now on it ends anyway: what still goes wrong is nobody's concern. */
  ignore(): void;
}

/** Starts looking. Until told otherwise, whatever nobody catches ends the process with a sentence on stderr. */
export function watchDefects(): Defects {
  let act: (error: unknown) => void = (error) => {
    act = () => undefined;
    void endWithSentence(error);
  };
  process.on('uncaughtException', (error) => act(error));
  return {
    survive(log) {
      act = (error) => log.error({ err: error }, 'unexpected failure');
    },
    ignore() {
      act = () => undefined;
    },
  };
}

/** "coder-tasks-mcp cannot start: …" on stderr, and exit code 1. */
export function endWithSentence(error: unknown): Promise<never> {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`coder-tasks-mcp cannot go on: ${reason.split('\n')[0]}\n`);
  return leave(1);
}
