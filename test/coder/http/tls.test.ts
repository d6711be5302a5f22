/** Secure connections, over real TLS with a certificate that only this test trusts. */

import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import type { Transport } from '../../../src/coder/login/transport.js';
import { fixedCredentials, json, portOf, rejection, testClient } from './loopback.js';
import { startProxy } from './proxy.js';

const pem = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8');
// For coder.test, localhost and 127.0.0.1, signed by itself; the key is of no use to anybody.
const cert = pem('cert');
const key = pem('key');

async function startSecure(options: ServerOptions = {}) {
  const server = createServer({ cert, key, ...options }, (incoming, response) => {
    const isKnown = incoming.socket instanceof TLSSocket && incoming.socket.authorized;
    json(response, 200, { version: 'v2.35.0', authorized: isKnown });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: portOf(server.address()),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a call that is never repeated rejects with. */
async function errorOf(url: string, transport: Transport): Promise<unknown> {
  await using client = testClient(url, { credentials: fixedCredentials(url), transport: async () => transport });
  return await rejection(client.coder.createWorkspaceBuild('w', { transition: 'stop' }));
}

test('a certificate that nobody here trusts is refused before anything is sent', async () => {
  await using server = await startSecure();
  const error = await errorOf(`https://127.0.0.1:${server.port}`, {});
  expect(error).toMatchObject({ code: 'tls', reached: 'no' });
});

test('the authority of the settings is trusted', async () => {
  await using server = await startSecure();
  const url = `https://localhost:${server.port}`;
  await using client = testClient(url, { transport: async () => ({ tls: { ca: [cert] } }) });
  expect(await client.coder.getBuildInfo()).toMatchObject({ version: 'v2.35.0' });
});

test('a certificate for another name is refused', async () => {
  await using server = await startSecure();
  await using proxy = await startProxy(server.port);
  const error = await errorOf('https://other.test', { tls: { ca: [cert] }, proxy: { https: `http://${proxy.host}` } });
  expect(error).toMatchObject({ code: 'tls', reached: 'no' });
});

test('through a proxy the certificate is checked against the name of Coder, not that of the proxy', async () => {
  await using server = await startSecure();
  await using proxy = await startProxy(server.port);
  const transport = async () => ({ tls: { ca: [cert] }, proxy: { https: `http://${proxy.host}` } });
  await using client = testClient('https://coder.test', { transport });
  expect(await client.coder.getBuildInfo()).toMatchObject({ version: 'v2.35.0' });
  expect(proxy.asked).toEqual(['CONNECT coder.test:443']);
});

test('the client certificate of the settings is shown', async () => {
  await using server = await startSecure({ requestCert: true, rejectUnauthorized: true, ca: cert });
  const url = `https://localhost:${server.port}`;
  expect(await errorOf(url, { tls: { ca: [cert] } })).toMatchObject({ name: 'CoderError' });
  await using client = testClient(url, { transport: async () => ({ tls: { ca: [cert], cert, key } }) });
  expect(await client.coder.getBuildInfo()).toMatchObject({ authorized: true });
});
