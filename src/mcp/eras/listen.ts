/** One `subscriptions/listen`: a request that stays open, and everything that its client wants to be told. */

import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import type { ClientFacts } from './answers.js';
import { SERVER_INFO, SUBSCRIPTION_ID } from './envelope.js';
import { isRecord, type Params, type RequestId } from './frames.js';
import { InnerConnection, type OpenServer } from './inner.js';
import type { HostOutput } from './output.js';

// More addresses than a person can have tasks to look at.
const MAX_ADDRESSES = 1_000;

const passedOn = ['notifications/resources/updated', 'notifications/resources/list_changed'];

export interface ListenOptions {
  readonly id: RequestId;
  readonly client: ClientFacts;
  /** The `notifications` of the request. */
  readonly wanted: Params;
  readonly open: OpenServer;
  readonly output: HostOutput;
  /** `isFinished`: ended by us, which the client is told; otherwise it was cancelled. */
  onEnd(isFinished: boolean): void;
}

export class Listen {
  readonly #options: ListenOptions;
  readonly #asked = new Map<number, (isDone: boolean) => void>();
  /** What came before the acknowledgement; `undefined` once that was sent. */
  #early: JSONRPCMessage[] | undefined = [];
  #connection: InnerConnection | undefined;
  #isOver = false;

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  /** Follows what can be followed, says what that is, and passes notices on from then on. */
  async start(): Promise<void> {
    const { open, client, wanted, output } = this.#options;
    const server = await open('listen').catch(() => undefined);
    if (this.#isOver || server === undefined) return;
    this.#connection = await InnerConnection.to(server, (message) => this.#onSent(message));
    if (this.#isOver) return this.#connection.close();
    this.#connection.introduce(client);
    const [uris, hasList] = await Promise.all([this.#subscribed(wanted.resourceSubscriptions), this.#listed(wanted)]);
    if (this.#isOver) return;
    const notifications = {
      ...(hasList && { resourcesListChanged: true }),
      ...(uris.length > 0 && { resourceSubscriptions: uris }),
    };
    output.send({
      jsonrpc: '2.0',
      method: 'notifications/subscriptions/acknowledged',
      params: { notifications, _meta: this.#meta },
    });
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#pass(message);
  }

  /** Ended by the client: nothing more is said. */
  cancel(): void {
    this.#end(false);
  }

  /** Ended by us. */
  finish(): void {
    this.#end(true);
  }

  /** The answer of a request that we end. */
  result(serverInfo: object): object {
    return { resultType: 'complete', _meta: { [SERVER_INFO]: serverInfo, ...this.#meta } };
  }

  get #meta() {
    return { [SUBSCRIPTION_ID]: this.#options.id };
  }

  #end(isFinished: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#connection?.close();
    for (const settle of this.#asked.values()) settle(false);
    this.#options.onEnd(isFinished);
  }

  /** Those of the addresses that can be followed. */
  async #subscribed(given: unknown): Promise<readonly string[]> {
    const texts = Array.isArray(given) ? given.filter((uri): uri is string => typeof uri === 'string') : [];
    const uris = [...new Set(texts)].slice(0, MAX_ADDRESSES);
    const done = await Promise.all(uris.map((uri) => this.#ask('resources/subscribe', { uri })));
    return uris.filter((_uri, index) => done[index]);
  }

  /** Reading the list is what makes the server look for changes of it. */
  async #listed({ resourcesListChanged }: Params): Promise<boolean> {
    return resourcesListChanged === true && (await this.#ask('resources/list', {}));
  }

  #ask(method: string, params: { [key: string]: unknown }): Promise<boolean> {
    const id = this.#asked.size + 1;
    return new Promise((resolve) => {
      this.#asked.set(id, resolve);
      this.#connection?.receive({ jsonrpc: '2.0', id, method, params });
    });
  }

  #onSent(message: JSONRPCMessage): void {
    if (this.#isOver) return;
    if (!('method' in message)) {
      if (typeof message.id === 'number') this.#asked.get(message.id)?.('result' in message);
    } else if (passedOn.includes(message.method)) {
      if (this.#early) this.#early.push(message);
      else this.#pass(message);
    }
  }

  #pass(message: JSONRPCMessage): void {
    if (!('method' in message)) return;
    const { method, params } = message;
    const given = isRecord(params) ? params : {};
    const meta = isRecord(given._meta) ? given._meta : {};
    this.#options.output.send({ jsonrpc: '2.0', method, params: { ...given, _meta: { ...meta, ...this.#meta } } });
  }
}
