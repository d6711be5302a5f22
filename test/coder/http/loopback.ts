/** A real HTTP server on the loopback that answers as a test says, and a client of it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CoderClient, type CoderClientOptions } from '../../../src/coder/client.js';
import { type Clock, systemClock } from '../../../src/coder/clock.js';
import type { CredentialSource, Credentials } from '../../../src/coder/login/credentials.js';
import { createLog, type LogSink } from '../../../src/log.js';

export const TOKEN = 'abcdefghij-abcdefghijklmnopqrstuv';

interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (request: SeenRequest, response: ServerResponse, index: number) => void;

export interface Loopback extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly SeenRequest[];
  /** Resolves when so many requests have come. */
  seen(count: number): Promise<void>;
}

export async function startLoopback(answer: Answer): Promise<Loopback> {
  const requests: SeenRequest[] = [];
  const waiting: { readonly count: number; readonly resolve: () => void }[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const { method = '', url = '', headers } = incoming;
      const request = { method, path: url, headers, body: Buffer.concat(chunks).toString() };
      requests.push(request);
      for (const { count, resolve } of waiting) if (requests.length >= count) resolve();
      answer(request, response, requests.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    seen: (count) =>
      new Promise((resolve) => {
        if (requests.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on a port');
  return address.port;
}

/** An answer as Coder gives it. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  const own = { 'content-type': 'application/json; charset=utf-8', 'x-coder-build-version': 'v2.35.0' };
  response.writeHead(status, { ...own, ...headers });
  response.end(`${JSON.stringify(body)}\n`);
}

export const notFound = { message: 'Resource not found or you do not have access to this resource' };

export function fixedCredentials(url: string, token = TOKEN): CredentialSource {
  const credentials: Credentials = { url, token, origin: { url: 'a test', token: 'a test' }, notes: [] };
  return { current: async () => credentials, refresh: async () => credentials };
}

export interface TestClient extends AsyncDisposable {
  readonly coder: CoderClient;
  /** What was logged, as JSON lines. */
  readonly lines: readonly string[];
}

export function testClient(
  url: string,
  options: Partial<CoderClientOptions> & { readonly clock?: Clock } = {},
): TestClient {
  const lines: string[] = [];
  const sink: LogSink = createLog('debug', { write: (line: string) => lines.push(line) });
  const coder = new CoderClient({
    credentials: fixedCredentials(url),
    clock: systemClock,
    log: sink.log,
    random: () => 0.5,
    ...options,
  });
  return { coder, lines, [Symbol.asyncDispose]: () => coder.close() };
}

/** The error a promise rejects with; fails when it does not. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('expected a rejection');
    },
    (error: unknown) => error,
  );
}
