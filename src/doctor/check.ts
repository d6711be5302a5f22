/** What a check of the deployment is, and what it says. */

import type { Observations } from './observe.js';

export const checkNames = [
  'address',
  'token',
  'version',
  'tasks',
  'templates',
  'organizations',
  'clock',
  'rate_limit',
] as const;

export type CheckName = (typeof checkNames)[number];

export const checkResults = ['ok', 'warn', 'fail'] as const;

/** `warn`: works, but less well than it could; `fail`: something cannot work until it is mended. */
export type CheckResult = (typeof checkResults)[number];

/** One line of a report, in our own words; nothing in it is secret. */
export interface Finding {
  readonly check: CheckName;
  readonly result: CheckResult;
  /** What was seen. */
  readonly seen: string;
  /** What a person does about it; always there when it is not `ok`. */
  readonly mend?: string | undefined;
}

/** Judges what was observed; undefined where nothing was, because an earlier check has failed. */
export type Check = (observations: Observations) => Omit<Finding, 'check'> | undefined;

/** All is well. */
export function ok(seen: string): Omit<Finding, 'check'> {
  return { result: 'ok', seen };
}

/** It works, but less well than it could; `mend` is what a person does about it. */
export function warn(seen: string, mend: string): Omit<Finding, 'check'> {
  return { result: 'warn', seen, mend };
}

/** Something cannot work; `mend` is what a person does about it. */
export function fail(seen: string, mend: string): Omit<Finding, 'check'> {
  return { result: 'fail', seen, mend };
}
