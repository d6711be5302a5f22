/** Which failures a watch sits out, and in which words it says so meanwhile. */

import { CoderError, type ErrorCode } from '../../coder/errors/errors.js';

// The network, the proxy and Coder itself come back; a refusal stays a refusal.
const passing: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'network',
  'proxy',
  'connection_lost',
  'timeout',
  'gateway',
  'server_error',
  'rate_limited',
  'bad_answer',
]);

/** Whether it is worth trying again by itself. */
export function isPassing(error: unknown): error is CoderError {
  return error instanceof CoderError && passing.has(error.code);
}

/** Whether it is the token or the account that Coder refuses, whatever is asked. */
export function isSignedOut(error: unknown): boolean {
  return error instanceof CoderError && (error.code === 'unauthorized' || error.code === 'user_suspended');
}

/** What answers say while it lasts. */
export function troubleNote(error: CoderError): string {
  return `Coder cannot be reached at the moment (${error.code}); this may be out of date`;
}
