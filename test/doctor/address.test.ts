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
  return observations(url, { buildInfo: { error: new CoderError(code, 'no answer', { cause }) } });
}

const answering = {
  buildInfo: {
    value: { version: 'v2.34.5+1', external_url: '', dashboard_url: '', deployment_id: '', upgrade_message: '' },
  },
} as const;

test.each([
  ['network', 'ENOTFOUND', 'the name coder.example.com is not known here'],
  ['network', 'EAI_AGAIN', 'the name coder.example.com is not known here'],
  ['network', 'ECONNREFUSED', 'nothing listens there'],
  ['network', 'UND_ERR_CONNECT_TIMEOUT', 'check CODER_URL, the network, the VPN and the firewall'],
  ['tls', 'DEPTH_ZERO_SELF_SIGNED_CERT', 'set CODER_CLIENT_TLS_CA_FILE or NODE_EXTRA_CA_CERTS'],
  ['tls', 'CERT_HAS_EXPIRED', 'set CODER_CLIENT_TLS_CA_FILE or NODE_EXTRA_CA_CERTS'],
  ['tls', 'ERR_SSL_WRONG_VERSION_NUMBER', 'set CODER_URL to http://coder.example.com'],
  ['proxy', 'UND_ERR_PRX_TLS', 'correct HTTPS_PROXY or HTTP_PROXY'],
  ['connection_lost', 'ECONNRESET', 'check whether it is https or http'],
] as const)('%s by %s is told with its mend', (code, reason, mend) => {
  const finding = checkAddress(broken('https://coder.example.com', code, reason));
  expect(finding).toMatchObject({ result: 'fail', seen: expect.stringContaining(`(${reason})`) });
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
