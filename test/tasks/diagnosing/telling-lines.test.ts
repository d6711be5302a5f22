/** Which lines of a log tell what went wrong. */

import { expect, test } from 'vitest';
import { buildLogLineSchema } from '../../../src/coder/wire/schemas.js';
import { type LogLine, MAX_LOG_BYTES, tellingLines } from '../../../src/tasks/diagnosing/telling-lines.js';
import { readRecording } from '../../embedded-coder/recording.js';

const info = (...texts: readonly string[]): LogLine[] => texts.map((text) => ({ level: 'info', text }));
const error = (text: string): LogLine => ({ level: 'error', text });

test('the lines with an error stand with the two before them and the one after', () => {
  const lines = [...info('one', 'two', 'three'), error('it broke'), ...info('four', 'five')];
  expect(tellingLines(lines)).toBe('two\nthree\nit broke\nfour');
});

test('a gap between two places is shown', () => {
  const lines = [error('first'), ...info('a', 'b', 'c', 'd', 'e'), error('second')];
  expect(tellingLines(lines)).toBe('first\na\n…\nd\ne\nsecond');
});

test('lines that sound like an error stand in for those that are marked as one', () => {
  const lines = info('fetching', 'E: Unable to locate package nodejs', 'done', 'bye', 'bye');
  expect(tellingLines(lines)).toBe('fetching\nE: Unable to locate package nodejs\ndone');
});

test('a log without any error shows where it stopped', () => {
  const lines = info(...Array.from({ length: 40 }, (_, index) => `step ${index}`));
  expect(tellingLines(lines).split('\n')).toEqual(Array.from({ length: 15 }, (_, index) => `step ${index + 25}`));
});

test('an empty log and blank lines say nothing', () => {
  expect(tellingLines([])).toBe('');
  expect(tellingLines([error(''), error('   '), ...info('')])).toBe('');
});

test('it never has more than its bytes, whatever the letters', () => {
  const lines = Array.from({ length: 400 }, (_, index) => error(`${index} Grüße 世界 🚧`));
  const text = tellingLines(lines);
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_LOG_BYTES);
  expect(text).toContain('characters missing');
  expect(text.startsWith('0 Grüße')).toBe(true);
  expect(text).toContain('399 Grüße 世界 🚧');
});

test('one endless line is cut too', () => {
  expect(Buffer.byteLength(tellingLines([error('x'.repeat(1_000_000))]))).toBeLessThanOrEqual(MAX_LOG_BYTES);
});

test('colours go, and what would be invisible shows', () => {
  expect(tellingLines([error('\u001b[31mError:\u001b[0m pay\u202Eload')])).toBe('Error: pay\\u{202e}load');
});

test.each(['v2.35-dev', 'v2.29.10'] as const)('the recorded failed build of %s is told by its error', (version) => {
  const { exchanges } = readRecording(version, 'send-errors');
  const log = exchanges.find(({ situation }) => situation === 'build failed: build logs');
  const lines = buildLogLineSchema.array().parse(JSON.parse(log?.response.body ?? '[]'));
  const text = tellingLines(lines.map(({ log_level, output }) => ({ level: log_level, text: output })));
  expect(text).toContain('Error: local-exec provisioner error');
  expect(text).toContain('exit status 7. Output: volume quota exceeded in project demo');
  expect(text.split('\n').length).toBeLessThan(10);
});
