/** Arguments that do not fit a tool's schema: one InputError that says which, what came, what is allowed. */

import type { z } from 'zod';
import { InputError } from '../../coder/errors/errors.js';
import { nearest } from '../../text/names.js';

/** Something that checks its arguments: a tool or a prompt. */
interface Preparing<Call> {
  readonly input: z.ZodObject;
  prepare(args: unknown): Call | { readonly issues: readonly Issue[] };
}

/** The call that these arguments make, or an InputError about the first fault. */
export function prepared<Call extends (...context: never[]) => unknown>(tool: Preparing<Call>, args: unknown): Call {
  const call = tool.prepare(args);
  if (!('issues' in call)) return call;
  const { issues } = call;
  // A misspelt argument is why another one is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  if (!issue) throw new Error('arguments were refused without an issue');
  throw toInputError(issue, args, Object.keys(tool.input.shape), issues.length - 1);
}

type Issue = z.core.$ZodIssue;

// Arguments that people know from workspaces.
const NO_PARAMETERS =
  'the API for tasks takes the values of template parameters from a preset only: choose one with preset, or ask a template administrator to add one';
const absentArguments: Readonly<Record<string, string>> = {
  rich_parameter_values: NO_PARAMETERS,
  parameters: NO_PARAMETERS,
  parameter_values: NO_PARAMETERS,
};

function toInputError(issue: Issue, args: unknown, known: readonly string[], more: number): InputError {
  const rest = more > 0 ? ` (and ${more} more ${more === 1 ? 'fault' : 'faults'})` : '';
  if (issue.code === 'unrecognized_keys') {
    const [key = ''] = issue.keys;
    return new InputError({
      argument: [...issue.path, key].join('.'),
      received: valueAt(args, [...issue.path, key]),
      expectation: `left out: ${(Object.hasOwn(absentArguments, key) && absentArguments[key]) || 'this tool has no such argument'}${rest}`,
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
