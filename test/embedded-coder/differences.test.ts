/** The list of known differences must neither hide a new one nor outlive an old one. */

import { expect, test } from 'vitest';
import { judge, type KnownDifference } from './differences.js';
import { recordingNames, versions } from './recording.js';
import type { Finding } from './replay.js';
import { unrecorded } from './unrecorded.js';

const FINDING: Finding = { situation: 'active', path: 'body.logs[0].content', recorded: '"a"', ours: '"b"' };
const ENTRY: KnownDifference = { recording: 'logs', situations: ['active'], path: 'body.logs', reason: 'why' };

test('a difference that nobody listed is told with both values', () => {
  expect(judge('v2.35-dev', 'logs', [FINDING], [])).toContain('recorded "a"\n    ours     "b"');
  expect(judge('v2.35-dev', 'logs', [{ ...FINDING, path: 'status' }], [ENTRY])).toContain('"active" status');
});

test('a listed difference is accepted', () => {
  expect(judge('v2.35-dev', 'logs', [FINDING], [ENTRY])).toBe('');
});

test('an entry without a difference is told', () => {
  expect(judge('v2.35-dev', 'logs', [], [ENTRY])).toBe('"active" no longer differs (why)');
  expect(judge('v2.35-dev', 'logs', [], [{ ...ENTRY, version: 'v2.29.10' }])).toBe('');
});

test('what happened between exchanges is told of recordings that exist', () => {
  const names = new Set(versions.flatMap((version) => recordingNames(version)));
  expect(Object.keys(unrecorded).filter((name) => !names.has(name))).toEqual([]);
});
