/** The comparison that holds the embedded deployment to the recordings must see what differs, and only that. */

import { expect, test } from 'vitest';
import { type Answer, compareAnswers } from './compare.js';
import { Pairing } from './pairing.js';

const ONE = '0b2f1a9c-1111-4000-8000-000000000001';
const TWO = '0b2f1a9c-2222-4000-8000-000000000002';
const OURS = 'c5d1f0aa-3333-4000-8000-000000000003';

function json(value: unknown, parts: Partial<Answer> = {}): Answer {
  return { status: 200, headers: {}, body: JSON.stringify(value), ...parts };
}

function paths(recorded: Answer, ours: Answer, pairing = new Pairing()): readonly string[] {
  return compareAnswers(recorded, ours, pairing).map(({ path }) => path);
}

test('ids and times may differ, and an id is paired once for all', () => {
  const pairing = new Pairing();
  const at = '2026-11-24T04:08:53.296Z';
  expect(paths(json({ id: ONE, at }), json({ id: OURS, at: '2026-03-02T09:00:00Z' }), pairing)).toEqual([]);
  expect(paths(json({ id: TWO }), json({ id: OURS }), pairing)).toEqual(['body.id']);
});

test('the zero time and the zero id are values, not examples', () => {
  expect(paths(json({ at: '0001-01-01T00:00:00Z' }), json({ at: '2026-03-02T09:00:00Z' }))).toEqual(['body.at']);
  expect(paths(json({ id: '00000000-0000-0000-0000-000000000000' }), json({ id: OURS }))).toEqual(['body.id']);
});

test('a missing key, an extra key, null for a value and a shorter list are differences', () => {
  const recorded = json({ a: 1, c: ONE, list: [1, 2] });
  expect(paths(recorded, json({ b: 1, c: null, list: [1] }))).toEqual([
    'body.a',
    'body.c',
    'body.list.length',
    'body.b',
  ]);
});

test('messages and compared headers must agree to the letter', () => {
  const recorded = json({ message: 'Task is paused.' }, { headers: { allow: 'POST' } });
  expect(paths(recorded, json({ message: 'Task is paused' }, { headers: { allow: 'GET' } }))).toEqual([
    'headers.allow',
    'body.message',
  ]);
});

test('a generated name keeps its readable part', () => {
  expect(paths(json({ name: 'fix-the-test-c14f' }), json({ name: 'fix-the-test-0a1b' }))).toEqual([]);
  expect(paths(json({ name: 'fix-the-test-c14f' }), json({ name: 'mend-the-test-0a1b' }))).toEqual(['body.name']);
});

test('a name that somebody chose is no made-up one', () => {
  expect(paths(json({ name: 'tasks-demo' }), json({ name: 'bad-app' }))).toEqual(['body.name']);
  expect(paths(json({ name: 'fine_singh99' }), json({ name: 'keen_curie12' }))).toEqual([]);
});

test('times keep their order, and markup its escapes', () => {
  const at = (second: number) => `2026-11-24T04:08:0${second}Z`;
  expect(paths(json({ a: at(1), b: at(5) }), json({ a: at(5), b: at(1) }))).toEqual(['body.b']);
  const escaped = json({}, { body: '"\\u003c"\n' });
  expect(paths(escaped, json({}, { body: '"<"\n' }))).toEqual(['body (spelling)']);
});

test('an id in a message must be the paired one', () => {
  const pairing = new Pairing([[ONE, OURS]]);
  const recorded = json({ message: `Workspace "${ONE}" was deleted` });
  expect(paths(recorded, json({ message: `Workspace "${OURS}" was deleted` }), pairing)).toEqual([]);
  expect(paths(recorded, json({ message: `Workspace "${TWO}" was deleted` }), pairing)).toEqual(['body.message']);
});

test('ids in requests are translated in the spelling they were recorded in', () => {
  const pairing = new Pairing([[ONE, OURS]]);
  expect(pairing.translate(`/x/${ONE.toUpperCase()}/${ONE.replaceAll('-', '')}/urn:uuid:${ONE}`)).toBe(
    `/x/${OURS.toUpperCase()}/${OURS.replaceAll('-', '')}/urn:uuid:${OURS}`,
  );
});
