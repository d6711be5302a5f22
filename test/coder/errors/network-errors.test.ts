/** Exchanges without an answer, over real sockets: what failed, where, and whether anything was sent. */

import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { networkError } from '../../../src/coder/errors/network-errors.js';
import { WireError } from '../../../src/coder/http/connections.js';
import type { Transport } from '../../../src/coder/login/transport.js';
import { ManualClock } from '../../support/manual-clock.js';
import { json, portOf, rejection, startLoopback, testClient } from '../http/loopback.js';
import { startProxy } from '../http/proxy.js';

const task = { user: 'me', task: 'fix' };

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('a refused connection names the address, and a send says that nothing was sent', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  await using client = testClient(url);
  const error = await rejection(client.coder.sendTaskInput(task, 'hello'));
  expect(error).toMatchObject({ code: 'network', reached: 'no' });
  expect(Object(error).message).toContain(`${url} (ECONNREFUSED); nothing was sent`);
});

test('a proxy that cannot be reached is the fault, not the address of Coder', async () => {
  const proxy = `127.0.0.1:${await freePort()}`;
  for (const url of ['http://coder.test', 'https://coder.test']) {
    const transport: Transport = { proxy: { http: `http://${proxy}`, https: `http://${proxy}` } };
    await using client = testClient(url, { transport: async () => transport });
    const error = await rejection(client.coder.sendTaskInput(task, 'x'));
    expect(error).toMatchObject({ code: 'proxy', reached: 'no' });
    expect(Object(error).message).toContain(`${url} through the proxy ${proxy}`);
  }
});

test('a proxy that wants a login is told on both ways through it', async () => {
  await using tunnel = await startProxy(1, { refuses: true });
  await using plain = await startLoopback((_request, response) =>
    response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end(),
  );
  const ways: readonly (readonly [string, Transport])[] = [
    ['https://coder.test', { proxy: { https: `http://${tunnel.host}` } }],
    ['http://coder.test', { proxy: { http: plain.url } }],
  ];
  for (const [url, transport] of ways) {
    await using client = testClient(url, { transport: async () => transport });
    expect(await rejection(client.coder.sendTaskInput(task, 'x'))).toMatchObject({
      code: 'proxy_login',
      reached: 'no',
    });
  }
});

/** A deployment that answers once and then refuses connections. */
async function startStopping() {
  const clock = new ManualClock();
  const server = await startLoopback((_request, response) => json(response, 200, { version: 'v2.35.0' }));
  const client = testClient(server.url, { clock });
  clock.addIdleCheck(() => client.coder.inFlight === 0);
  await clock.runUntil(client.coder.getBuildInfo());
  await server[Symbol.asyncDispose]();
  return { clock, coder: client.coder, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}

test('a deployment that answered a short time ago has stopped answering, which no setting mends', async () => {
  await using t = await startStopping();
  await t.clock.advance(42_000);
  const error = await t.clock.runUntil(rejection(t.coder.sendTaskInput(task, 'x')));
  expect(error).toMatchObject({ code: 'stopped_answering', reached: 'no', retryAfterMs: 5_000 });
  expect(Object(error).message).toContain('Coder stopped answering 42 s ago');
  expect(Object(error).message).toContain('nothing was sent');
});

test('after ten minutes the address may be wrong again', async () => {
  await using t = await startStopping();
  await t.clock.advance(10 * 60_000 + 1);
  expect(await t.clock.runUntil(rejection(t.coder.sendTaskInput(task, 'x')))).toMatchObject({ code: 'network' });
});

test('a connection that breaks leaves open whether a write was done; of a read there is nothing to know', async () => {
  let isBroken = false;
  await using server = await startLoopback((_request, response) => {
    if (isBroken) response.destroy();
    else json(response, 200, { version: 'v2.35.0' });
  });
  await using client = testClient(server.url);
  await client.coder.getBuildInfo();
  isBroken = true;
  expect(await rejection(client.coder.sendTaskInput(task, 'x'))).toMatchObject({
    code: 'connection_lost',
    reached: 'unknown',
  });
  expect(await rejection(client.coder.getTask(task))).toMatchObject({ code: 'stopped_answering' });
});

test.each([
  ['CERT_NOT_YET_VALID', 'certificate_expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'certificate_name'],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'certificate_chain'],
  ['SELF_SIGNED_CERT_IN_CHAIN', 'tls'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls'],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'client_certificate'],
  ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'client_certificate'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'not_tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', 'not_tls'],
  ['EPROTO', 'not_tls'],
] as const)('the TLS fault %s is %s', (reason, code) => {
  const cause = new Error('fetch failed', { cause: Object.assign(new Error('x'), { code: reason }) });
  const exchange = { what: 'GET /x', isWrite: false, url: 'https://c', proxy: undefined, hasCaFile: false };
  expect(networkError({ ...exchange, answeredMsAgo: undefined }, new WireError(false, cause))).toMatchObject({ code });
});
