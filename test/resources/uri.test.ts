/** Addresses of resources: what is taken apart, and what is no address. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseResourceUri, referenceOf, taskUri } from '../../src/resources/uri.js';

function parsed(uri: string) {
  const found = parseResourceUri(uri);
  return found && { path: found.path, query: Object.fromEntries(found.query) };
}

describe('parseResourceUri', () => {
  test('splits the path and the query and decodes each part', () => {
    expect(parsed('coder://tasks/alice/fix%2Dflaky/logs?tail=5&after=c1-%61')).toEqual({
      path: ['tasks', 'alice', 'fix-flaky', 'logs'],
      query: { tail: '5', after: 'c1-a' },
    });
  });

  test('takes the scheme in any case and one slash at the end', () => {
    expect(parsed('CODER://tasks/')).toEqual({ path: ['tasks'], query: {} });
  });

  test('keeps an escaped slash within its part', () => {
    expect(parsed('coder://tasks/alice/a%2Fb')?.path).toEqual(['tasks', 'alice', 'a/b']);
  });

  test.each([
    ['another scheme', 'file://tasks/alice/x'],
    ['no scheme', 'tasks/alice/x'],
    ['nothing behind the scheme', 'coder://'],
    ['an empty part', 'coder://tasks//x'],
    ['a broken escape', 'coder://tasks/alice/%zz'],
    ['an escape that is no UTF-8', 'coder://tasks/alice/%ff'],
    ['a fragment', 'coder://tasks/alice/x#logs'],
    ['a key without a value', 'coder://tasks/alice/x/logs?tail'],
    ['an empty value', 'coder://tasks/alice/x/logs?tail='],
    ['the same key twice', 'coder://tasks/alice/x/logs?tail=1&tail=2'],
    ['an endless address', `coder://tasks/alice/${'x'.repeat(5_000)}`],
  ])('%s is no address of ours', (_what, uri) => {
    expect(parseResourceUri(uri)).toBeUndefined();
  });

  test('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (rest) => void parseResourceUri(`coder://${rest}`)));
  });
});

describe('referenceOf', () => {
  test('is owner/task for names and ids', () => {
    expect(referenceOf('me', 'fix-flaky-3fa1')).toBe('me/fix-flaky-3fa1');
    expect(referenceOf('Alice', '2B9F0000-0000-4000-8000-000000000001')).toBe(
      'Alice/2B9F0000-0000-4000-8000-000000000001',
    );
  });

  test.each([
    ['..', 'x'],
    ['alice', '..'],
    ['alice', 'a/b'],
    ['alice', 'a?b'],
    ['alice', 'a b'],
    ['https:', 'x'],
    ['@alice', 'x'],
    ['alice', '-x'],
    ['', 'x'],
  ])('%s and %s could be more than names', (owner, task) => {
    expect(referenceOf(owner, task)).toBeUndefined();
  });
});

describe('taskUri', () => {
  test('gives an address that reads back as the same parts', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (owner, task) => {
        const path = parsed(taskUri(owner, task))?.path;
        expect(path === undefined || path[1] === owner).toBe(true);
        expect(path === undefined || path[2] === task).toBe(true);
      }),
    );
  });
});
