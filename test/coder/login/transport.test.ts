/** Proxy, extra headers and TLS files: read as the Coder CLI reads them, and used on the wire. */

import { rootCertificates } from 'node:tls';
import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/coder/errors/errors.js';
import { proxyFor, transportFrom } from '../../../src/coder/login/transport.js';
import { readCommandLine } from '../../../src/config.js';
import { fixedCredentials, json, rejection, startLoopback, TOKEN, testClient } from '../http/loopback.js';
import { startProxy } from '../http/proxy.js';
import { type MachineParts, machineOf } from './machine-of.js';

const URL_OF_CODER = 'https://coder.example.com';
const PEM = '-----BEGIN CERTIFICATE-----\n…';
/** With the settings that the environment gives. */
const transportOf = (parts: MachineParts) =>
  transportFrom(machineOf(parts), readCommandLine([], parts.env ?? {}).config);
const load = (parts: MachineParts) => transportOf(parts)(URL_OF_CODER);

async function problem(parts: MachineParts): Promise<ConfigError> {
  const error = await rejection(load(parts));
  if (!(error instanceof ConfigError)) throw error;
  return error;
}

test.each([
  ['https://coder.example.com', { https: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['https://coder.example.com', { https: 'proxy:3128' }, 'http://proxy:3128'],
  ['https://coder.example.com', { http: 'http://proxy:3128' }, undefined],
  ['http://coder.example.com', { http: 'http://proxy:3128' }, 'http://proxy:3128'],
  ['http://coder.example.com', { https: 'http://proxy:3128' }, undefined],
  ['https://localhost:3000', { https: 'http://proxy:3128' }, undefined],
  ['https://127.0.0.2', { https: 'http://proxy:3128' }, undefined],
  ['https://[::1]:3000', { https: 'http://proxy:3128' }, undefined],
  ['https://coder.example.com', { https: 'http://p:1', no: '*' }, undefined],
  ['https://coder.example.com', { https: 'http://p:1', no: 'other.com, Example.com' }, undefined],
  ['https://coder.example.com', { https: 'http://p:1', no: '.example.com' }, undefined],
  ['https://example.com', { https: 'http://p:1', no: '.example.com' }, 'http://p:1'],
  ['https://notexample.com', { https: 'http://p:1', no: 'example.com' }, 'http://p:1'],
  ['https://coder.example.com', { https: 'http://p:1', no: 'coder.example.com:443' }, undefined],
  ['https://coder.example.com', { https: 'http://p:1', no: 'coder.example.com:8443' }, 'http://p:1'],
  ['https://10.1.2.3', { https: 'http://p:1', no: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3', { https: 'http://p:1', no: '10.0.0.0/8' }, 'http://p:1'],
  ['https://10.1.2.3', { https: 'http://p:1', no: '10.1.2.3' }, undefined],
  ['https://[fd00::1]', { https: 'http://p:1', no: 'fd00::/8' }, undefined],
  ['https://10.1.2.3', { https: 'http://p:1', no: '10.0.0.0/99' }, 'http://p:1'],
])('%s with %j goes by %s', (url, proxy, expected) => {
  expect(proxyFor(new URL(url), proxy)).toBe(expected);
});

test.each(['socks5://proxy:1080', 'http://user:hunter2@', 'http://proxy:99999'])('the proxy %s is refused', (https) => {
  const ask = () => proxyFor(new URL('https://coder.example.com'), { https });
  expect(ask).toThrow(ConfigError);
  expect(ask).not.toThrow(/hunter2/);
});

test('upper-case variables win, as for the CLI, and unset ones are absent', async () => {
  const { proxy } = await load({
    env: { HTTPS_PROXY: 'http://a', https_proxy: 'http://b', NO_PROXY: '', HTTP_PROXY: 'http://c' },
  });
  expect(proxy).toEqual({ https: 'http://a', http: 'http://c', no: undefined });
});

test('extra headers come from the list and from the command, which knows the address', async () => {
  const { headers } = await load({
    env: { CODER_HEADER: 'X-One=1,"X-Two=a,b ""c"""', CODER_HEADER_COMMAND: 'print-headers --now' },
    exec: async (program, args, env) => `x-three=${[program, ...args].join(' ')}\r\nx-url=${env.CODER_URL}\n\n`,
  });
  expect(headers).toEqual({
    'x-one': '1',
    'x-two': 'a,b "c"',
    'x-three': 'sh -c print-headers --now',
    'x-url': URL_OF_CODER,
  });
});

test('on Windows the command for headers reaches its shell with its quotes', async () => {
  const { headers } = await load({
    platform: 'win32',
    env: { CODER_HEADER_COMMAND: '"C:\\Program Files\\vpn.exe" "a b"' },
    exec: async (program, args) => `x-ran=${[program, ...args].join(' ')}\r\n`,
  });
  expect(headers).toEqual({ 'x-ran': 'cmd.exe /d /s /c ""C:\\Program Files\\vpn.exe" "a b""' });
});

test('a bad header setting is named, without its value', async () => {
  expect(await problem({ env: { CODER_HEADER: 'secret-without-equals' } })).toMatchObject({ setting: 'CODER_HEADER' });
  expect((await problem({ env: { CODER_HEADER: 'secret value=1' } })).message).not.toContain('secret');
  expect((await problem({ env: { CODER_HEADER: 'Coder-Session-Token=x' } })).message).toContain('must not set');
  expect(await problem({ env: { CODER_HEADER_COMMAND: 'x' } })).toMatchObject({ setting: 'CODER_HEADER_COMMAND' });
});

test('TLS files are read, and one that is missing or no PEM is named', async () => {
  const { tls } = await load({ env: { CODER_CLIENT_TLS_CA_FILE: '/ca.pem' }, files: { '/ca.pem': PEM } });
  expect(tls?.ca?.slice(0, 2)).toEqual(rootCertificates.slice(0, 2));
  expect(tls?.ca?.at(-1)).toBe(PEM);
  const missing = await problem({ env: { CODER_CLIENT_TLS_KEY_FILE: '/key.pem' } });
  expect(missing).toMatchObject({ setting: 'CODER_CLIENT_TLS_KEY_FILE' });
  expect(missing.message).toContain('cannot be read');
  const wrong = await problem({ env: { CODER_CLIENT_TLS_CERT_FILE: '/c' }, files: { '/c': 'DER' } });
  expect(wrong.message).toContain('not in PEM form');
  const alone = await problem({ env: { CODER_CLIENT_TLS_CERT_FILE: '/c' }, files: { '/c': PEM } });
  expect(alone.message).toContain('only one is set');
  const env = { CODER_CLIENT_TLS_CERT_FILE: '/c', CODER_CLIENT_TLS_KEY_FILE: '/c' };
  expect((await problem({ env, files: { '/c': PEM } })).message).toContain('cannot be used together');
});

test('what the system trusts is trusted, by a secure address alone', async () => {
  const parts = { authorities: ['company'], env: { CODER_CLIENT_TLS_CA_FILE: '/ca.pem' }, files: { '/ca.pem': PEM } };
  expect((await load({ authorities: ['company'] })).tls?.ca).toEqual(['company']);
  expect((await load(parts)).tls?.ca).toEqual(['company', PEM]);
  expect((await load({})).tls?.ca).toBeUndefined();
  expect((await transportOf(parts)('http://coder.example.com')).tls?.ca).toBeUndefined();
});

test('extra headers travel with every request, and a bad setting fails the first call', async () => {
  await using server = await startLoopback((_request, response) => json(response, 200, { version: 'v2.35.0' }));
  await using client = testClient(server.url, {
    transport: transportOf({ env: { CODER_HEADER: 'X-Team=blue' } }),
  });
  await client.coder.getBuildInfo();
  expect(server.requests[0]?.headers).toMatchObject({ 'x-team': 'blue', 'coder-session-token': TOKEN });
  await using broken = testClient(server.url, {
    transport: transportOf({ env: { CODER_HEADER: 'nonsense' } }),
  });
  expect(await rejection(broken.coder.getBuildInfo())).toBeInstanceOf(ConfigError);
});

test('a plain address is asked for through the proxy, whose password goes to the proxy alone', async () => {
  await using server = await startLoopback((_request, response) => json(response, 200, { version: 'v2.35.0' }));
  await using proxy = await startProxy(Number(new URL(server.url).port));
  await using client = testClient(server.url, {
    credentials: fixedCredentials('http://coder.test'),
    transport: async () => ({ proxy: { http: `http://user:p%40ss@${proxy.host}` } }),
  });
  expect(await client.coder.getBuildInfo()).toMatchObject({ version: 'v2.35.0' });
  const login = Buffer.from('user:p@ss').toString('base64');
  expect(proxy.asked).toEqual([`GET http://coder.test/api/v2/buildinfo Basic ${login}`]);
  expect(server.requests[0]?.headers.host).toBe('coder.test');
});

test('a secure address is reached by a tunnel, and what does not speak TLS there is an error before any request', async () => {
  await using server = await startLoopback((_request, response) => json(response, 200, {}));
  await using proxy = await startProxy(Number(new URL(server.url).port));
  await using client = testClient(server.url, {
    credentials: fixedCredentials('https://coder.test'),
    transport: async () => ({ proxy: { https: `http://${proxy.host}` } }),
  });
  const error = await rejection(client.coder.createTask('me', { template_version_id: 'v', input: 'x' }));
  expect(error).toMatchObject({ reached: 'no' });
  expect(proxy.asked).toEqual(['CONNECT coder.test:443']);
  expect(server.requests).toEqual([]);
});

test('a proxy that refuses is named as what failed', async () => {
  await using proxy = await startProxy(1, { refuses: true });
  await using client = testClient('https://coder.test', {
    transport: async () => ({ proxy: { https: `http://${proxy.host}` } }),
  });
  const error = await rejection(client.coder.createTask('me', { template_version_id: 'v', input: 'x' }));
  expect(error).toMatchObject({ code: 'proxy_login', reached: 'no' });
});

test('a header value that is not ASCII goes out as UTF-8, as by the Coder CLI', async () => {
  await using server = await startLoopback((_request, response) => json(response, 200, { version: 'v2.35.0' }));
  const transport = transportOf({ env: { CODER_HEADER: 'x-team=Zürich' } });
  await using client = testClient(server.url, { transport });
  await client.coder.getBuildInfo();
  expect(Buffer.from(String(server.requests[0]?.headers['x-team']), 'latin1').toString()).toBe('Zürich');
});

test('a header value that no request can carry is a fault of the setting, and not told', async () => {
  const error = await problem({ env: { CODER_HEADER: 'x-team=secret\u0007value' } });
  expect(error).toMatchObject({ setting: 'CODER_HEADER' });
  expect(error.message).toContain('control characters');
  expect(`${error.message} ${error.mend}`).not.toContain('secret');
});
