/** HTTP to stdio for the revision 2026-07-28: each POST is one request of one program, its answer plain JSON or a stream of events. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';

type Params = Readonly<Record<string, unknown>> | undefined;

interface Pending {
  readonly id: string | number;
  readonly progressToken: unknown;
  readonly response: ServerResponse;
}

const SUBSCRIPTION_ID = 'io.modelcontextprotocol/subscriptionId';

export class StatelessBridge {
  readonly #program: StdioClientTransport;
  readonly #pending = new Map<string, Pending>();
  #lastId = 0;

  constructor(command: string, args: string[]) {
    this.#program = new StdioClientTransport({ command, args });
    this.#program.onmessage = (message) => this.#onMessage(message);
  }

  start(): Promise<void> {
    return this.#program.start();
  }

  close(): Promise<void> {
    return this.#program.close();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of request) body += chunk;
    const message = JSON.parse(body);
    if (message.id === undefined || message.method === undefined) {
      response.writeHead(202).end();
      return;
    }
    this.#lastId += 1;
    const id = `bridge-${this.#lastId}`;
    this.#pending.set(id, { id: message.id, progressToken: message.params?._meta?.progressToken, response });
    response.on('close', () => {
      if (!this.#pending.delete(id)) return;
      const cancelled = { jsonrpc: '2.0' as const, method: 'notifications/cancelled', params: { requestId: id } };
      this.#program.send(cancelled).catch(console.error);
    });
    await this.#program.send({ ...message, id });
  }

  #onMessage(message: JSONRPCMessage): void {
    if ('method' in message) {
      const pending = this.#pendingFor(message.params);
      if (pending) sendEvent(pending.response, withOwnId(message, pending.id));
      return;
    }
    const id = String(message.id);
    const pending = this.#pending.get(id);
    if (!pending) return;
    this.#pending.delete(id);
    const answer = withOwnId({ ...message, id: pending.id }, pending.id);
    if (pending.response.headersSent) {
      sendEvent(pending.response, answer);
      pending.response.end();
    } else {
      const status = 'error' in message ? statusOf(message.error.code) : 200;
      pending.response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    }
  }

  /** Whose notice it is: of a subscription by its id, of a call by its token. */
  #pendingFor(params: Params): Pending | undefined {
    const subscription = Object(params?._meta)[SUBSCRIPTION_ID];
    if (subscription !== undefined) return this.#pending.get(String(subscription));
    return [...this.#pending.values()].findLast(
      ({ progressToken }) => progressToken !== undefined && progressToken === params?.progressToken,
    );
  }
}

function statusOf(code: number): number {
  if (code === -32_601) return 404;
  return code === -32_603 ? 200 : 400;
}

function sendEvent(response: ServerResponse, message: object): void {
  if (!response.headersSent) response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
}

/** The program knows a subscription by the bridge's id, the client by its own. */
function withOwnId(message: object, id: string | number): object {
  const text = JSON.stringify(message, (key, value: unknown) => (key === SUBSCRIPTION_ID ? id : value));
  return JSON.parse(text);
}
