/** The three kinds of error that have words for a model: Coder's, the caller's and the configuration's. */

import type { Validation } from '../wire/schemas.js';
import type { ErrorAdvice } from './error-codes/advice.js';
import type { ErrorCode } from './error-codes.js';

export { type ErrorCode, errorCodes } from './error-codes.js';

/** Whether Coder may have acted on the request: `no` only if it was never sent or the server refused it. */
export type Reached = 'no' | 'yes' | 'unknown';

export interface CoderErrorDetails {
  readonly status?: number | undefined;
  readonly serverMessage?: string | undefined;
  readonly serverDetail?: string | undefined;
  readonly validations?: readonly Validation[] | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfterMs?: number | undefined;
  readonly reached?: Reached;
  readonly location?: string | undefined;
  /** Names that exist and are like the one that does not, nearest first. */
  readonly alternatives?: readonly string[] | undefined;
  /** Cause and next step, where more is known than the code says. */
  readonly advice?: Pick<ErrorAdvice, 'why' | 'next'> | undefined;
  readonly cause?: unknown;
}

/** What went wrong between us and Coder. `serverMessage` and `serverDetail` are cleaned: no HTML, SQL, Go or secrets. */
export class CoderError extends Error {
  override readonly name = 'CoderError';
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly serverMessage: string | undefined;
  readonly serverDetail: string | undefined;
  readonly validations: readonly Validation[];
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly reached: Reached;
  /** Where a redirect pointed. */
  readonly location: string | undefined;
  readonly alternatives: readonly string[];
  readonly advice: Pick<ErrorAdvice, 'why' | 'next'> | undefined;

  constructor(code: ErrorCode, message: string, details: CoderErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.status = details.status;
    this.serverMessage = details.serverMessage;
    this.serverDetail = details.serverDetail;
    this.validations = details.validations ?? [];
    this.requestId = details.requestId;
    this.retryAfterMs = details.retryAfterMs;
    this.reached = details.reached ?? 'unknown';
    this.location = details.location;
    this.alternatives = details.alternatives ?? [];
    this.advice = details.advice;
  }
}

/** Whether this is an error of Coder's, with one of the codes if any are named. */
export function isCoderError(error: unknown, ...codes: readonly ErrorCode[]): error is CoderError {
  return error instanceof CoderError && (codes.length === 0 || codes.includes(error.code));
}

export interface InputProblem {
  /** The argument as the caller knows it. */
  readonly argument: string;
  readonly received: unknown;
  /** What is allowed, in words: completes "must be …". */
  readonly expectation: string;
  /** Values that would be accepted, nearest first. */
  readonly allowed?: readonly string[];
  readonly next?: string;
}

/** What is wrong with an argument before any request was made. */
export class InputError extends Error {
  override readonly name = 'InputError';
  readonly argument: string;
  readonly received: unknown;
  readonly expectation: string;
  readonly allowed: readonly string[];
  readonly next: string | undefined;

  constructor(problem: InputProblem) {
    super(`${problem.argument} must be ${problem.expectation}`);
    this.argument = problem.argument;
    this.received = problem.received;
    this.expectation = problem.expectation;
    this.allowed = problem.allowed ?? [];
    this.next = problem.next;
  }
}

/** Missing or bad configuration: `message` says which setting and what is wrong with it, `next` how to mend it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The setting at fault, such as `CODER_URL`. */
  readonly setting: string;
  readonly next: string;

  constructor(setting: string, message: string, next: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.setting = setting;
    this.next = next;
  }
}
