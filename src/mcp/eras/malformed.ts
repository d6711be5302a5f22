/** Requests whose parameters are not what the protocol says: the SDK's dump of its schema becomes the protocol's own error. */

import { ErrorCode, type JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { clipEnd } from '../../text/clip.js';
import { visibleLine } from '../../text/untrusted.js';

const MAX_CHARS = 300;

const issues = z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })).nonempty();

/** The message as it should go out: "params.name: Invalid input: …" instead of a list of issues in JSON. */
export function withClearFault(message: JSONRPCMessage): JSONRPCMessage {
  if (!('error' in message) || message.error.code !== ErrorCode.InternalError) return message;
  const found = issuesIn(message.error.message);
  if (!found) return message;
  const words = found.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  return {
    ...message,
    error: { code: ErrorCode.InvalidParams, message: clipEnd(visibleLine(`Invalid request: ${words}`), MAX_CHARS) },
  };
}

function issuesIn(text: string): z.output<typeof issues> | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    return issues.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
