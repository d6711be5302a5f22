/** The text of an event stream, cut into events. */

export interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** An event was larger than allowed. */
export class EventTooLargeError extends Error {
  override readonly name = 'EventTooLargeError';
}

export class EventParser {
  readonly #decoder = new TextDecoder();
  readonly #maxChars: number;
  #rest = '';
  #event = '';
  #data: string[] = [];
  #size = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** The events that this chunk completes. Coder's `ping` has no data, so unlike in browsers an event needs none. */
  push(chunk: Uint8Array): ServerSentEvent[] {
    // A chunk may end within a line break: a lone CR at its end waits for what follows.
    this.#rest += this.#decoder.decode(chunk, { stream: true });
    const events: ServerSentEvent[] = [];
    const breaks = /\r\n|\n|\r(?=[^\n])/g;
    let start = 0;
    for (let found = breaks.exec(this.#rest); found !== null; found = breaks.exec(this.#rest)) {
      const event = this.#takeLine(this.#rest.slice(start, found.index));
      if (event !== undefined) events.push(event);
      start = breaks.lastIndex;
    }
    this.#rest = this.#rest.slice(start);
    if (this.#size + this.#rest.length > this.#maxChars) throw new EventTooLargeError();
    return events;
  }

  #takeLine(line: string): ServerSentEvent | undefined {
    if (line === '') return this.#complete();
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    this.#size += line.length;
    if (field === 'event') this.#event = value;
    if (field === 'data') this.#data.push(value);
    return undefined;
  }

  #complete(): ServerSentEvent | undefined {
    const isEmpty = this.#event === '' && this.#data.length === 0;
    const event = { event: this.#event || 'message', data: this.#data.join('\n') };
    this.#event = '';
    this.#data = [];
    this.#size = 0;
    return isEmpty ? undefined : event;
  }
}
