/** The answer to `initialize` before the SDK is loaded: the same as the SDK would give, and nothing is lost by it. */

import { PassThrough } from 'node:stream';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { type JSONRPCMessage, SUPPORTED_PROTOCOL_VERSIONS } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { capabilities, greet, serverInfo } from '../../../src/mcp/eras/greeting.js';
import { instructions } from '../../../src/mcp/instructions.js';

const clientInfo = { name: 'host', version: '1' };
const initialize = (protocolVersion: unknown, id: unknown = 0) => ({
  jsonrpc: '2.0',
  id,
  method: 'initialize',
  params: { protocolVersion, capabilities: {}, clientInfo },
});

/** What is written, and what is left to read, after a host has sent this. */
async function greeted(...chunks: readonly string[]) {
  const [input, output] = [new PassThrough(), new PassThrough()];
  const answer = greet(input, output, '1.2.3');
  for (const chunk of chunks) {
    input.write(chunk);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const id = await answer;
  const left: unknown = input.read();
  const written: unknown = output.read();
  return { id, left: String(left), written: Buffer.isBuffer(written) ? String(written) : undefined };
}

async function answerOfSdk(request: ReturnType<typeof initialize>): Promise<JSONRPCMessage> {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const server = new Server(serverInfo('1.2.3'), { instructions, capabilities });
  await server.connect(ours);
  await theirs.start();
  const answer = new Promise<JSONRPCMessage>((resolve) => {
    theirs.onmessage = resolve;
  });
  await theirs.send(JSON.parse(JSON.stringify(request)));
  return answer;
}

test.each([...SUPPORTED_PROTOCOL_VERSIONS, '2026-07-28', 'nonsense'])(
  'a host of version %s gets what the SDK would answer',
  async (wanted) => {
    const request = initialize(wanted, 'first');
    const { id, written } = await greeted(`${JSON.stringify(request)}\n`);
    expect(id).toBe('first');
    expect(JSON.parse(written ?? '')).toEqual(await answerOfSdk(request));
  },
);

test('the whole input stays for the SDK, in whatever pieces it came', async () => {
  const line = JSON.stringify(initialize('2025-11-25', 7));
  const more = '{"jsonrpc":"2.0","method":"notifications/initialized"}\n{"half';
  const { id, left } = await greeted(line.slice(0, 20), line.slice(20), `\n${more}`);
  expect({ id, left }).toEqual({ id: 7, left: `${line}\n${more}` });
});

test.each([
  ['no JSON', 'hello'],
  ['another request', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover' })],
  ['a request without an id', JSON.stringify({ jsonrpc: '2.0', method: 'initialize', params: {} })],
  ['an id that is no whole number', JSON.stringify(initialize('2025-11-25', 7.5))],
  ['a version that is no text', JSON.stringify(initialize(5))],
  ['no version', JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize' })],
])('%s is left to the SDK', async (_what, line) => {
  expect(await greeted(`${line}\n`)).toEqual({ id: undefined, left: `${line}\n`, written: undefined });
});
