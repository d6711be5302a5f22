/** The answer to a host's `initialize`: it follows from nothing but constants, so it is given before anything else is loaded. */

import type { Readable, Writable } from 'node:stream';
import { instructions } from '../instructions.js';

/** What this server offers, to every client alike. */
export const capabilities = {
  tools: {},
  resources: { subscribe: true, listChanged: true },
  prompts: {},
  completions: {},
  logging: {},
};

// The SDK's own list, newest first, without loading it; a test holds the two together.
const protocolVersions = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05', '2024-10-07'] as const;

export type RequestId = string | number;

export function serverInfo(version: string) {
  return { name: 'coder-tasks-mcp', title: 'Coder Tasks', version };
}

/**
 * Answers the host's first line if it is a well-formed `initialize`, and gives the id that was answered. The line stays
 * in the input, so that the SDK sees the whole conversation; its own answer must then be held back.
 */
export async function greet(input: Readable, output: Writable, version: string): Promise<RequestId | undefined> {
  const request = initializeIn(await firstLine(input));
  if (!request) return undefined;
  const { id, wanted } = request;
  const protocolVersion = protocolVersions.find((known) => known === wanted) ?? protocolVersions[0];
  const result = { protocolVersion, capabilities, serverInfo: serverInfo(version), instructions };
  output.write(`${JSON.stringify({ result, jsonrpc: '2.0', id })}\n`);
  return id;
}

/** Everything up to the first line break, which is put back for whoever reads next. */
function firstLine(input: Readable): Promise<string> {
  return new Promise((resolve) => {
    let read = Buffer.alloc(0);
    const onReadable = () => {
      const chunk: unknown = input.read();
      if (!Buffer.isBuffer(chunk)) return;
      read = Buffer.concat([read, chunk]);
      const end = read.indexOf('\n');
      if (end === -1) return;
      input.off('readable', onReadable);
      input.unshift(read);
      resolve(read.toString('utf8', 0, end));
    };
    input.on('readable', onReadable);
  });
}

/** The request on this line, if the SDK would accept it as one; all else is for the SDK to answer. */
function initializeIn(line: string): { readonly id: RequestId; readonly wanted: string } | undefined {
  const message = parsed(line);
  if (!isRecord(message) || message.jsonrpc !== '2.0' || message.method !== 'initialize') return undefined;
  const { id, params } = message;
  if (!isRequestId(id) || !isRecord(params)) return undefined;
  const { protocolVersion, capabilities: offered, clientInfo } = params;
  if (typeof protocolVersion !== 'string' || !isRecord(offered) || !isRecord(clientInfo)) return undefined;
  const isNamed = typeof clientInfo.name === 'string' && typeof clientInfo.version === 'string';
  return isNamed ? { id, wanted: protocolVersion } : undefined;
}

function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || Number.isInteger(value);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
