/** Errors of requests whose parameters are not what the protocol says: the SDK's dump of its schema becomes words. */

import { clipEnd } from '../../text/clip.js';
import { visibleLine } from '../../text/untrusted.js';
import { errorCodes } from './codes.js';
import { isRecord, type RpcError } from './frames.js';

const MAX_CHARS = 300;

/** The error as it should go out: "params.name: Invalid input: …" instead of a list of issues in JSON. */
export function clearError(error: RpcError): RpcError {
  if (error.code !== errorCodes.internal) return error;
  const words = issuesIn(error.message);
  if (words === undefined) return error;
  return { code: errorCodes.invalidParams, message: clipEnd(visibleLine(`Invalid request: ${words}`), MAX_CHARS) };
}

function issuesIn(text: string): string | undefined {
  if (!text.startsWith('[')) return undefined;
  let issues: unknown;
  try {
    issues = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(issues) || issues.length === 0) return undefined;
  const words = issues.map((issue: unknown) =>
    isRecord(issue) && Array.isArray(issue.path) && typeof issue.message === 'string'
      ? `${issue.path.join('.')}: ${issue.message}`
      : undefined,
  );
  return words.includes(undefined) ? undefined : words.join('; ');
}
