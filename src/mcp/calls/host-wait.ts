/** The wait of a call that names none, for hosts whose own limit lies far below it. */

import { z } from 'zod';
import type { Host } from '../../tools/define.js';

type Arguments = Readonly<Record<string, unknown>>;

interface HostWait {
  readonly args: Arguments;
  /** What a call that runs out of time says, where the host is why it waited so shortly. */
  readonly tooShort?: string;
}

/** The arguments with the host's own default in place of the tool's, where that one is longer. */
export function withHostWait(input: z.ZodObject, args: Arguments, { defaultWaitSeconds }: Host): HostWait {
  const usual = defaultOf(input.shape.wait_seconds);
  if (defaultWaitSeconds === undefined || args.wait_seconds !== undefined || usual <= defaultWaitSeconds)
    return { args };
  return {
    args: { ...args, wait_seconds: defaultWaitSeconds },
    tooShort: `waited ${defaultWaitSeconds} s, since programs with this client name cut calls at 5 s unless told otherwise; where yours was, wait_seconds: ${usual} waits longer`,
  };
}

/** The default of `wait_seconds`; 0 for a tool that has none. */
function defaultOf(schema: z.core.$ZodType | undefined): number {
  if (!(schema instanceof z.ZodDefault)) return 0;
  const value: unknown = schema.parse(undefined);
  return typeof value === 'number' ? value : 0;
}
