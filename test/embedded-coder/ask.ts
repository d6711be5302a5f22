/** One raw HTTP request, sent exactly as recorded: no URL is tidied up, no header added, no redirect followed. */

import { Agent, type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Answer } from './compare.js';

export interface Question {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface Connection {
  /** Settles with the head of the answer; its body is the message itself. */
  open(question: Question): Promise<IncomingMessage>;
  ask(question: Question): Promise<Answer>;
  close(): void;
}

export function connect(baseUrl: string): Connection {
  const agent = new Agent({ keepAlive: true });
  const { hostname, port } = new URL(baseUrl);

  function open({ method, path, headers, body }: Question): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const length = body === null ? {} : { 'Content-Length': Buffer.byteLength(body) };
      const outgoing = request({ agent, hostname, port, method, path, headers: { ...headers, ...length } }, resolve);
      outgoing.on('error', reject);
      outgoing.end(body ?? undefined);
    });
  }

  return {
    open,
    async ask(question) {
      const incoming = await open(question);
      const body = await buffer(incoming);
      return { status: incoming.statusCode ?? 0, headers: flatten(incoming), body: body.toString('utf8') };
    },
    close: () => agent.destroy(),
  };
}

export function flatten(incoming: IncomingMessage): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(incoming.headersDistinct)) headers[name] = (values ?? []).join(', ');
  return headers;
}
