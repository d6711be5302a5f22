/** Secure connections, over real TLS with a certificate that only this test trusts. */

import { readFileSync } from 'node:fs';
import { createServer, type ServerOptions } from 'node:https';
import { TLSSocket } from 'node:tls';
import { expect, test } from 'vitest';
import type { Transport } from '../../../src/coder/login/transport.js';
import { fixedCredentials, json, portOf, rejection, startLoopback, testClient } from './loopback.js';
import { startProxy } from './proxy.js';

const pem = (name: string) => readFileSync(new URL(`certificates/${name}.pem`, import.meta.url), 'utf8');
// For coder.test, localhost and 127.0.0.1, signed by itself; the key is of no use to anybody.
const cert = pem('cert');
const key = pem('key');
// A leaf for the same names, by an intermediate of a root; and an expired one of another root.
const chain = { root: pem('root'), intermediate: pem('intermediate'), leaf: pem('leaf'), key: pem('leaf-key') };
const expired = { root: pem('expired-root'), leaf: pem('expired') };

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
  expect(error).toMatchObject({ code: 'certificate_name', reached: 'no' });
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

test('an expired certificate is told from one that is not trusted', async () => {
  await using server = await startSecure({ cert: expired.leaf, key: chain.key });
  const error = await errorOf(`https://localhost:${server.port}`, { tls: { ca: [expired.root] } });
  expect(error).toMatchObject({ code: 'certificate_expired', reached: 'no' });
});

test('a server that sends only its leaf is told, though its root is trusted', async () => {
  await using server = await startSecure({ cert: chain.leaf, key: chain.key });
  const error = await errorOf(`https://localhost:${server.port}`, { tls: { ca: [chain.root], hasCaFile: true } });
  expect(error).toMatchObject({ code: 'certificate_chain', reached: 'no', hasCaFile: true });
});

test.each(['root', 'intermediate', 'leaf'] as const)('the %s of a chain works as what is trusted', async (trusted) => {
  await using server = await startSecure({ cert: chain.leaf + chain.intermediate, key: chain.key });
  await using client = testClient(`https://localhost:${server.port}`, {
    transport: async () => ({ tls: { ca: [chain[trusted]] } }),
  });
  expect(await client.coder.getBuildInfo()).toMatchObject({ version: 'v2.35.0' });
});

test('https on a port of http, and http on a port of https', async () => {
  await using plain = await startLoopback((_request, response) => json(response, 200, {}));
  const secureUrl = plain.url.replace('http:', 'https:');
  expect(await errorOf(secureUrl, {})).toMatchObject({ code: 'not_tls', reached: 'no' });
  // What servers in Go and nginx say; Node closes the connection without a word.
  await using go = await startLoopback((_request, response) =>
    response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n'),
  );
  expect(await errorOf(go.url, {})).toMatchObject({ code: 'tls_required', reached: 'no' });
  await using nginx = await startLoopback((_request, response) =>
    response
      .writeHead(400, { 'content-type': 'text/html' })
      .end('<center>The plain HTTP request was sent to HTTPS port</center>'),
  );
  expect(await errorOf(nginx.url, {})).toMatchObject({ code: 'tls_required', reached: 'no' });
});

test('a server that wants a client certificate says so', async () => {
  await using nginx = await startLoopback((_request, response) =>
    response
      .writeHead(400, { 'content-type': 'text/html' })
      .end('<center>No required SSL certificate was sent</center>'),
  );
  expect(await errorOf(nginx.url, {})).toMatchObject({ code: 'client_certificate', reached: 'no' });
});
