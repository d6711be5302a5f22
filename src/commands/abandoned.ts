/** Notices that nobody is on the other side any more: end of stdin, a broken pipe, a signal, a dead parent. */

// Some hosts neither close stdin nor send a signal when they die; then the parent's id changes. Gone within a second.
const PARENT_CHECK_MS = 500;

export interface Abandonment {
  /** Resolves with what happened, in words for the log. */
  readonly reason: Promise<string>;
  stop(): void;
}

/** Starts looking; an EPIPE on stdout is caught here instead of ending the process (sdk-notes §2.4). */
export function untilAbandoned(): Abandonment {
  let resolve: (reason: string) => void = () => undefined;
  const promise = new Promise<string>((settle) => {
    resolve = settle;
  });
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (isOrphan(parent)) resolve('parent process is gone');
  }, PARENT_CHECK_MS);
  timer.unref();
  process.stdin.once('end', () => resolve('stdin ended'));
  process.stdin.once('close', () => resolve('stdin closed'));
  process.stdout.on('error', () => resolve('stdout is broken'));
  // Nobody reads the log: no reason to stop.
  process.stderr.on('error', () => undefined);
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve(signal));
  return { reason: promise, stop: () => clearInterval(timer) };
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
