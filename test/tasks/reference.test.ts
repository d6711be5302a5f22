/** What names a task, and where it leads on the wire. */

import { expect, test } from 'vitest';
import { InputError } from '../../src/coder/errors/errors.js';
import { isTaskReference, parseTaskReference } from '../../src/tasks/reference.js';

const ID = '2b9f0c1e-0000-4000-8000-0123456789ab';

test.each([
  ['fix-it', 'me', 'fix-it'],
  ['  fix-it ', 'me', 'fix-it'],
  ['alice/fix-it', 'alice', 'fix-it'],
  ['@alice/Fix-It', 'alice', 'Fix-It'],
  ['ME/fix-it', 'me', 'fix-it'],
  [ID.toUpperCase(), 'me', ID],
  [`alice/${ID}`, 'me', ID],
  [`https://coder.example.com/tasks/alice/${ID}`, 'me', ID],
  ['https://coder.example.com/tasks/alice/fix-it?tab=logs#end', 'alice', 'fix-it'],
])('%j is task %s/%s', (text, user, task) => {
  expect(parseTaskReference(text)).toEqual({ user, task });
});

test.each([
  '',
  '/',
  'alice/',
  'a/b/c',
  '../users/me',
  'alice/..',
  'alice/fix%2fit',
  'fix it',
  'fix_it',
  'a?x=1',
  'x'.repeat(33),
  'https://coder.example.com/@alice/fix-it',
  'https://coder.example.com/tasks/alice/fix-it/more',
])('%j names no task, and the error says what would', (text) => {
  expect(isTaskReference(text)).toBe(false);
  expect(() => parseTaskReference(text)).toThrow(InputError);
});
