/** The arguments of a call as they were meant: hosts and models write them in other forms than the schema has. */

import { z } from 'zod';
import { InputError } from '../../coder/errors/errors.js';
import { addedBy } from './host-arguments.js';

type Arguments = Readonly<Record<string, unknown>>;

interface Meant {
  readonly args: Arguments;
  /** One line for each argument that was taken away. */
  readonly notes: readonly string[];
}

/** Deeper than any argument goes; what walks through values would not come back from far greater depths. */
const MAX_DEPTH = 20;

/** Empty here was said on purpose, or is a fault that must be told; everywhere else it stands for what is left out. */
const neverPlaceholders = ['input', 'task', 'tasks', 'confirm'];

/** Ids of entries or cursors: texts, which a model that has seen `id: 12` writes as a number. */
const textOrNumber = ['before', 'after'];

/**
 * The arguments in the forms of the schema, still to be checked against it. Null, and an empty text or list, count as
 * left out where that is allowed; a number, a truth value or a list may come as text, a single value for a list of one.
 */
export function asMeant(input: z.ZodObject, given: Arguments): Meant {
  const notes: string[] = [];
  const entries = Object.entries(given).flatMap(([name, value]): [string, unknown][] => {
    if (depthOf(value) > MAX_DEPTH) throw tooDeep(name);
    const schema = Object.hasOwn(input.shape, name) ? input.shape[name] : undefined;
    if (schema) return isLeftOut(name, value, schema) ? [] : [[name, formed(name, value, schema)]];
    const host = addedBy(name, value);
    if (host === undefined) return [[name, value]];
    notes.push(`${name} was left aside: ${host} adds it to calls, and no tool here has it`);
    return [];
  });
  return { args: Object.fromEntries(entries), notes };
}

function tooDeep(argument: string): InputError {
  const received = `a value nested more than ${MAX_DEPTH} levels deep`;
  return new InputError({ argument, received, expectation: 'a plain value or a list of plain values' });
}

/** How many lists and objects stand in each other, as far as it matters. */
function depthOf(value: unknown): number {
  let depth = 0;
  let level: readonly unknown[] = [value];
  while (depth <= MAX_DEPTH) {
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
    if (level.length === 0) return depth;
    depth += 1;
  }
  return depth;
}

function isLeftOut(name: string, value: unknown, schema: z.core.$ZodType): boolean {
  const isEmpty = (typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0);
  const isPlaceholder = value === null || (isEmpty && !neverPlaceholders.includes(name));
  return isPlaceholder && z.safeParse(schema, undefined).success;
}

function formed(name: string, value: unknown, schema: z.core.$ZodType): unknown {
  const inner = unwrapped(schema);
  if (typeof value === 'number') {
    return inner instanceof z.ZodString && textOrNumber.includes(name) && Number.isSafeInteger(value) && value >= 0
      ? `${value}`
      : value;
  }
  if (typeof value !== 'string') return value;
  if (inner instanceof z.ZodArray) return toList(value);
  if (inner instanceof z.ZodNumber) return toNumber(value);
  if (inner instanceof z.ZodBoolean) return toBoolean(value);
  return value;
}

function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional || schema instanceof z.ZodNullable) {
    return unwrapped(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}

/** A list in JSON, or values separated by commas or line breaks. */
function toList(text: string): unknown {
  if (text.trim().startsWith('[')) {
    try {
      return JSON.parse(text);
    } catch {
      return [text];
    }
  }
  const items = text.split(/[,\n]/).map((item) => item.trim());
  const named = items.filter((item) => item !== '');
  return items.length > 1 && named.length > 0 ? named : [text];
}

function toNumber(text: string): unknown {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? Number(text) : text;
}

function toBoolean(text: string): unknown {
  const word = text.trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : text;
}
