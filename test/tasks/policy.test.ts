import { expect, test } from 'vitest';
import { CoderError } from '../../src/coder/errors/errors.js';
import { Policy, type PolicyRules } from '../../src/tasks/policy.js';

const policy = (rules: Partial<PolicyRules> = {}) =>
  new Policy({
    allowedTemplates: undefined,
    allowedOwners: undefined,
    maxActiveTasks: undefined,
    confirm: 'ask',
    ...rules,
  });

const codeOf = (act: () => void) => {
  try {
    act();
  } catch (error) {
    if (error instanceof CoderError) return error.code;
    throw error;
  }
  return undefined;
};

test('without rules everything is allowed', () => {
  expect(codeOf(() => policy().requireOwner('bob', 'alice'))).toBeUndefined();
  expect(codeOf(() => policy().requireTemplate('coder', 'tasks-demo'))).toBeUndefined();
  expect(codeOf(() => policy().requireRoomBeside(Array.from({ length: 1_000 }, String), 'alice'))).toBeUndefined();
});

test('owners are named by user name or as me, in any case', () => {
  const mine = policy({ allowedOwners: ['me', 'Carol'] });
  expect(mine.allowsOwner('alice', 'alice')).toBe(true);
  expect(mine.allowsOwner('carol', 'alice')).toBe(true);
  expect(codeOf(() => mine.requireOwner('bob', 'alice'))).toBe('not_allowed_here');
});

test('templates are named alone or with their organization', () => {
  const some = policy({ allowedTemplates: ['tasks-demo', 'other/builder'] });
  expect(some.allowsTemplate('coder', 'Tasks-Demo')).toBe(true);
  expect(some.allowsTemplate('other', 'builder')).toBe(true);
  expect(codeOf(() => some.requireTemplate('coder', 'builder'))).toBe('not_allowed_here');
});

test('one task more than allowed is refused, with the names of those that run', () => {
  const two = policy({ maxActiveTasks: 2 });
  expect(codeOf(() => two.requireRoomBeside(['alice/a'], 'alice'))).toBeUndefined();
  expect(codeOf(() => two.requireRoomBeside(['alice/a', 'alice/b'], 'alice'))).toBe('too_many_tasks');
  expect(() => two.requireRoomBeside(['alice/a', 'alice/b'], 'alice')).toThrow('alice/a, alice/b');
});

test('under a limit creates run one after the other, also past one that fails', async () => {
  const one = policy({ maxActiveTasks: 1 });
  const order: string[] = [];
  const step = (name: string, fails = false) =>
    one.oneStartAtATime(async () => {
      order.push(`${name} begins`);
      await Promise.resolve();
      order.push(`${name} ends`);
      if (fails) throw new Error(name);
      return name;
    });
  const results = await Promise.allSettled([step('a'), step('b', true), step('c')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});
