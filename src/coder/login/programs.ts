/** The programs that this process starts for its settings (a header command, the Coder CLI), and how they end. */

import { type ChildProcess, spawn } from 'node:child_process';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Programs {
  /**
   * Runs a program to its end and returns what it wrote to stdout. Rejects when it cannot be started, fails, writes too
   * much or is ended; with an exit code under `code`.
   */
  run(program: string, args: readonly string[], env: Environment): Promise<string>;
  /** Ends all that run, with everything that they started. */
  close(): void;
}

// More than any list of headers, less than hurts.
const MAX_OUTPUT_CHARS = 1 << 20;

/** Programs that may run for `timeoutMs` each. */
export function programs(timeoutMs: number): Programs {
  const running = new Set<(error: Error) => void>();
  let isClosed = false;
  return {
    run: (program, args, env) =>
      new Promise((resolve, reject) => {
        if (isClosed) return reject(new Error('this server is stopping'));
        const child = start(program, args, env);
        let output = '';
        const settle = (done: () => void) => {
          clearTimeout(timer);
          running.delete(end);
          // What it started may still hold its output open.
          child.stdout?.destroy();
          done();
        };
        const end = (error: Error) => {
          endWithChildren(child);
          settle(() => reject(error));
        };
        const timer = setTimeout(() => end(new Error(`no end after ${timeoutMs / 1_000} s`)), timeoutMs);
        running.add(end);
        child.on('error', (error) => settle(() => reject(error)));
        child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
          output += chunk;
          if (output.length > MAX_OUTPUT_CHARS) end(new Error('it writes too much'));
        });
        // Its exit is not the end of its output, and a child of it may keep that open: what is there then is all.
        child.on('exit', (code, signal) => {
          const last = () =>
            settle(() =>
              code === 0
                ? resolve(output)
                : reject(Object.assign(new Error(`ended with ${signal ?? `exit code ${code}`}`), { code })),
            );
          if (child.stdout?.readableEnded) last();
          else {
            child.stdout?.once('end', last);
            setTimeout(last, LAST_OUTPUT_MS);
          }
        });
        // A program that asks a question would otherwise wait for the host's protocol stream.
        child.stdin?.on('error', () => undefined);
        child.stdin?.end();
      }),
    close() {
      isClosed = true;
      for (const end of running) end(new Error('this server is stopping'));
    },
  };
}

// A pipe holds what was written before the exit; it is read within a moment.
const LAST_OUTPUT_MS = 200;

function start(program: string, args: readonly string[], env: Environment): ChildProcess {
  const isWindows = process.platform === 'win32';
  return spawn(program, [...args], {
    env: { ...env },
    stdio: ['pipe', 'pipe', 'ignore'],
    windowsHide: true,
    // cmd.exe takes its command line apart by rules of its own: quotes must reach it as they are.
    windowsVerbatimArguments: program === 'cmd.exe',
    // A group of its own, so that it can be ended with its children.
    detached: !isWindows,
  });
}

function endWithChildren({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  if (process.platform === 'win32') {
    spawn('taskkill', ['/pid', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true }).on(
      'error',
      () => undefined,
    );
    return;
  }
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in this moment.
  }
}
