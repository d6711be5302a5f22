/** Whether a next call that an answer suggests can be made as it stands. */

import { z } from 'zod';
import type { NextCall } from '../../src/tasks/next.js';
import { toolNames } from '../../src/tool-names.js';
import { allTools } from '../../src/tools/index.js';

/** What is wrong with a call that was suggested; undefined when it can be made as it stands. */
export function faultOf({ tool, arguments: given, why }: NextCall): string | undefined {
  const called = allTools.find(({ name }) => name === tool);
  if (!called) return `${tool} does not exist`;
  if ('confirm' in given || 'input' in given) return `${tool} repeats or confirms something`;
  // What only the caller can write is named in `why`, and left to the caller.
  const written = /\bwith (?:the initial prompt as )?input\b|\binput:/.test(why) ? { input: 'x' } : {};
  const result = called.input.safeParse({ ...given, ...written });
  return result.success ? undefined : `${tool}(${JSON.stringify(given)}) ${why}: ${result.error.message}`;
}

const nextSchema = z.array(
  z.object({ tool: z.enum(toolNames), arguments: z.record(z.string(), z.unknown()), why: z.string() }),
);

/** All next calls in a structured answer, wherever they stand in it; throws where one is no call of a tool. */
export function nextCallsIn(answer: unknown): readonly NextCall[] {
  if (typeof answer !== 'object' || answer === null) return [];
  return Object.entries(answer).flatMap(([key, value]) => {
    // What came from outside may have such a key too.
    if (key === 'untrusted') return [];
    return key === 'next' && Array.isArray(value) ? nextSchema.parse(value) : nextCallsIn(value);
  });
}
