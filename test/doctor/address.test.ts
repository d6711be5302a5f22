/** The check of the address, for trouble that a test cannot bring about for real. */

import { expect, test } from 'vitest';
import { CoderError, type ErrorCode } from '../../src/coder/errors/errors.js';
import { checkAddress } from '../../src/doctor/address.js';
import type { Observations } from '../../src/doctor/observe.js';

function observations(url: string, differs: Partial<Observations> = {}): Observations {
  return {
    origin: { url, addressFrom: 'CODER_URL', tokenFrom: 'CODER_SESSION_TOKEN', notes: [], proxy: undefined },
    buildInfo: undefined,
    firstAnswerMs: 12,
    me: undefined,
    organizations: undefined,
    tasks: undefined,
    templates: undefined,
    clockOffsetMs: 0,
    rateLimit: undefined,
    now: 0,
    ...differs,
  };
}

function broken(url: string, code: ErrorCode, reason: string): Observations {
  const system = Object.assign(new Error(reason), { code: reason });
  const cause = new Error('no answer', { cause: system });
  return observations(url, {
    buildInfo: { error: new CoderError(code, `GET /api/v2/buildinfo: no answer (${reason})`, { cause }) },
  });
}

const answering = {
  buildInfo: {
    value: { version: 'v2.34.5+1', external_url: '', dashboard_url: '', deployment_id: '', upgrade_message: '' },
  },
} as const;

test.each([
  ['network', 'ENOTFOUND', 'check the spelling of the host name'],
  ['network', 'EAI_AGAIN', 'check the spelling of the host name'],
  ['network', 'ECONNREFUSED', 'check the port in CODER_URL'],
  ['network', 'UND_ERR_CONNECT_TIMEOUT', 'check CODER_URL, the network, the VPN and the firewall'],
  ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'set CODER_CLIENT_TLS_CA_FILE or NODE_EXTRA_CA_CERTS'],
  ['certificate_expired', 'CERT_HAS_EXPIRED', 'check the clock of this machine'],
  ['not_tls', 'ERR_SSL_WRONG_VERSION_NUMBER', 'set CODER_URL to the http address'],
  ['proxy', 'UND_ERR_PRX_TLS', 'check HTTPS_PROXY and HTTP_PROXY'],
  ['connection_lost', 'ECONNRESET', 'check that CODER_URL has the right scheme and port'],
] as const)('%s by %s is told with its mend', (code, reason, mend) => {
  const finding = checkAddress(broken('https://coder.example.com', code, reason));
  expect(finding).toMatchObject({ result: 'fail', seen: expect.stringContaining(`(${reason})`) });
  expect(finding?.seen).not.toContain('/api/v2');
  expect(finding?.mend).toContain(mend);
});

test('plain http to another machine is a warning, to this one it is not', () => {
  expect(checkAddress(observations('http://coder.example.com', answering))?.result).toBe('warn');
  expect(checkAddress(observations('http://localhost:3000', answering))?.result).toBe('ok');
  expect(checkAddress(observations('http://[::1]:3000', answering))?.result).toBe('ok');
  expect(checkAddress(observations('http://127.0.0.1.example.com', answering))?.result).toBe('warn');
});

test('a proxy on the way is named', () => {
  const origin = {
    url: 'https://coder.example.com',
    addressFrom: "the Coder CLI's login",
    tokenFrom: "the Coder CLI's login",
    notes: [],
    proxy: 'proxy.example.com:3128',
  };
  expect(checkAddress(observations(origin.url, { ...answering, origin }))?.seen).toBe(
    "https://coder.example.com (from the Coder CLI's login, through the proxy proxy.example.com:3128) answers in 12 ms",
  );
});

test('a deployment that is slow is told with its measured time, and one that is not too', () => {
  const url = 'https://coder.example.com';
  expect(checkAddress(observations(url, { ...answering, answerMs: 40.4 }))).toEqual({
    result: 'ok',
    seen: `${url} (from CODER_URL) answers in 12 ms, short reads in 40 ms`,
  });
  expect(checkAddress(observations(url, { ...answering, answerMs: 2_460 }))).toMatchObject({
    result: 'warn',
    seen: `${url} (from CODER_URL) answers in 12 ms; short reads take 2.5 s each`,
  });
});
