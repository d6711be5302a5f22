/** What this room needs of the machine it runs on, as values that tests replace. */

import { readFile, stat } from 'node:fs/promises';
import * as tls from 'node:tls';
import { z } from 'zod';
import { meant } from '../../host-text.js';
import { programs } from './programs.js';

export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** As in `process.platform`. */
  readonly platform: string;
  readonly homeDirectory: string;
  /** The file as text, or undefined when it does not exist or may not be read. */
  readFile(path: string): Promise<string | undefined>;
  /** Runs a program to its end and returns what it wrote to stdout; rejects when it fails or cannot be started. */
  exec(program: string, args: readonly string[], env: Readonly<Record<string, string | undefined>>): Promise<string>;
  /** What Node and the system trust, in PEM; undefined where Node (before 22.15) cannot see what the system trusts. */
  authorities(): readonly string[] | undefined;
}

const EXEC_TIMEOUT_MS = 10_000;

export interface LocalMachine extends Machine {
  /** Ends the programs that still run, with everything that they started. */
  close(): void;
}

/** This machine. Environment, platform and home directory come from whoever may touch the process. */
export function localMachine(facts: Pick<Machine, 'env' | 'platform' | 'homeDirectory'>): LocalMachine {
  const started = programs(EXEC_TIMEOUT_MS);
  return {
    ...facts,
    readFile: (path) => readSmallFile(path).catch(() => undefined),
    exec: started.run,
    close: started.close,
    authorities() {
      const read: unknown = Reflect.get(tls, 'getCACertificates');
      if (typeof read !== 'function') return undefined;
      const certificates = (kind: string) => certificatesSchema.parse(read(kind));
      return [...new Set([...certificates('default'), ...certificates('system')])];
    },
  };
}

// More than any login or bundle of certificates.
const MAX_FILE_BYTES = 8 << 20;

/** A pipe or a device might never end, and would keep the process from ending. */
async function readSmallFile(path: string): Promise<string | undefined> {
  const facts = await stat(path);
  return facts.isFile() && facts.size <= MAX_FILE_BYTES ? await readFile(path, 'utf8') : undefined;
}

const certificatesSchema = z.array(z.string());

/** A setting's value, as it was meant. */
export function setting(env: Machine['env'], name: string): string | undefined {
  return meant(env[name], 'keep');
}
