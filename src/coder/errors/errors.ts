/** The three kinds of error that have words for a model: Coder's, the caller's and the configuration's. */

import type { Validation } from '../wire/schemas.js';
import { type ErrorCode, hasTrait } from './error-codes.js';

export { type ErrorCode, errorCodes } from './error-codes.js';

/** Whether Coder may have acted on the request: `no` only if it was never sent or the server refused it. */
export type Reached = 'no' | 'yes' | 'unknown';

/** Coder Agents (the Chats API): there, there behind an experiment that is off, not there, or not to be told. */
export type CoderAgents = 'there' | 'experiment' | 'absent' | 'unknown';

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
  /** Cause and next step, where a caller of the client knows more than the code says. */
  readonly advice?: { readonly why: string; readonly next: string } | undefined;
  /** Whether CODER_CLIENT_TLS_CA_FILE is set, where the cause may be a certificate. */
  readonly hasCaFile?: boolean | undefined;
  /** The version of Coder, where the cause depends on it. */
  readonly buildVersion?: string | undefined;
  /** What is there in place of tasks. */
  readonly agents?: CoderAgents | undefined;
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
  readonly advice: { readonly why: string; readonly next: string } | undefined;
  readonly buildVersion: string | undefined;
  readonly hasCaFile: boolean;
  readonly agents: CoderAgents | undefined;

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
    this.buildVersion = details.buildVersion;
    this.agents = details.agents;
    this.hasCaFile = details.hasCaFile ?? false;
  }
}

/** Whether this is an error of Coder's, with one of the codes if any are named. */
export function isCoderError(error: unknown, ...codes: readonly ErrorCode[]): error is CoderError {
  return error instanceof CoderError && (codes.length === 0 || codes.includes(error.code));
}

/** Whether this is an error of Coder's that may end without anybody doing anything. */
export function isTransient(error: unknown): boolean {
  return error instanceof CoderError && hasTrait(error.code, 'passes');
}

/** Whether it is the token or the account that Coder refuses, whatever is asked. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof CoderError && hasTrait(error.code, 'signed_out');
}

/** The message of an error without the request that it begins with, such as `GET /api/v2/tasks: `. */
export function withoutRequest(message: string): string {
  return message.replace(/^(?:GET|POST|PATCH|DELETE) \S+: /, '');
}

/** The code of the system or the TLS library at the bottom of an error. */
export function reasonOf(error: unknown): string | undefined {
  let reason: string | undefined;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && typeof cause.code === 'string') reason = cause.code;
  }
  return reason;
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

/** Missing or bad configuration: `message` says which setting and what is wrong with it, `mend` what a person does about it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The setting at fault, such as `CODER_URL`. */
  readonly setting: string;
  /** In the imperative, beginning with a verb in lower case. */
  readonly mend: string;

  constructor(setting: string, message: string, mend: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.setting = setting;
    this.mend = mend;
  }
}
