/** What the history of reports proves about the end of a turn: each rule, and the histories of real servers. */

import { describe, expect, test } from 'vitest';
import { type Workspace, workspaceSchema } from '../../../src/coder/wire/schemas.js';
import { type Outcome, outcomeOf, reportsOf } from '../../../src/tasks/knowing/reports.js';
import { parseJson, readRecording, type Version } from '../../embedded-coder/recording.js';

const T0 = Date.parse('2026-03-02T09:00:00Z');
const at = (seconds: number) => T0 + seconds * 1_000;
const stamp = (seconds: number) => new Date(at(seconds)).toISOString();

/** Reports in the given order, each with the second of its stamp. */
function history(...reports: readonly (readonly [number, string])[]): Workspace {
  const statuses = reports.map(([seconds, state]) => ({ created_at: stamp(seconds), state, message: '', uri: '' }));
  const agents = [{ id: 'a', apps: [{ id: 'app', statuses }] }];
  return workspaceSchema.parse({ id: 'w', latest_build: { id: 'b', job: {}, resources: [{ agents }] } });
}

function outcome(
  reports: readonly (readonly [number, string])[],
  standing: readonly [number, string],
  given: { readonly lastInputAt?: number; readonly startedAt?: number } = {},
): Outcome | undefined {
  const [seconds, state] = standing;
  return outcomeOf({
    reports: reportsOf(history(...reports)),
    standing: { timestamp: stamp(seconds), state, message: '', uri: '' },
    lastInputAt: undefined,
    startedAt: undefined,
    ...given,
  });
}

describe('an idle', () => {
  test('that follows complete or failure ends a turn with that outcome, in whatever order the reports come', () => {
    expect(
      outcome(
        [
          [1, 'working'],
          [3, 'complete'],
          [5, 'idle'],
        ],
        [5, 'idle'],
      ),
    ).toBe('done');
    expect(
      outcome(
        [
          [5, 'idle'],
          [3, 'failure'],
          [1, 'working'],
        ],
        [5, 'idle'],
      ),
    ).toBe('failed');
    expect(
      outcome(
        [
          [3, 'failed'],
          [5, 'idle'],
          [1, 'working'],
        ],
        [5, 'idle'],
      ),
    ).toBe('failed');
  });

  test('that follows working proves nothing, whatever was reported before', () => {
    expect(
      outcome(
        [
          [1, 'complete'],
          [2, 'idle'],
          [3, 'working'],
          [5, 'idle'],
        ],
        [5, 'idle'],
      ),
    ).toBeUndefined();
  });

  test('proves nothing where its history ends with another report', () => {
    expect(
      outcome(
        [
          [3, 'complete'],
          [5, 'idle'],
          [7, 'working'],
        ],
        [5, 'idle'],
      ),
    ).toBeUndefined();
    expect(
      outcome(
        [
          [3, 'complete'],
          [5, 'idle'],
        ],
        [9, 'idle'],
      ),
    ).toBeUndefined();
    expect(outcome([], [5, 'idle'])).toBeUndefined();
  });

  test('proves nothing when a message was given, or the agent started, after the report', () => {
    const done = [
      [1, 'working'],
      [3, 'complete'],
      [5, 'idle'],
    ] as const;
    expect(outcome(done, [5, 'idle'], { lastInputAt: at(4) })).toBeUndefined();
    expect(outcome(done, [5, 'idle'], { startedAt: at(4) })).toBeUndefined();
    expect(outcome(done, [5, 'idle'], { lastInputAt: at(0), startedAt: at(-9) })).toBe('done');
  });
});

test('a complete or failure that stands is the outcome, unless a message was given after it', () => {
  expect(outcome([], [5, 'complete'])).toBe('done');
  expect(outcome([], [5, 'failed'])).toBe('failed');
  expect(outcome([], [5, 'complete'], { lastInputAt: at(6) })).toBeUndefined();
  expect(outcome([[1, 'complete']], [5, 'working'])).toBeUndefined();
});

test('reports to another app than that of the task, or without a readable time, do not count', () => {
  const apps = [
    { id: 'other', statuses: [{ created_at: stamp(9), state: 'complete' }] },
    {
      id: 'own',
      statuses: [
        { created_at: 'yesterday', state: 'complete' },
        { created_at: stamp(1), state: 'working' },
      ],
    },
  ];
  const read = workspaceSchema.parse({
    id: 'w',
    latest_build: { id: 'b', job: {}, resources: [{ agents: [{ id: 'a', apps }] }] },
  });
  expect(reportsOf(read, 'own').map(({ state }) => state)).toEqual(['working']);
  expect(reportsOf(read, null).map(({ state }) => state)).toEqual(['complete', 'working']);
});

/** The recorded history of one task's turns, each with the message that it ended in. */
const recorded: readonly (readonly [Version, readonly (readonly [string, Outcome | undefined])[]])[] = [
  [
    'v2.35-dev',
    [
      ['Working on: hello', undefined],
      ['Finished: slow=2 complete', 'done'],
      ['Working on: slow=2 more', undefined],
      ['Could not finish: slow=2 fail', 'failed'],
    ],
  ],
  [
    'v2.29.10',
    [
      ['Working on: hello', undefined],
      ['Finished: slow=2 complete', undefined],
      ['Working on: slow=2 more', undefined],
      ['Could not finish: slow=2 fail', undefined],
    ],
  ],
];

test.each(recorded)('the turns of a task on %s', (version, expected) => {
  const { exchanges } = readRecording(version, 'state');
  const shown = exchanges.find(({ situation }) => situation === 'workspace with app statuses');
  const all = reportsOf(workspaceSchema.parse(parseJson(shown?.response.body ?? '')));
  const idles = all.filter(({ state }) => state === 'idle').reverse();
  const seen = idles.slice(0, expected.length).map((idle) => {
    const reports = all.filter((report) => report.at <= idle.at);
    const standing = { ...idle, timestamp: new Date(idle.at).toISOString() };
    return [idle.message, outcomeOf({ reports, standing, lastInputAt: undefined, startedAt: undefined })];
  });
  expect(seen).toEqual(expected);
});
