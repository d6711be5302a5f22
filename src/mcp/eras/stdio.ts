/** The pipe to the host. */

import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { RequestId } from './greeting.js';
import { withClearFault } from './malformed.js';

export class HostTransport extends StdioServerTransport {
  #answered: RequestId | undefined;

  /** `answered` is the id of a request that was answered already: the SDK's answer to it is held back. */
  constructor(answered: RequestId | undefined) {
    super();
    this.#answered = answered;
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    if (this.#answered !== undefined && !('method' in message) && message.id === this.#answered) {
      this.#answered = undefined;
      return;
    }
    await super.send(withClearFault(message));
  }
}
