/** Every next call, for every phase, verdict and error code: a tool of this program, with arguments that its schema takes. */

import { expect, test } from 'vitest';
import { errorAdvice } from '../../src/advice/error-advice.js';
import { nextFor, verdicts } from '../../src/tasks/diagnosing/verdicts.js';
import { phases } from '../../src/tasks/knowing/phase.js';
import { nextCalls } from '../../src/tasks/next.js';
import { toolNames } from '../../src/tool-names.js';
import { allTools } from '../../src/tools/index.js';
import { faultOf } from '../support/next-calls.js';

const TASK = 'alice/fix-flaky-3fa1';

const bools = [true, false] as const;

test('for every phase, however it ended and whoever it belongs to', () => {
  const calls = phases.flatMap((phase) =>
    ([undefined, 'done', 'failed'] as const).flatMap((outcome) =>
      bools.flatMap((stalled) =>
        bools.flatMap((isMine) =>
          bools.flatMap((isCut) =>
            bools.flatMap((isSelectionOpen) =>
              nextCalls({ task: TASK, phase, outcome, stalled, isMine, isCut, isSelectionOpen }),
            ),
          ),
        ),
      ),
    ),
  );
  expect(calls.length).toBeGreaterThan(phases.length);
  expect([...new Set(calls.map(faultOf))]).toEqual([undefined]);
});

test('for every verdict, in every phase', () => {
  const calls = verdicts.flatMap((verdict) =>
    phases.flatMap((phase) => bools.flatMap((settled) => nextFor(verdict, TASK, { phase, settled }))),
  );
  expect([...new Set(calls.map(faultOf))]).toEqual([undefined]);
});

test('for every error code: the words name tools and arguments that exist', () => {
  const names: readonly string[] = toolNames;
  for (const [code, advice] of Object.entries(errorAdvice)) {
    for (const name of `${advice.why} ${advice.next}`.match(/\bcoder_[a-z_]+\b/g) ?? []) {
      // Words of Coder's own: the resource of a template.
      if (name !== 'coder_ai_task' && name !== 'coder_external_auth') expect(names, code).toContain(name);
    }
    for (const [, name = '', argument = ''] of advice.next.matchAll(/\b(coder_[a-z_]+)\((\w+):/g)) {
      expect(Object.keys(allTools.find((tool) => tool.name === name)?.input.shape ?? {}), code).toContain(argument);
    }
    // A person reads it in the doctor, where there are no tools.
    expect(advice.mend, code).not.toMatch(/\bcoder_(?!ai_task)[a-z_]+\b/);
  }
});
