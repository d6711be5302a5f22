/** Holds the embedded deployment against the recordings: the same requests must give the same answers. */

import { describe, expect, test } from 'vitest';
import { RECORDED_PACE } from '../../src/embedded-coder/index.js';
import { judge } from './differences.js';
import { isUntimed } from './recorded-worlds.js';
import { recordingNames, type Version, versions } from './recording.js';
import { type Finding, Replay } from './replay.js';
import { unrecorded } from './unrecorded.js';

async function findingsOf(version: Version, name: string): Promise<readonly Finding[]> {
  await using replay = await Replay.start(version, name, RECORDED_PACE);
  await replay.run(name, unrecorded[name] ?? []);
  return replay.findings;
}

describe.each(versions)('%s', (version) => {
  const names = recordingNames(version).filter((name) => name !== 'watch-sse' && !isUntimed(version, name));
  test.each(names)('%s.json is reproduced but for the known differences', async (name) => {
    expect(judge(version, name, await findingsOf(version, name))).toBe('');
  });
});
