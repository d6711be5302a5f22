/** A server of the SDK behind the router: a connection in memory that is opened as if its client had just said hello. */

import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ClientFacts } from './answers.js';

/** What the router needs of a server. */
export interface InnerServer {
  connect(transport: Transport): Promise<void>;
  close(): Promise<void>;
}

/** For whom a server is: all of a client's requests, one request, or one `subscriptions/listen`. */
export type ServerUse = 'legacy' | 'request' | 'listen';

/** Loads what is not loaded yet, and makes a server. */
export type OpenServer = (use: ServerUse) => Promise<InnerServer>;

// Not a number, as those of the router's own requests are.
const HELLO = 'hello';

/** The revision that handlers speak among themselves; what goes out is made to fit the client's. */
const INNER_REVISION = '2025-11-25';

class InnerTransport implements Transport {
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  readonly #onSent: (message: JSONRPCMessage) => void;

  constructor(onSent: (message: JSONRPCMessage) => void) {
    this.#onSent = onSent;
  }

  async start(): Promise<void> {}

  async send(message: JSONRPCMessage): Promise<void> {
    this.#onSent(message);
  }

  async close(): Promise<void> {
    this.onclose?.();
  }
}

export class InnerConnection {
  readonly #server: InnerServer;
  readonly #transport: InnerTransport;

  private constructor(server: InnerServer, transport: InnerTransport) {
    this.#server = server;
    this.#transport = transport;
  }

  /** Connects to the server; `onSent` gets everything that it sends but its answers to `introduce`. */
  static async to(server: InnerServer, onSent: (message: JSONRPCMessage) => void): Promise<InnerConnection> {
    const transport = new InnerTransport((message) => {
      const isHello = 'id' in message && message.id === HELLO && !('method' in message);
      if (!isHello) onSent(message);
    });
    await server.connect(transport);
    return new InnerConnection(server, transport);
  }

  /** Tells the server who its client is; said again, the newer counts. */
  introduce({ name, version, canElicit }: ClientFacts): void {
    const params = {
      protocolVersion: INNER_REVISION,
      capabilities: canElicit ? { elicitation: { form: {} } } : {},
      clientInfo: { name, version },
    };
    this.receive({ jsonrpc: '2.0', id: HELLO, method: 'initialize', params });
    this.receive({ jsonrpc: '2.0', method: 'notifications/initialized' });
  }

  /** Hands the server a message. */
  receive(message: JSONRPCMessage): void {
    this.#transport.onmessage?.(message);
  }

  /** Ends everything that the server still does for it; it sends nothing more. */
  close(): void {
    // Closing only empties maps and aborts signals; there is nothing to wait for, and nothing that can fail.
    void this.#server.close();
  }
}
