/** Lines out of bytes: in whatever pieces they come, and without cost that grows with the square of their length. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineReader } from '../../../src/mcp/eras/lines.js';
import { wellFormed } from '../../../src/text/untrusted.js';

const textsOf = (reader: LineReader, chunks: readonly Buffer[]) =>
  chunks.flatMap((chunk) => reader.read(chunk)).map((line) => ('text' in line ? line.text : line));

test('the same lines come out, however the bytes are cut', () => {
  const line = fc.string({ unit: 'binary' }).map((text) => wellFormed(text).replaceAll('\n', ''));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(''));
      const chunks: Buffer[] = [];
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        chunks.push(bytes.subarray(at, at + size));
        at += size;
      }
      expect(textsOf(new LineReader(), chunks)).toEqual(lines);
    }),
  );
});

test('a line over the limit is told by its ends, and the next one is read as ever', () => {
  const reader = new LineReader(1_000);
  const long = `{"id":1,${'x'.repeat(5_000)},"id":2}`;
  const bytes = Buffer.from(`first\n${long}\nlast\n`);
  const chunks = Array.from({ length: bytes.length }, (_, at) => bytes.subarray(at, at + 1));
  const [first, cut, last] = textsOf(reader, chunks);
  expect([first, last]).toEqual(['first', 'last']);
  expect(cut).toEqual({ tooLong: { head: long.slice(0, 256), tail: long.slice(-256) }, bytes: long.length });
});

test('a line over the limit in one piece is told by its ends too', () => {
  const long = `${'a'.repeat(300)}${'b'.repeat(300)}`;
  expect(new LineReader(100).read(Buffer.from(`${long}\n`))).toEqual([
    { tooLong: { head: 'a'.repeat(256), tail: 'b'.repeat(256) }, bytes: 600 },
  ]);
});

test('each byte is looked at once', () => {
  // With work that grows with the square, these 4 MB in pieces of 64 bytes would take minutes.
  const reader = new LineReader();
  const piece = Buffer.alloc(64, 'x');
  for (let count = 0; count < 65_536; count++) expect(reader.read(piece)).toHaveLength(0);
  expect(reader.read(Buffer.from('\n'))).toMatchObject([{ bytes: 4_194_304 }]);
});
