/** Random arguments to every tool: whatever a model may write, the answer is one of ours and the server goes on. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { allTools } from '../../src/tools/index.js';
import { ManualClock } from '../support/manual-clock.js';
import { faultOf, nextCallsIn } from '../support/next-calls.js';
import { createIdleTask } from '../support/tasks.js';
import { startTestServer, textOf } from '../support/test-server.js';
import { type ArgumentFacts, argumentsOf, fittingArguments, SUBJECT } from '../support/tool-calls.js';

const RUNS = 120;
// A minute of a slow machine; a call here takes milliseconds.
const TIMEOUT_MS = 60_000;

/** What somebody who has read the schema, or has not, may give for an argument. */
function valueFor(facts: ArgumentFacts): fc.Arbitrary<unknown> {
  const { minimum = -5, maximum = 500 } = facts;
  const choices = facts.enum ?? facts.items?.enum ?? [];
  const sane: fc.Arbitrary<unknown>[] = [
    fc.constantFrom(SUBJECT, 'alice/subject', 'me', '*', 'tasks-demo', 'none', '0', '1'),
    fc.integer({ min: minimum, max: Math.min(maximum, 500) }),
    fc.boolean(),
    ...(choices.length > 0 ? [fc.constantFrom(...choices)] : []),
  ];
  const odd = [fc.string({ unit: 'binary', maxLength: 400 }), fc.string(), fc.jsonValue({ maxDepth: 2 }), fc.double()];
  const one = fc.oneof(...sane.map((arbitrary) => ({ arbitrary, weight: 3 })), ...odd);
  return facts.type === 'array' ? fc.oneof(fc.array(one, { maxLength: 4 }), one) : one;
}

function argumentsFor(tool: (typeof allTools)[number]): fc.Arbitrary<Record<string, unknown>> {
  const fitting = fittingArguments(tool);
  const { confirm: _, ...rest } = fitting;
  const known = Object.fromEntries(Object.entries(argumentsOf(tool)).map(([name, facts]) => [name, valueFor(facts)]));
  const some = fc.record(known, { requiredKeys: [] });
  const strange = fc.dictionary(fc.string({ maxLength: 8 }), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 1 });
  return fc.tuple(fc.boolean(), some, fc.oneof(fc.constant({}), strange)).map(([isBased, args, more]) => ({
    ...(isBased && rest),
    ...args,
    ...more,
  }));
}

test.each(allTools.map((tool) => [tool.name, tool] as const))(
  '%s answers whatever it is given',
  async (name, tool) => {
    const clock = new ManualClock();
    await using t = await startTestServer({ clock });
    await createIdleTask(t, clock, SUBJECT);
    await fc.assert(
      fc.asyncProperty(argumentsFor(tool), async (args) => {
        const result = await t.call(name, args);
        const text = textOf(result);
        expect(text).not.toContain('code: internal');
        expect(text.length).toBeGreaterThan(0);
        expect(nextCallsIn(result.structuredContent).flatMap((call) => faultOf(call) ?? [])).toEqual([]);
        if (result.isError) expect(text).toMatch(/^error: .+[\s\S]*\nretry: .+\ncode: \w+$/);
        // Whatever came, nothing in the words of ours is invisible.
        expect(text.replaceAll(/[\n\t]/g, '')).not.toMatch(/[\p{Cc}\p{Bidi_Control}\u200b\u2028\u2029]/u);
      }),
      { numRuns: RUNS },
    );
    await t.client.ping();
  },
  TIMEOUT_MS,
);
