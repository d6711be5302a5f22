/** Why a deployment has no Tasks API. */

import { expect, test } from 'vitest';
import { adviceOnMissingTasks } from '../../src/advice/missing-tasks.js';

test('too old, switched off, removed and blocked are told apart', () => {
  expect(adviceOnMissingTasks('v2.28.6').why).toContain('too old');
  expect(adviceOnMissingTasks('v2.36.2').next).toContain('CODER_ENABLE_AI_TASKS');
  expect(adviceOnMissingTasks('v2.37.0').why).toContain('very probably has Tasks switched off');
  expect(adviceOnMissingTasks('v2.38.0').why).toContain('removed');
  expect(adviceOnMissingTasks('v2.34.5').next).toContain('blocks');
  expect(adviceOnMissingTasks(undefined).why).toContain('This deployment does not answer');
});
