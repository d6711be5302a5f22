/** The log: what goes to stderr, what is mirrored, and what neither may say. */

import { expect, test } from 'vitest';
import { createLog } from '../src/log.js';

const SECRET = 'abcdefghij-0123456789abcdefghijkl';

function logAt(level: Parameters<typeof createLog>[0]) {
  const written: string[] = [];
  const mirrored: string[] = [];
  const sink = createLog(level, { write: (line) => written.push(line) });
  const mirrorFrom = sink.mirror((line) => mirrored.push(line));
  return { ...sink, written, mirrored, mirrorFrom };
}

test('a line is one JSON object with its level in words and its time', () => {
  const { log, written } = logAt('info');
  log.info({ a: 1 }, 'hello');
  expect(written).toHaveLength(1);
  expect(JSON.parse(written[0] ?? '')).toMatchObject({ level: 'info', a: 1, msg: 'hello', time: expect.any(String) });
});

test('who mirrors the log chooses a level of its own, above or below that of stderr', () => {
  const { log, written, mirrored, mirrorFrom } = logAt('warn');
  log.debug('one');
  mirrorFrom('debug');
  log.debug('two');
  log.warn('three');
  expect(written.map((line) => JSON.parse(line).msg)).toEqual(['three']);
  expect(mirrored.map((line) => JSON.parse(line).msg)).toEqual(['two', 'three']);
  mirrorFrom('error');
  log.warn('four');
  expect(written).toHaveLength(2);
});

test('a silent stderr is no reason to keep errors from the mirror', () => {
  const { log, written, mirrored, mirrorFrom } = logAt('silent');
  mirrorFrom('error');
  log.error('lost');
  expect(written).toEqual([]);
  expect(mirrored).toHaveLength(1);
});

test('a secret is taken out of every line, wherever it goes', () => {
  const { log, written, mirrored, secrets } = logAt('info');
  secrets.hide(SECRET);
  log.info({ path: `/x?token=${SECRET}` }, SECRET);
  for (const line of [...written, ...mirrored]) expect(line).not.toContain(SECRET);
  expect(written[0]).toContain('[secret]');
});
