/** HTTP to stdio for the revisions up to 2025-11-25: one process of the program for each session, its messages passed on as they are. */

import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';

export class SessionBridge {
  readonly #command: string;
  readonly #args: string[];
  readonly #sessions = new Map<string, StreamableHTTPServerTransport>();

  constructor(command: string, args: string[]) {
    this.#command = command;
    this.#args = args;
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = request.headers['mcp-session-id'];
    const session = typeof id === 'string' ? this.#sessions.get(id) : await this.#open();
    if (session) await session.handleRequest(request, response);
    else response.writeHead(404).end();
  }

  async close(): Promise<void> {
    for (const session of this.#sessions.values()) await session.close();
  }

  async #open(): Promise<StreamableHTTPServerTransport> {
    const session = new StreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      onsessioninitialized: (id) => {
        this.#sessions.set(id, session);
      },
    });
    const program = new StdioClientTransport({ command: this.#command, args: this.#args });
    program.onmessage = (message) => {
      const relatedRequestId = 'id' in message && !('method' in message) ? message.id : undefined;
      session.send(message, relatedRequestId === undefined ? {} : { relatedRequestId }).catch(console.error);
    };
    session.onmessage = (message) => {
      program.send(message).catch(console.error);
    };
    session.onclose = () => {
      program.close().catch(console.error);
    };
    await program.start();
    await session.start();
    return session;
  }
}
