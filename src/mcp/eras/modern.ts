/** The revision 2026-07-28: each request stands alone, has a server of its own, and leaves nothing behind. */

import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { type Answers, invalid, unknownMethod } from './answers.js';
import { errorCodes } from './codes.js';
import { type Envelope, modernVersions, openEnvelope, SERVER_INFO } from './envelope.js';
import { isRecord, type RequestFrame, type RequestId, type RpcError } from './frames.js';
import { InnerConnection, type OpenServer } from './inner.js';
import { Listen } from './listen.js';
import { clearError } from './malformed.js';
import type { HostOutput } from './output.js';
import { ANSWERED_EARLIER, clearAnswer, questionKey } from './questions.js';
import type { Reply } from './reply.js';

// What stands on flags alone cannot change in the life of a process.
const LASTING_MS = 3_600_000;
const MAX_LISTENS = 1_024;

/** How long an answer may be kept, for the methods whose answers may be kept at all. */
const ttlMs: Readonly<Record<string, number>> = {
  'server/discover': LASTING_MS,
  'tools/list': LASTING_MS,
  'prompts/list': LASTING_MS,
  'resources/templates/list': LASTING_MS,
  'resources/list': 0,
  'resources/read': 0,
};

/** The methods that a server of its own answers. */
const served = ['tools/call', 'prompts/get', 'resources/list', 'resources/read', 'completion/complete'];

/** Something under way that can be ended. */
interface Exchange {
  cancel(): void;
}

export interface ModernOptions {
  readonly answers: Answers;
  readonly open: OpenServer;
  readonly output: HostOutput;
}

export class ModernRequests {
  readonly #options: ModernOptions;
  readonly #exchanges = new Map<RequestId, Exchange>();
  readonly #listens = new Set<Listen>();

  constructor(options: ModernOptions) {
    this.#options = options;
  }

  /** Answers a request that has an envelope. */
  request(frame: RequestFrame, reply: Reply): void {
    if (this.#exchanges.has(frame.id)) {
      reply.error({ code: errorCodes.invalidRequest, message: 'Invalid Request: this id is in use' });
      return;
    }
    const envelope = openEnvelope(frame.params);
    if ('error' in envelope) {
      reply.error(envelope.error);
      return;
    }
    const { method } = frame;
    const { answers } = this.#options;
    const known =
      method === 'server/discover' ? answers.discover(modernVersions) : answers.list(method, envelope.params);
    if (known) {
      if ('error' in known) reply.error(known.error);
      else reply.result(this.#complete(method, known.result));
    } else if (method === 'subscriptions/listen') this.#listen(frame.id, envelope, reply);
    else if (served.includes(method)) void this.#exchange(frame, envelope, reply);
    else reply.error(unknownMethod(method).error);
  }

  /** Ends the request of this id without an answer; false where there is none. */
  cancel(id: RequestId): boolean {
    const exchange = this.#exchanges.get(id);
    exchange?.cancel();
    return exchange !== undefined;
  }

  /** Ends everything. Those who listen are told that it is over. */
  close(): void {
    for (const listen of [...this.#listens]) listen.finish();
    for (const exchange of [...this.#exchanges.values()]) exchange.cancel();
  }

  /** A result as this revision has it. */
  #complete(method: string, result: object): object {
    const meta = '_meta' in result && isRecord(result._meta) ? result._meta : {};
    const ttl = Object.hasOwn(ttlMs, method) ? ttlMs[method] : undefined;
    return {
      ...result,
      resultType: 'complete',
      ...(ttl !== undefined && { ttlMs: ttl, cacheScope: 'private' }),
      _meta: { ...meta, [SERVER_INFO]: this.#options.answers.serverInfo },
    };
  }

  async #exchange(frame: RequestFrame, { client, answers, params }: Envelope, reply: Reply): Promise<void> {
    let isOver = false;
    let connection: InnerConnection | undefined;
    const finish = (answer: () => void) => {
      if (isOver) return;
      isOver = true;
      this.#exchanges.delete(frame.id);
      answer();
      connection?.close();
    };
    this.#exchanges.set(frame.id, { cancel: () => finish(() => reply.none()) });
    const server = await this.#options.open('request').catch(() => undefined);
    if (isOver || server === undefined) return;
    let questions = 0;
    const onSent = (message: JSONRPCMessage) => {
      if (isOver) return;
      if (!('method' in message)) {
        if ('error' in message) finish(() => reply.error(modernError(message.error)));
        else finish(() => reply.result(this.#complete(frame.method, message.result)));
      } else if ('id' in message) {
        questions += 1;
        const key = `${questionKey(frame.method, params)}-${questions}`;
        if (Object.hasOwn(answers, key)) connection?.receive(responseTo(message.id, answers[key]));
        else finish(() => reply.result(this.#question(key, message)));
      } else if (message.method === 'notifications/progress') this.#options.output.send(message);
    };
    connection = await InnerConnection.to(server, onSent);
    if (isOver) {
      connection.close();
      return;
    }
    connection.introduce(client);
    connection.receive({ jsonrpc: '2.0', id: 1, method: frame.method, params });
  }

  /** The end of a request that needs an answer of the person: the client asks, and repeats the request with it. */
  #question(
    key: string,
    { method, params }: { readonly method: string; readonly params?: object | undefined },
  ): object {
    return {
      resultType: 'input_required',
      inputRequests: { [key]: { method, params } },
      _meta: { [SERVER_INFO]: this.#options.answers.serverInfo },
    };
  }

  #listen(id: RequestId, { client, params }: Envelope, reply: Reply): void {
    if (!isRecord(params.notifications)) {
      reply.error(invalid('params.notifications must be an object').error);
      return;
    }
    if (this.#listens.size >= MAX_LISTENS) {
      reply.error({
        code: errorCodes.internal,
        message: `${MAX_LISTENS} subscriptions are open; end one of them first`,
      });
      return;
    }
    const { open, output, answers } = this.#options;
    const listen = new Listen({
      id,
      client,
      wanted: params.notifications,
      open,
      output,
      onEnd: (isFinished) => {
        this.#listens.delete(listen);
        this.#exchanges.delete(id);
        if (isFinished) reply.result(listen.result(answers.serverInfo));
        else reply.none();
      },
    });
    this.#listens.add(listen);
    this.#exchanges.set(id, listen);
    void listen.start();
  }
}

/** What a person answered, for the handler that asked; what is no object at all was given by nobody. */
function responseTo(id: RequestId, answer: unknown): JSONRPCMessage {
  return isRecord(answer)
    ? { jsonrpc: '2.0', id, result: { ...clearAnswer(answer), _meta: { [ANSWERED_EARLIER]: true } } }
    : { jsonrpc: '2.0', id, error: { code: errorCodes.invalidParams, message: 'the answer is no object' } };
}

/** This revision has no code of its own for a resource that is not there. */
function modernError(error: RpcError): RpcError {
  const clear = clearError(error);
  return clear.code === errorCodes.resourceNotFound ? { ...clear, code: errorCodes.invalidParams } : clear;
}
