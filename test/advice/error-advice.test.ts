/** The advice on each error code. */

import { expect, test } from 'vitest';
import { askPerson } from '../../src/advice/advice.js';
import { adviceOn, errorAdvice } from '../../src/advice/error-advice.js';
import { CoderError } from '../../src/coder/errors/errors.js';
import { toolNames } from '../../src/tool-names.js';

test('every code has a cause, a step for a model, a step for a person and a word on repeating', () => {
  for (const [code, { why, next, mend, retry }] of Object.entries(errorAdvice)) {
    expect(why, code).toMatch(/^.{10,}\.$/);
    expect(next.length, code).toBeGreaterThan(5);
    expect(mend, code).toMatch(/^[a-z].{5,}[^.]$/);
    expect(retry, code).toMatch(/^(?:no|yes|after .+)$/);
  }
});

test('a step for a person names no tool and asks no person', () => {
  for (const [code, { mend }] of Object.entries(errorAdvice)) {
    expect(mend, code).not.toMatch(/\bcoder_(?!ai_task)/);
    expect(mend, code).not.toContain('ask the person');
  }
});

test('advice names only tools that there are', () => {
  const names = new Set<string>(toolNames);
  for (const [code, { why, next }] of Object.entries(errorAdvice)) {
    for (const [name] of `${why} ${next}`.matchAll(/\bcoder_[a-z_]+/g)) {
      if (name !== 'coder_ai_task') expect(names, `${name} in ${code}`).toContain(name);
    }
  }
});

test('what a caller knows beyond the code comes first', () => {
  const advice = { why: 'It is Sunday.', next: 'wait until Monday' };
  expect(adviceOn(new CoderError('conflict', 'x', { advice }))).toEqual({ ...errorAdvice.conflict, ...advice });
  expect(adviceOn(new CoderError('conflict', 'x'))).toEqual(errorAdvice.conflict);
});

test('a deployment without Tasks is told by its version', () => {
  const error = new CoderError('tasks_unavailable', 'x', { buildVersion: 'v2.28.6' });
  expect(adviceOn(error).why).toContain('too old');
});

test('a model asks its person for the step of a person', () => {
  expect(askPerson('run `coder login`')).toBe('ask the person to run `coder login`');
});

test('advice on a certificate looks at whether the file of authorities is set already', () => {
  for (const code of ['tls', 'certificate_chain'] as const) {
    expect(adviceOn(new CoderError(code, 'x')).next).toContain('set CODER_CLIENT_TLS_CA_FILE');
    const { why, next } = adviceOn(new CoderError(code, 'x', { hasCaFile: true }));
    expect(why).toContain('CODER_CLIENT_TLS_CA_FILE is read');
    expect(next).not.toContain('set CODER_CLIENT_TLS_CA_FILE');
  }
});
