/** The revisions up to 2025-11-25: one server for all requests, which remembers what `initialize` said. */

import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ClientFacts } from './answers.js';
import { isRecord, type RequestFrame, type RequestId, type ResponseFrame } from './frames.js';
import { InnerConnection, type OpenServer } from './inner.js';
import { clearError } from './malformed.js';
import type { HostOutput } from './output.js';
import { clearAnswer } from './questions.js';
import type { Reply } from './reply.js';

interface Waiting {
  readonly id: RequestId;
  readonly reply: Reply;
}

/** A message on its way in; `id` is that of a request. */
interface Held {
  readonly id?: number;
  readonly message: JSONRPCMessage;
}

export class LegacySession {
  readonly #open: OpenServer;
  readonly #output: HostOutput;
  /** By the number that the server knows the request by: the client's own ids may be 0, or used twice. */
  readonly #waiting = new Map<number, Waiting>();
  /** Requests of the server to the client that have no answer yet. */
  readonly #asked = new Set<RequestId>();
  #client: ClientFacts | undefined;
  #logLevel: unknown;
  #lastId = 0;
  #isOpening = false;
  #isClosed = false;
  #connection: InnerConnection | undefined;
  #held: Held[] = [];

  constructor(open: OpenServer, output: HostOutput) {
    this.#open = open;
    this.#output = output;
  }

  /** The client has said who it is. */
  introduce(client: ClientFacts): void {
    this.#client = client;
    this.#connection?.introduce(client);
  }

  /** From which level on the client wants the log. */
  setLogLevel(level: unknown): void {
    this.#logLevel = level;
    if (this.#connection) this.#sendLogLevel();
  }

  /** Passes a request on; the server is loaded for the first. */
  request({ id, method, params }: RequestFrame, reply: Reply): void {
    const inner = this.#nextId();
    this.#waiting.set(inner, { id, reply });
    // Nothing here runs a call as a task of the protocol, and a server that does not must pass the wish over.
    const { task: _, ...plain } = params;
    const taken = method === 'tools/call' ? plain : params;
    this.#deliver({ id: inner, message: { jsonrpc: '2.0', id: inner, method, params: taken } });
  }

  /** Ends the requests of this id; they get no answer. */
  cancel(id: RequestId): void {
    for (const [inner, waiting] of [...this.#waiting]) {
      if (waiting.id !== id) continue;
      this.#waiting.delete(inner);
      waiting.reply.none();
      this.#held = this.#held.filter((held) => held.id !== inner);
      const params = { requestId: inner, reason: 'cancelled by the client' };
      this.#connection?.receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
    }
  }

  /** Passes on the client's answer to a question; false for one that nobody waits for. */
  respond({ id, result }: ResponseFrame): boolean {
    if (!this.#asked.delete(id)) return false;
    this.#connection?.receive(
      result === undefined
        ? { jsonrpc: '2.0', id, error: { code: -1, message: 'the host could not ask' } }
        : { jsonrpc: '2.0', id, result: clearAnswer(result) },
    );
    return true;
  }

  close(): void {
    this.#isClosed = true;
    this.#waiting.clear();
    this.#held = [];
    this.#connection?.close();
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #deliver(held: Held): void {
    if (this.#connection) {
      this.#connection.receive(held.message);
      return;
    }
    this.#held.push(held);
    if (!this.#isOpening) void this.#connect();
  }

  /** A failure to load is told to everybody by `open` itself. */
  async #connect(): Promise<void> {
    this.#isOpening = true;
    const server = await this.#open('legacy').catch(() => undefined);
    if (server === undefined) return;
    const connection = await InnerConnection.to(server, (message) => this.#onSent(message));
    if (this.#isClosed) {
      connection.close();
      return;
    }
    this.#connection = connection;
    if (this.#client) connection.introduce(this.#client);
    if (this.#logLevel !== undefined) this.#sendLogLevel();
    const held = this.#held;
    this.#held = [];
    for (const { message } of held) connection.receive(message);
  }

  #sendLogLevel(): void {
    // Its answer finds nobody waiting: the client has had one.
    const params = { level: this.#logLevel };
    this.#connection?.receive({ jsonrpc: '2.0', id: this.#nextId(), method: 'logging/setLevel', params });
  }

  #onSent(message: JSONRPCMessage): void {
    if (!('method' in message)) this.#answer(message);
    else if ('id' in message) {
      this.#asked.add(message.id);
      this.#output.send(message);
    } else if (message.method === 'notifications/cancelled') {
      // A question that has its answer is over: no host understands its end being called off.
      const asked = isRecord(message.params) ? message.params.requestId : undefined;
      const isOpen = (typeof asked === 'number' || typeof asked === 'string') && this.#asked.delete(asked);
      if (isOpen) this.#output.send(message);
    } else this.#output.send(message);
  }

  #answer(message: Exclude<JSONRPCMessage, { method: string }>): void {
    if (typeof message.id !== 'number') return;
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('error' in message) waiting?.reply.error(clearError(message.error));
    else waiting?.reply.result(message.result);
  }
}
