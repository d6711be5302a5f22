/** The words and next calls of verdicts. */

import { expect, test } from 'vitest';
import { nextFor, verdicts, verdictWords } from '../../../src/tasks/diagnosing/verdicts.js';
import { phases } from '../../../src/tasks/knowing/phase.js';

test('no verdict suggests more than three calls, and none confirms or repeats an input', () => {
  for (const verdict of verdicts) {
    const calls = nextFor(verdict, 'alice/x', { phase: 'working', settled: false });
    expect(calls.length).toBeLessThanOrEqual(3);
    for (const call of calls)
      expect(Object.keys(call.arguments)).not.toEqual(expect.arrayContaining(['confirm', 'input']));
    expect(verdictWords[verdict].text).toMatch(/^[A-Z].*\.$/);
  }
});

test('no verdict leads back to the diagnosis, nor to a wait that ends at once and does', () => {
  for (const verdict of verdicts) {
    for (const phase of phases) {
      for (const { tool, arguments: given } of nextFor(verdict, 'alice/x', { phase, settled: true })) {
        expect(tool).not.toBe('coder_diagnose');
        if (tool === 'coder_wait_for_task') expect(given).toEqual({ tasks: ['alice/x'], until: 'ready' });
      }
    }
  }
});
