/** The last act of the process: it always ends, whatever is still open. */

import { setTimeout as sleep } from 'node:timers/promises';

// Together with what notices the end they stay below the second in which a host expects the process to be gone.
const CLEAN_UP_MS = 150;
const LAST_WORDS_MS = 100;

/** Waits for `work`, but not longer than a clean-up may take; what goes wrong in it is no longer anybody's concern. */
export async function cleanedUp(work: () => Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLEAN_UP_MS);
  });
  await Promise.race([work().catch(() => undefined), late]);
  clearTimeout(timer);
}

/** Ends the process with this code, once what was written to stdout and stderr has had a moment to be read. */
export async function leave(code: number): Promise<never> {
  await Promise.all([written(process.stdout), written(process.stderr), threadsIdle()]);
  // Node's exit waits for its worker threads, and a read of a pipe that nobody writes to holds one for ever.
  if (isThreadBusy()) process.kill(process.pid, 'SIGKILL');
  return process.exit(code);
}

const THREAD_CHECK_MS = 10;

async function threadsIdle(): Promise<void> {
  for (let waited = 0; waited < LAST_WORDS_MS && isThreadBusy(); waited += THREAD_CHECK_MS)
    await sleep(THREAD_CHECK_MS);
}

/** Reading files and looking up host names is done in threads; other runtimes may not say what is under way. */
function isThreadBusy(): boolean {
  const active: unknown = Reflect.get(process, 'getActiveResourcesInfo');
  if (typeof active !== 'function') return false;
  const resources: unknown = Reflect.apply(active, process, []);
  return (
    Array.isArray(resources) && resources.some((name) => /^(?:FSReq|GetAddrInfo|GetNameInfo|Work)/.test(String(name)))
  );
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.writableLength === 0 || stream.errored) return Promise.resolve();
  return new Promise((resolve) => {
    setTimeout(resolve, LAST_WORDS_MS);
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
