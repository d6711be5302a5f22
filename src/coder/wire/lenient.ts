/** How a wire field is read: what Coder leaves out, sends as null or sends oddly never fails an answer. */

import { z } from 'zod';

/** The fields we know of a loose object, at every depth, so that a misspelt one is a compile error. */
export type Known<T> = T extends readonly (infer Entry)[]
  ? Known<Entry>[]
  : T extends object
    ? { [Key in keyof T as string extends Key ? never : Key]: Known<T[Key]> }
    : T;

/** A text that Coder always sends; absent, null or something else reads as empty. */
export const text = z.string().catch('');

/** A text that Coder leaves out when it is empty. */
export const optionalText = z.string().nullish().catch(undefined);

/** Whether a time from outside can be one: readable, and in a year in which a Coder server can have written it. */
export function isTime(value: unknown): value is string {
  return typeof value === 'string' && YEARS.test(value) && !Number.isNaN(Date.parse(value));
}

const YEARS = /^20(?:1[5-9]|[2-9]\d)-/;

/** A time that Coder always sends; one that is missing or cannot be is empty: unknown, never a failure. */
export const time = text.transform((value) => (isTime(value) ? value : ''));

/** A time that Coder leaves out until it is known; one that cannot be is left out too. */
export const optionalTime = optionalText.transform((value) => (isTime(value) ? value : undefined));

export const flag = z.boolean().catch(false);

export const count = z.number().catch(0);

export const optionalCount = z.number().nullish().catch(undefined);

const wrappedUuid = z.looseObject({ uuid: z.string(), valid: z.boolean() });

/**
 * An id that may be missing. Real servers send a string or null (coder-api §6); the published API description says
 * `{uuid, valid}`, so that is read too.
 */
export const nullableId = z
  .union([z.string(), wrappedUuid.transform(({ uuid, valid }) => (valid ? uuid : null))])
  .nullable()
  .catch(null);

/** A list in which one odd entry is left out instead of failing the rest; null and absent read as empty. */
export function listOf<Entry extends z.ZodType>(entry: Entry) {
  return z
    .array(z.unknown())
    .nullish()
    .transform((entries) => keepValid(entry, entries ?? []).valid);
}

/** The entries that the schema reads, and how many it does not. */
export function keepValid<Entry extends z.ZodType>(
  entry: Entry,
  candidates: readonly unknown[],
): { valid: z.output<Entry>[]; dropped: number } {
  const valid: z.output<Entry>[] = [];
  for (const candidate of candidates) {
    const result = entry.safeParse(candidate);
    if (result.success) valid.push(result.data);
  }
  return { valid, dropped: candidates.length - valid.length };
}
