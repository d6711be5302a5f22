/** What names a task, and where it leads on the wire. */

import { expect, test } from 'vitest';
import { InputError } from '../../src/coder/errors/errors.js';
import { parseTaskReference, splitReferences } from '../../src/tasks/reference.js';

const ID = '2b9f0c1e-0000-4000-8000-0123456789ab';

test.each([
  ['fix-it', 'me', 'fix-it'],
  ['  fix-it ', 'me', 'fix-it'],
  ['alice/fix-it', 'alice', 'fix-it'],
  ['@alice/Fix-It', 'alice', 'Fix-It'],
  ['ME/fix-it', 'me', 'fix-it'],
  [ID.toUpperCase(), 'me', ID],
  [`alice/${ID}`, 'me', ID],
  ['`alice/fix-it`', 'alice', 'fix-it'],
  ['"fix-it"', 'me', 'fix-it'],
  ['**alice/fix-it**', 'alice', 'fix-it'],
  ['<alice/fix-it>', 'alice', 'fix-it'],
  ['alice/fix-it/', 'alice', 'fix-it'],
  ['coder://tasks/alice/fix-it', 'alice', 'fix-it'],
  ['coder://tasks/alice/fix-it/', 'alice', 'fix-it'],
  ['coder://tasks/alice/fix-it/logs?tail=5', 'alice', 'fix-it'],
  [`coder://tasks/${ID}`, 'me', ID],
])('%j is task %s/%s', (text, user, task) => {
  expect(parseTaskReference(text)).toEqual({ user, task });
});

test.each([
  [`https://coder.example.com/tasks/alice/${ID}`, 'me', ID],
  [`https://coder.example.com/tasks/alice/${ID}/`, 'me', ID],
  ['https://coder.example.com/tasks/alice/fix-it?tab=logs#end', 'alice', 'fix-it'],
  ['<https://coder.example.com/tasks/alice/fix-it>', 'alice', 'fix-it'],
  ['[the task](https://coder.example.com/tasks/alice/fix-it)', 'alice', 'fix-it'],
  ['https://coder.example.com/@alice/fix-it', 'alice', 'fix-it'],
  ['https://coder.example.com/@alice/fix-it/builds/3', 'alice', 'fix-it'],
  ['https://coder.example.com/@alice/fix-it.main/terminal', 'alice', 'fix-it'],
  ['https://coder.example.com/@alice/fix-it.main/apps/preview/', 'alice', 'fix-it'],
  ['https://example.com/coder/tasks/alice/fix-it', 'alice', 'fix-it'],
])('the address %j is task %s/%s of its deployment', (text, user, task) => {
  const { address, ...path } = parseTaskReference(text);
  expect(path).toEqual({ user, task });
  expect(address?.host).toMatch(/example\.com$/);
});

test.each([
  ['a, b', ['a', 'b']],
  ['alice/a; alice/b', ['alice/a', 'alice/b']],
  ['a, what?', ['a, what?']],
  ['alice/a', ['alice/a']],
  ['Fix the login', ['Fix the login']],
  ['https://coder.example.com/tasks/alice/a?x=1,2', ['https://coder.example.com/tasks/alice/a?x=1,2']],
])('%j names %j', (text, references) => {
  expect(splitReferences(text)).toEqual(references);
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
  'https://coder.example.com/@alice/fix-it/secrets',
  'https://coder.example.com/tasks/alice/fix-it/more',
  'https://coder.example.com/templates/fix-it',
  'coder://templates',
  'coder://tasks',
  'coder://tasks/alice/fix-it/more',
  'ftp://coder.example.com/tasks/alice/fix-it',
  'a, b',
])('%j names no task, and the error says what would', (text) => {
  expect(() => parseTaskReference(text)).toThrow(InputError);
});
