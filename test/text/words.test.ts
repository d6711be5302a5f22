/** Whether a text has the words that are looked for. */

import { expect, test } from 'vitest';
import { hasWords } from '../../src/text/words.js';

const text = 'alice/fix-flaky-3fa1\nFix the flaky test in Billing';

test.each(['flaky', 'BILLING fix', '  test\n flaky ', '', 'lak'])('the words of %j are all there', (search) => {
  expect(hasWords(text, search)).toBe(true);
});

test.each(['flaky deploy', 'the-flaky'])('not all words of %j are there', (search) => {
  expect(hasWords(text, search)).toBe(false);
});
