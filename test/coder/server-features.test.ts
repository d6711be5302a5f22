/** Which versions of Coder can do what. */

import { expect, test } from 'vitest';
import { featuresOf, parseVersion, versionRow, versionTable } from '../../src/coder/server-features.js';

test.each([
  ['v2.27.5+abc', 'no', false],
  ['v2.28.6+3d8b1f2', 'experimental', false],
  ['v2.29.10+0aaeb1e', 'yes', false],
  ['v2.30.3', 'yes', false],
  ['v2.31.0+abc', 'yes', false],
  ['v2.31.1+abc', 'yes', true],
  ['v2.31.9+2f5d21d', 'yes', true],
  ['v2.32.0-rc.0+abc', 'yes', true],
  ['v2.34.5+0a1b2c3', 'yes', true],
  ['v2.35.0-devel+a12b05183', 'yes', true],
  ['2.36.2', 'switchable', true],
  ['v2.37.0+48fd13a', 'switchable', true],
  ['v2.38.0', 'removed', true],
  ['v2.41.0', 'removed', true],
  ['v3.0.0', 'removed', true],
])('%s: tasks %s, pause %s', (version, tasks, pauseAndResume) => {
  expect(featuresOf(version)).toMatchObject({ tasks, pauseAndResume });
});

test.each([undefined, '', 'unknown', 'v0.0.0-devel+abc', 'v2'])(
  'of the version %j nothing is known, so it is tried',
  (version) => {
    expect(versionRow(version)).toBeUndefined();
    expect(featuresOf(version)).toMatchObject({ tasks: 'yes', pauseAndResume: true });
  },
);

test('the recorded differences are in the table', () => {
  expect(featuresOf('v2.29.10+0aaeb1e')).toMatchObject({
    snapshots: false,
    scopedTokens: false,
  });
  expect(featuresOf('v2.31.9+2f5d21d')).toMatchObject({
    snapshots: true,
    rateLimitPerUser: false,
  });
  expect(featuresOf('v2.35.0-devel+a12b05183')).toMatchObject({
    rateLimitPerUser: true,
  });
});

test('versions are read with and without v, patch and build', () => {
  expect(parseVersion('v2.34.5+0a1b2c3')).toEqual([2, 34, 5]);
  expect(parseVersion('2.34')).toEqual([2, 34, 0]);
  expect(parseVersion('v2.35.0-devel+a12b05183')).toEqual([2, 35, 0]);
  expect(parseVersion('two')).toBeUndefined();
});

test('the table is in the order of the versions', () => {
  const numbers = versionTable.map(({ from: [major, minor, patch] }) => major * 1e6 + minor * 1e3 + patch);
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
});
