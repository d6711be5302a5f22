/** Why a deployment has no Tasks API, and what is there instead. */

import { expect, test } from 'vitest';
import { absenceOf, adviceOnMissingTasks } from '../../src/advice/missing-tasks.js';

const adviceOn = (version: string | undefined, agents: Parameters<typeof absenceOf>[0]['agents'] = 'absent') =>
  adviceOnMissingTasks({ version, agents });

test('too old, switched off, removed and blocked are told apart', () => {
  expect(adviceOn('v2.28.6').why).toContain('too old');
  expect(adviceOn('v2.36.2').next).toContain('CODER_ENABLE_AI_TASKS');
  expect(adviceOn('v2.37.0').why).toContain('very probably has Tasks switched off');
  expect(adviceOn('v2.38.0').why).toContain('removed');
  expect(adviceOn('v2.34.5').next).toContain('blocks');
  expect(adviceOn(undefined).why).toContain('This deployment does not answer');
});

test('what is there instead is told as it answered, and offered only where it is', () => {
  expect(adviceOn('v2.38.0', 'there')).toMatchObject({
    why: expect.stringContaining('It has Coder Agents instead (the Chats API); this server speaks Tasks only.'),
    next: expect.stringContaining('or use Coder Agents in the dashboard'),
  });
  expect(adviceOn('v2.38.0', 'experiment').why).toContain("behind the experiment 'agents'");
  for (const agents of ['experiment', 'absent', 'unknown', undefined] as const) {
    expect(adviceOn('v2.38.0', agents).next).not.toContain('Coder Agents');
  }
});

test('a build without a version number is judged by what answers', () => {
  expect(absenceOf({ version: 'v0.0.0-devel+abc', agents: 'there' })).toBe('switched_off');
  expect(absenceOf({ version: undefined, agents: 'experiment' })).toBe('switched_off');
  expect(absenceOf({ version: undefined, agents: 'absent' })).toBe('unknown');
});
