/** The server as far as the handshake needs it, and the gate that holds back what comes before the rest is there. */

import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import type { Transport, TransportSendOptions } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage, MessageExtraInfo } from '@modelcontextprotocol/sdk/types.js';
import { instructions } from './instructions.js';
import { withClearFault } from './malformed.js';

/** Knows its name and what it will be able to do, and answers nothing but the handshake yet. */
export function newServer(version: string): Server {
  return new Server(
    { name: 'coder-tasks-mcp', title: 'Coder Tasks', version },
    {
      instructions,
      capabilities: {
        tools: {},
        resources: { subscribe: true, listChanged: true },
        prompts: {},
        completions: {},
        logging: {},
      },
      debouncedNotificationMethods: ['notifications/resources/list_changed'],
    },
  );
}

/**
 * A transport that lets only the handshake in until it is opened. A host waits for the answer to its `initialize`, and
 * most of the program is loaded after that; what the host sends meanwhile is kept, in its order.
 */
export class Gate implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: <T extends JSONRPCMessage>(message: T, extra?: MessageExtraInfo) => void;
  readonly #inner: Transport;
  readonly #held: (() => void)[] = [];
  readonly #greeted: () => void;
  #isOpen = false;
  /** Resolves when the handshake is answered, or when a host goes on without one. */
  readonly greeted: Promise<void>;

  constructor(inner: Transport) {
    this.#inner = inner;
    let greet = () => {};
    this.greeted = new Promise((resolve) => {
      greet = resolve;
    });
    this.#greeted = greet;
  }

  start(): Promise<void> {
    this.#inner.onclose = () => this.onclose?.();
    this.#inner.onerror = (error) => this.onerror?.(error);
    this.#inner.onmessage = (message, extra) => {
      const pass = () => this.onmessage?.(message, extra);
      if (this.#isOpen || ('method' in message && message.method === 'initialize')) return pass();
      this.#held.push(pass);
      this.#greeted();
    };
    return this.#inner.start();
  }

  /** Lets in what was held back, and everything from now on. */
  open(): void {
    this.#isOpen = true;
    for (const pass of this.#held.splice(0)) pass();
  }

  async send(message: JSONRPCMessage, options?: TransportSendOptions): Promise<void> {
    await this.#inner.send(withClearFault(message), options);
    this.#greeted();
  }

  close(): Promise<void> {
    return this.#inner.close();
  }
}
