/** What this room needs of the machine it runs on, as values that tests replace. */

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  readonly homeDirectory: string;
  /** The file as text, or undefined when it does not exist or may not be read. */
  readFile(path: string): Promise<string | undefined>;
  /** Runs a program to its end and returns what it wrote to stdout; rejects when it fails or cannot be started. */
  exec(program: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<string>;
}

const EXEC_TIMEOUT_MS = 10_000;

/** This machine. Environment, platform and home directory come from whoever may touch the process. */
export function localMachine(facts: Pick<Machine, 'env' | 'platform' | 'homeDirectory'>): Machine {
  return {
    ...facts,
    readFile: (path) => readFile(path, 'utf8').catch(() => undefined),
    exec: (program, args, env) =>
      new Promise((resolve, reject) => {
        const options = { env: { ...env }, timeout: EXEC_TIMEOUT_MS, windowsHide: true };
        const child = execFile(program, [...args], options, (error, stdout) =>
          error ? reject(error) : resolve(stdout),
        );
        // A program that asks a question would otherwise wait for the host's protocol stream.
        child.stdin?.end();
      }),
  };
}

/** A setting's value, trimmed; empty and unexpanded `${…}` count as unset (hosts pass templates through verbatim). */
export function setting(env: Machine['env'], name: string): string | undefined {
  const value = env[name]?.trim();
  return value === undefined || value === '' || /^\$\{.*\}$/.test(value) ? undefined : value;
}
