/** The words and next calls of verdicts. */

import { expect, test } from 'vitest';
import { nextFor, verdicts, verdictWords } from '../../../src/tasks/diagnosing/verdicts.js';

test('no verdict suggests more than three calls, and none confirms or repeats an input', () => {
  for (const verdict of verdicts) {
    const calls = nextFor(verdict, 'alice/x');
    expect(calls.length).toBeLessThanOrEqual(3);
    for (const call of calls)
      expect(Object.keys(call.arguments)).not.toEqual(expect.arrayContaining(['confirm', 'input']));
    expect(verdictWords[verdict].text).toMatch(/^[A-Z].*\.$/);
  }
});
