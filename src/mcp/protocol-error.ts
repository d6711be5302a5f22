/** Failures of requests that are not tool calls: JSON-RPC errors, in the same words that tools use. */

import { ErrorCode } from '@modelcontextprotocol/sdk/types.js';
import { InputError, isCoderError } from '../coder/errors/errors.js';
import { errorText } from './calls/tool-error.js';

// The protocol's own number, which the SDK has no name for.
const RESOURCE_NOT_FOUND = -32_002;

/** Not the SDK's McpError: that one puts its number before the words, and clients put it there again. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

/** There is nothing at this address, or nothing any more, or nothing that this token may see. */
export function resourceNotFound(uri: string, words = 'resource not found'): ProtocolError {
  return new ProtocolError(RESOURCE_NOT_FOUND, words, { uri });
}

/** Any failure as the protocol's error, its whole text on one line. */
export function toProtocolError(error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  const isOfCaller = error instanceof InputError || isCoderError(error, 'not_found', 'user_not_found');
  const code = isOfCaller ? ErrorCode.InvalidParams : ErrorCode.InternalError;
  return new ProtocolError(code, oneLine(error));
}

/** The same for a resource that was asked for: what is not there gets the protocol's own error. */
export function toResourceError(error: unknown, uri: string): ProtocolError {
  return isCoderError(error, 'not_found', 'task_gone') ? resourceNotFound(uri, oneLine(error)) : toProtocolError(error);
}

/** A failure in words, as a tool would give them, on one line. */
export function oneLine(error: unknown): string {
  return errorText(error)
    .replace(/^error: /, '')
    .replaceAll('\n', '; ');
}
