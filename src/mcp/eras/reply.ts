/** Where the answer to a request goes: out at once, or into the answer to the batch that it came in. */

import type { Answer } from './answers.js';
import type { RequestId, RpcError } from './frames.js';
import type { HostOutput } from './output.js';

/** Takes one answer; everything after that is nobody's. */
export interface Reply {
  result(result: object): void;
  error(error: RpcError): void;
  /** There is no answer: the request was cancelled. */
  none(): void;
}

/** `id` is null for what could not be read so far as to know it. */
export function replyTo(output: HostOutput, id: RequestId | null): Reply {
  return {
    result: (result) => output.send({ jsonrpc: '2.0', id, result }),
    error: (error) => output.send({ jsonrpc: '2.0', id, error }),
    none: () => undefined,
  };
}

export function give(reply: Reply, answer: Answer): void {
  if ('error' in answer) reply.error(answer.error);
  else reply.result(answer.result);
}

/** The answers to a batch, sent together once each of its requests has one, or none is to come. */
export class BatchReplies {
  readonly #output: HostOutput;
  readonly #answers: object[] = [];
  #open = 0;
  #isComplete = false;

  constructor(output: HostOutput) {
    this.#output = output;
  }

  replyTo(id: RequestId | null): Reply {
    this.#open += 1;
    const close = (answer?: object) => {
      if (answer) this.#answers.push(answer);
      this.#open -= 1;
      this.#send();
    };
    return {
      result: (result) => close({ jsonrpc: '2.0', id, result }),
      error: (error) => close({ jsonrpc: '2.0', id, error }),
      none: () => close(),
    };
  }

  /** No further request belongs to it. */
  complete(): void {
    this.#isComplete = true;
    this.#send();
  }

  #send(): void {
    if (this.#isComplete && this.#open === 0 && this.#answers.length > 0) this.#output.sendBatch(this.#answers);
  }
}
