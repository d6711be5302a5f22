import { describe, expect, test } from 'vitest';
import { InputError } from '../../../src/coder/errors/errors.js';
import { anotherName, type Brief, checkName, derivedNames, readDisplayName } from '../../../src/tasks/creating/name.js';

const brief: Brief = {
  templateId: 'template-1',
  presetName: 'Standard',
  input: 'Fix the flaky test in the billing module',
  displayName: undefined,
};

describe('derived names', () => {
  test('a brief has the same six names each time', () => {
    const names = derivedNames(brief);
    expect(names).toEqual(derivedNames({ ...brief }));
    expect(new Set(names).size).toBe(6);
  });

  test('each is a name that Coder accepts, whatever the input', () => {
    const inputs = [
      'x',
      '世界 ✓',
      '   a   ',
      'new',
      '-'.repeat(40),
      'Ünïcödé wörds everywhere, all of them',
      'a'.repeat(500),
    ];
    for (const input of inputs)
      for (const name of derivedNames({ ...brief, input })) expect(() => checkName(name)).not.toThrow();
  });

  test('blanks and the form of Unicode do not matter', () => {
    const [name] = derivedNames({ ...brief, input: 'Fix  the caf\u00e9\n' });
    expect(derivedNames({ ...brief, input: ' Fix the cafe\u0301' })[0]).toBe(name);
  });

  test.each([
    ['another template', { templateId: 'template-2' }],
    ['another preset', { presetName: 'Large' }],
    ['no preset', { presetName: undefined }],
    ['another input', { input: `${brief.input}.` }],
  ] satisfies [string, Partial<Brief>][])('%s is another brief', (_what, change) => {
    const names = new Set(derivedNames(brief));
    expect(derivedNames({ ...brief, ...change }).filter((name) => names.has(name))).toEqual([]);
  });

  test('the words come from the display name where there is one, else from the input', () => {
    expect(derivedNames(brief)[0]).toMatch(/^fix-flaky-test-billing-[0-9a-f]{6}$/);
    expect(derivedNames({ ...brief, displayName: 'Billing!' })[0]).toMatch(/^billing-[0-9a-f]{6}$/);
    expect(derivedNames({ ...brief, input: '世界' })[0]).toMatch(/^task-[0-9a-f]{6}$/);
  });
});

describe('another name', () => {
  test('appends a number, past those that are taken', () => {
    expect(anotherName('billing', [])).toBe('billing-2');
    expect(anotherName('billing', ['Billing-2', 'billing-3'])).toBe('billing-4');
  });

  test("a number of the caller's own is no counter: it may be an issue", () => {
    expect(anotherName('gh-repo-42', ['gh-repo-42'])).toBe('gh-repo-42-2');
    expect(anotherName('gh-repo-42', ['gh-repo-42', 'gh-repo-42-2'])).toBe('gh-repo-42-3');
    expect(anotherName('pr-7-2', [])).toBe('pr-7-2-2');
  });

  test('counts up what this server appended: behind a derived name, or to a name that this process offered', () => {
    expect(anotherName('fix-flaky-test-3fa1b2-2', [])).toBe('fix-flaky-test-3fa1b2-3');
    const offered = new Map([['gh-repo-42-2', 'gh-repo-42']]);
    expect(anotherName('gh-repo-42-2', ['gh-repo-42'], offered)).toBe('gh-repo-42-3');
  });

  test('a name that gets too long is cut in front, where it tells least', () => {
    const long = `${'n'.repeat(25)}-gh-421`;
    expect(anotherName(long, [])).toBe(`${'n'.repeat(23)}-gh-421-2`);
  });

  test('stays within 32 characters and is a name', () => {
    for (const name of ['n'.repeat(32), `${'n'.repeat(29)}-nn`, `${'n'.repeat(30)}-n`]) {
      const other = anotherName(name, []);
      expect(() => checkName(other)).not.toThrow();
      expect(other).not.toBe(name);
    }
  });
});

describe('given names', () => {
  // As recorded (create, create-errors): what real servers accept and refuse.
  test.each(['fix-flaky-test', 'Name-Only', 'n'.repeat(32), 'NEW', '1'])('%s is taken as it is', (name) => {
    expect(() => checkName(name)).not.toThrow();
  });

  test.each(['n'.repeat(33), 'new', 'create', 'a_b', '-a', 'a-', 'a--b', 'a b', 'é', 'a.b', ' a', '', 'a\0', 'a\n'])(
    '%j is refused before anything is sent',
    (name) => {
      expect(() => checkName(name)).toThrow(InputError);
    },
  );

  test('a display name may have 64 bytes, not characters', () => {
    expect(readDisplayName('d'.repeat(64))).toBe('d'.repeat(64));
    expect(readDisplayName('  Fix it ')).toBe('Fix it');
    expect(readDisplayName('   ')).toBeUndefined();
    expect(readDisplayName(undefined)).toBeUndefined();
    expect(() => readDisplayName('d'.repeat(65))).toThrow(InputError);
    expect(() => readDisplayName('é'.repeat(33))).toThrow(InputError);
    expect(() => readDisplayName('a\0b')).toThrow(InputError);
  });
});
