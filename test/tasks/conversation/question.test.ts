/** Questions in an agent's last words: a guess that must not take results for questions. */

import { expect, test } from 'vitest';
import { isQuestion } from '../../../src/tasks/conversation/question.js';

test.each([
  'Which branch should I use?',
  'どちらにしますか？',
  'Two ways.\n\nWhich one do you want?\n  1. The small change\n  2. The thorough one',
  'May I edit it?\n❯ 1. Yes\n  2. No, leave it\n\nEnter to confirm · Esc to cancel',
  'He asked "why?"',
])('%j asks', (message) => {
  expect(isQuestion(message)).toBe(true);
});

test.each([
  'Done. All tests pass.',
  'Is it right? Yes: the tests pass.',
  'What I did:\n  1. Fixed the parser',
  'Changed three files.\n  1. parser.ts\n  2. lexer.ts',
  '',
])('%j asks nothing', (message) => {
  expect(isQuestion(message)).toBe(false);
});
