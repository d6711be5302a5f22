/** Lines out of a stream of bytes: each byte is looked at once, and a line that is too long is dropped without ending the stream. */

const NEWLINE = 0x0a;

// What the SDK's own reader holds at most; our clients' longest argument is far below.
const MAX_LINE_BYTES = 10 * 1024 * 1024;

// Enough of a dropped line to find the id of its request, which clients write first or last.
const EDGE_BYTES = 256;

export type Line =
  | { readonly text: string; readonly bytes: number }
  /** A line over the limit: only its two ends. */
  | { readonly tooLong: { readonly head: string; readonly tail: string }; readonly bytes: number };

export class LineReader {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #head = Buffer.alloc(0);
  #tail = Buffer.alloc(0);

  constructor(maxBytes = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that end in this chunk, without their line breaks. */
  read(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let start = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, start);
      if (end === -1) break;
      this.#add(chunk.subarray(start, end));
      lines.push(this.#take());
      start = end + 1;
    }
    this.#add(chunk.subarray(start));
    return lines;
  }

  #add(piece: Buffer): void {
    if (piece.length === 0) return;
    this.#bytes += piece.length;
    if (this.#bytes <= this.#maxBytes) {
      this.#pieces.push(piece);
      return;
    }
    if (this.#pieces.length > 0) {
      const held = Buffer.concat(this.#pieces);
      this.#pieces = [];
      // Copies: a part of a buffer keeps the whole.
      this.#head = Buffer.from(held.subarray(0, EDGE_BYTES));
      this.#tail = Buffer.from(held.subarray(-EDGE_BYTES));
    } else if (this.#head.length === 0) {
      this.#head = Buffer.from(piece.subarray(0, EDGE_BYTES));
    }
    this.#tail = Buffer.from(Buffer.concat([this.#tail, piece.subarray(-EDGE_BYTES)]).subarray(-EDGE_BYTES));
  }

  #take(): Line {
    const bytes = this.#bytes;
    const line: Line =
      bytes <= this.#maxBytes
        ? { text: Buffer.concat(this.#pieces).toString('utf8'), bytes }
        : { tooLong: { head: this.#head.toString('utf8'), tail: this.#tail.toString('utf8') }, bytes };
    this.#pieces = [];
    this.#bytes = 0;
    this.#head = Buffer.alloc(0);
    this.#tail = Buffer.alloc(0);
    return line;
  }
}
