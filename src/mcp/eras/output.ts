/** What goes out to the host: one message a line, and nothing after the host has closed its side. */

import type { Writable } from 'node:stream';
import { lineOf, MAX_LINE_BYTES } from './line-limit.js';

// A host that does not read makes what is unread grow; past this much, no further request is begun.
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

interface HostOutputOptions {
  readonly stream: Writable;
  /** Takes secrets out of a line: the one place that everything for the host passes. */
  scrub(line: string): string;
  /** Called when the host has read on after it had fallen behind. */
  onDrained(): void;
}

export class HostOutput {
  readonly #stream: Writable;
  readonly #scrub: (line: string) => string;
  #hasEnded = false;

  constructor({ stream, scrub, onDrained }: HostOutputOptions) {
    this.#stream = stream;
    this.#scrub = scrub;
    stream.on('drain', onDrained);
  }

  /** Whether the host has left more unread than is good. */
  get isCongested(): boolean {
    return this.#stream.writableLength > MAX_UNREAD_BYTES;
  }

  send(message: object): void {
    this.#write(lineOf(message));
  }

  /** The answers to a batch: one line where they fit into one, else a line for each. */
  sendBatch(messages: readonly object[]): void {
    const lines = messages.map(lineOf);
    const line = `[${lines.join(',')}]`;
    if (Buffer.byteLength(line) <= MAX_LINE_BYTES) this.#write(line);
    else for (const each of lines) this.#write(each);
  }

  /** From now on nothing is written: some hosts fail on a line that comes after they have closed their side. */
  end(): void {
    this.#hasEnded = true;
  }

  #write(line: string): void {
    if (!this.#hasEnded && this.#stream.writable) this.#stream.write(`${this.#scrub(line)}\n`);
  }
}
