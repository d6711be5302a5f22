/** Notices that the process is to end: end of stdin, a broken pipe, a signal, a dead parent. */

// Some hosts neither close stdin nor send a signal when they die; then the parent's id changes. Gone within a second.
const PARENT_CHECK_MS = 250;

export interface Abandonment {
  /** Resolves with what happened, in words for the log. */
  readonly reason: Promise<string>;
  /** Aborted where nobody waits for answers any more: at every reason but the end of stdin. */
  readonly signal: AbortSignal;
}

/** Starts looking; an EPIPE on stdout is caught here instead of ending the process. */
export function untilAbandoned(): Abandonment {
  const controller = new AbortController();
  const reason = new Promise<string>((resolve) => {
    const abandon = (what: string) => {
      controller.abort();
      resolve(what);
    };
    const parent = process.ppid;
    const timer = setInterval(() => {
      if (!isOrphan(parent)) return;
      clearInterval(timer);
      abandon('parent process is gone');
    }, PARENT_CHECK_MS);
    timer.unref();
    process.stdin.once('end', () => resolve('stdin ended'));
    process.stdin.once('close', () => resolve('stdin closed'));
    process.stdin.on('error', () => resolve('stdin is broken'));
    process.stdout.on('error', () => abandon('stdout is broken'));
    onSignals(abandon);
  });
  return { reason, signal: controller.signal };
}

/** A person or a host ends the process; the second signal finds Node's own handling, which ends it at once. */
export function onSignals(act: (signal: NodeJS.Signals) => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, act);
}

/** On Windows a process keeps the id of a parent that is gone; a signal that does nothing tells. */
function isOrphan(parent: number): boolean {
  if (process.platform !== 'win32') return process.ppid !== parent;
  try {
    process.kill(parent, 0);
    return false;
  } catch {
    return true;
  }
}
