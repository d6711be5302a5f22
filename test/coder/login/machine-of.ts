/** A machine made of values: files, environment, and the programs that can be run. */

import type { Machine } from '../../../src/coder/login/machine.js';

export interface MachineParts {
  readonly env?: Machine['env'];
  readonly platform?: string;
  readonly homeDirectory?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly exec?: Machine['exec'];
  readonly authorities?: readonly string[];
}

export interface RecordingMachine extends Machine {
  /** `program argument …` for each run. */
  readonly runs: readonly string[];
}

export function machineOf(parts: MachineParts = {}): RecordingMachine {
  const runs: string[] = [];
  const exec: Machine['exec'] = parts.exec ?? (() => Promise.reject(new Error('ENOENT')));
  return {
    env: parts.env ?? {},
    platform: parts.platform ?? 'linux',
    homeDirectory: parts.homeDirectory ?? '/home/alice',
    runs,
    readFile: async (path) => parts.files?.[path.replaceAll('\\', '/')],
    exec: (program, args, env) => {
      runs.push([program, ...args].join(' '));
      return exec(program, args, env);
    },
    authorities: () => parts.authorities,
  };
}
