/** The check of the version: what the server answers has the last word over its number. */

import { expect, test } from 'vitest';
import { CoderError } from '../../src/coder/errors/errors.js';
import { buildInfoSchema } from '../../src/coder/wire/schemas.js';
import type { Observations } from '../../src/doctor/observe.js';
import { checkVersion } from '../../src/doctor/version.js';

const answering: Observations['tasks'] = { value: { tasks: [], dropped: 0 } };
const absent = { error: new CoderError('tasks_unavailable', 'this deployment has no tasks') } as const;

function finding(version: string, tasks: Observations['tasks']) {
  return checkVersion({
    origin: { url: 'https://coder.example.com', addressFrom: '', tokenFrom: '', notes: [], proxy: undefined },
    buildInfo: { value: buildInfoSchema.parse({ version }) },
    firstAnswerMs: 0,
    me: undefined,
    organizations: undefined,
    tasks,
    templates: undefined,
    clockOffsetMs: 0,
    rateLimit: undefined,
    now: 0,
  });
}

test.each([
  ['v2.35.0-devel+a12b05183', 'ok', 'which has everything'],
  ['v0.0.0-devel+a12b05183', 'ok', 'a build without a version number'],
  ['v2.41.3+aaaaaaa', 'ok', 'newer than what is known here; its tasks answer'],
  ['v3.0.0', 'ok', 'newer than what is known here; its tasks answer'],
  ['v2.28.1', 'ok', 'Tasks are an experiment here'],
  ['2.34.5', 'ok', 'which has everything'],
] as const)('%s with tasks is %s', (version, result, words) => {
  expect(finding(version, answering)).toMatchObject({ result, seen: expect.stringContaining(words) });
});

test.each([
  ['v2.41.3+aaaaaaa', 'fail', 'Tasks were removed'],
  ['v2.36.0', 'warn', 'CODER_ENABLE_AI_TASKS'],
  ['v2.20.0', 'fail', 'no Tasks API'],
] as const)('%s without tasks is a %s with a mend', (version, result, words) => {
  const found = finding(version, absent);
  expect(found).toMatchObject({ result, seen: expect.stringContaining(words) });
  expect(found?.mend).toBeTruthy();
});
