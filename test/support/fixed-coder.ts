/** A deployment of fixed answers, for worlds that the embedded one does not have: several organizations, deprecated templates. */

import { createServer } from 'node:http';
import { CoderClient } from '../../src/coder/client.js';
import { systemClock } from '../../src/coder/clock.js';
import { createLog } from '../../src/log.js';

const NOT_FOUND = { message: 'Resource not found or you do not have access to this resource' };

export interface FixedCoder extends AsyncDisposable {
  readonly coder: CoderClient;
}

/** Answers `path` (with its query, decoded) as the table says, everything else as Coder answers what is not there. */
export async function startFixedCoder(answers: Readonly<Record<string, unknown>>): Promise<FixedCoder> {
  const server = createServer(({ url = '' }, response) => {
    const path = decodeURIComponent(url.replaceAll('+', ' '));
    const isKnown = Object.hasOwn(answers, path);
    response.writeHead(isKnown ? 200 : 404, { 'Content-Type': 'application/json; charset=utf-8' });
    response.end(JSON.stringify(isKnown ? answers[path] : NOT_FOUND));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const credentials = {
    url: `http://127.0.0.1:${address.port}`,
    token: 'aaaaaaaaaa-bbbbbbbbbbbbbbbbbbbbbb',
    origin: { url: 'test', token: 'test' },
    notes: [],
  };
  const source = { current: async () => credentials, refresh: async () => credentials };
  const { log } = createLog('error', { write: () => true });
  const coder = new CoderClient({ credentials: source, clock: systemClock, log });
  return {
    coder,
    async [Symbol.asyncDispose]() {
      await coder.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
