/** The handshake before the rest of the program is there. */

import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { ListToolsRequestSchema, PingRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { Gate, newServer } from '../../src/mcp/handshake.js';

async function connectThroughGate() {
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  const gate = new Gate(ours);
  const server = newServer('1.2.3');
  const client = new Client({ name: 'early-host', version: '1' });
  await Promise.all([server.connect(gate), client.connect(theirs)]);
  return { gate, server, client };
}

test('the handshake is answered behind a closed gate', async () => {
  const { gate, server, client } = await connectThroughGate();
  await gate.greeted;
  expect(client.getServerVersion()).toMatchObject({ name: 'coder-tasks-mcp', version: '1.2.3' });
  expect(client.getServerCapabilities()).toHaveProperty('tools');
  expect(server.getClientVersion()?.name).toBe('early-host');
  await client.close();
});

test('what a host asks before the handlers are there is answered once the gate opens, in its order', async () => {
  const { gate, server, client } = await connectThroughGate();
  const asked: string[] = [];
  const answers = Promise.all([client.listTools(), client.ping()]);
  await new Promise((resolve) => setImmediate(resolve));
  server.setRequestHandler(ListToolsRequestSchema, () => {
    asked.push('list');
    return { tools: [] };
  });
  server.setRequestHandler(PingRequestSchema, () => {
    asked.push('ping');
    return {};
  });
  expect(asked).toEqual([]);
  gate.open();
  await answers;
  expect(asked).toEqual(['list', 'ping']);
  await client.ping();
  expect(asked).toEqual(['list', 'ping', 'ping']);
  await client.close();
});

test('a gate passes on that its transport is closed', async () => {
  const { server, client } = await connectThroughGate();
  const closed = new Promise<void>((resolve) => {
    server.onclose = resolve;
  });
  await client.close();
  await closed;
});
