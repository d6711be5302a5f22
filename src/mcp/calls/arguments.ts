/** Arguments against a tool's schema: what does not fit becomes one InputError that says which, what came, what is allowed. */

import { z } from 'zod';
import { InputError } from '../../coder/errors/errors.js';
import { nearest } from '../../text/names.js';

/** The arguments as the tool takes them, or an InputError about the first fault. */
export function parseArguments(input: z.ZodObject, args: unknown): unknown {
  const given = asMeant(input, args);
  const result = input.safeParse(given);
  if (result.success) return result.data;
  const known = Object.keys(input.shape);
  const { issues } = result.error;
  // A misspelt argument is why another one is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) throw result.error;
  throw toInputError(issue, given, known, issues.length - 1);
}

/**
 * One value where a list is expected counts as a list of one, and a list in JSON as a list: models often write so.
 * `null` for what may be left out counts as left out: hosts that know no optional arguments send it.
 */
function asMeant(input: z.ZodObject, args: unknown): unknown {
  if (typeof args !== 'object' || args === null) return args;
  const given = Object.entries(args).flatMap(([key, value]): [string, unknown][] => {
    const schema = Object.hasOwn(input.shape, key) ? input.shape[key] : undefined;
    if (!schema) return [[key, value]];
    if (value === null && schema.safeParse(undefined).success) return [];
    return [[key, typeof value === 'string' && takesList(schema) ? toList(value) : value]];
  });
  return Object.fromEntries(given);
}

function toList(value: string): unknown {
  if (!value.trim().startsWith('[')) return [value];
  try {
    return JSON.parse(value);
  } catch {
    return [value];
  }
}

function takesList(schema: z.core.$ZodType): boolean {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return takesList(schema.unwrap());
  return schema instanceof z.ZodArray;
}

type Issue = z.core.$ZodIssue;

function toInputError(issue: Issue, args: unknown, known: readonly string[], more: number): InputError {
  const rest = more > 0 ? ` (and ${more} more ${more === 1 ? 'fault' : 'faults'})` : '';
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return new InputError({
      argument: [...issue.path, key].join('.'),
      received: valueAt(args, [...issue.path, key]),
      expectation: `left out: this tool has no such argument${rest}`,
      allowed: issue.path.length === 0 ? nearest(key, known, known.length) : [],
    });
  }
  return new InputError({
    argument: issue.path.join('.') || 'arguments',
    received: valueAt(args, issue.path),
    expectation: expectationOf(issue) + rest,
  });
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `of type ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.join(', ')}`;
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `at least ${issue.minimum} ${issue.origin === 'string' ? 'character' : 'item'}${issue.minimum === 1 ? '' : 's'} long`
        : `at least ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array'
        ? `at most ${issue.maximum} ${issue.origin === 'string' ? 'characters' : 'items'} long`
        : `at most ${issue.maximum}`;
    case 'invalid_union':
      return issue.errors.map(([first]) => (first ? expectationOf(first) : 'another form')).join(', or ');
    default:
      return issue.message;
  }
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Reflect.get(at, key);
  }
  return at;
}
