/** Finding a message again: as an input, on the screen, in a report; and telling that it is not there. */

import { expect, test } from 'vitest';
import type { LogEntry } from '../../../../src/coder/wire/schemas.js';
import {
  arrivalOf,
  baselineOf,
  hasMovedOn,
  hasReacted,
  type Posted,
} from '../../../../src/tasks/steering/sending/arrival.js';
import { task } from '../../../support/task.js';
import { recordedScreen, screenOf } from '../../screen/recorded-screens.js';

const AT = Date.parse('2026-03-02T08:00:00Z');
const TEXT = 'look at the docs before you go on';
const NOWHERE = { position: undefined, cursor: undefined };

const entry = (given: Partial<LogEntry>): LogEntry => ({
  id: 5,
  type: 'input',
  content: TEXT,
  time: '2026-03-02T08:00:01Z',
  ...given,
});
const output = (content: string, id = 3): LogEntry => entry({ id, type: 'output', content });
const live = (...logs: LogEntry[]) => ({ logs, snapshot: false });

function posted(before: readonly LogEntry[] | undefined, input = TEXT): Posted {
  return { input, at: AT, before: baselineOf(input, task(), before, NOWHERE) };
}

const report = (given: object) => ({
  state: 'working',
  message: '',
  timestamp: '2026-03-02T08:00:02Z',
  uri: '',
  ...given,
});

test.each([
  ['the same words after the message', [entry({})], 'taken'],
  ['the same words from before', [entry({ id: 3 })], 'absent'],
  ['words of the agent that only cite it', [output('Ready.'), output('no', 4)], 'absent'],
  ['other words', [output('Ready.'), entry({ content: 'look at the docs now, please' })], 'absent'],
  ['blanks around and the line ends of a terminal', [entry({ content: ` ${TEXT}\r\n` })], 'taken'],
  ['on the screen, with the answer below', [output(screenOf('Ready.', `> ${TEXT}`, '', '● I will.'))], 'taken'],
  ['on the screen, in the input line', [output(screenOf('● Ready.', '', `> ${TEXT}`))], 'typed'],
])('%s', (_what, logs, expected) => {
  expect(arrivalOf(posted([output('Ready.')]), live(...logs), null)).toBe(expected);
});

test('words that stood there before are no proof; one place more is', () => {
  const once = output(screenOf(`> ${TEXT}`, '', '● Done.'));
  const twice = output(screenOf(`> ${TEXT}`, '', '● Done.', '', `> ${TEXT}`, '', '● Done again.'));
  expect(arrivalOf(posted([once]), live(once), null)).toBe('absent');
  expect(arrivalOf(posted([once]), live(twice), null)).toBe('taken');
});

test('a recorded message to a still screen is found when the agent has done it, in the entry of an old id', () => {
  const before = output(
    recordedScreen('frozen-send', '6 s later: the screen stands still, the agent is at work: logs'),
    4,
  );
  const after = output(recordedScreen('frozen-send', 'poll, 72 s after the first send: logs'), 4);
  const message = posted([before], 'typed while frozen, and some more');
  expect(arrivalOf(message, live(before), null)).toBe('absent');
  expect(
    arrivalOf(
      message,
      live({ ...after, content: after.content.replaceAll('typed while frozen', message.input) }),
      null,
    ),
  ).toBe('taken');
});

test('a recorded page that took no key has moved on without the message', () => {
  const before = output(recordedScreen('cli-dialogs', 'right after the 502: logs'), 6);
  const after = output(recordedScreen('cli-dialogs', 'settled: what was sent is nowhere: logs'), 6);
  const message = posted([before], 'Is it done?');
  expect(arrivalOf(message, live(after), null)).toBe('absent');
  expect([hasMovedOn(message, [before]), hasMovedOn(message, [after])]).toEqual([false, true]);
});

test('a report that cites the message proves it, where its stamp is younger than the start of the request', () => {
  const cites = report({ message: `Working on: ${TEXT}` });
  expect(arrivalOf(posted([]), undefined, cites)).toBe('taken');
  expect(arrivalOf(posted([]), undefined, { ...cites, timestamp: '2026-03-02T07:59:59Z' })).toBe('unreadable');
});

test('where it could not be read before, what stands nowhere did not arrive', () => {
  const message = posted(undefined);
  expect(arrivalOf(message, live(output('Ready.')), null)).toBe('absent');
  expect(arrivalOf(message, live(entry({})), null)).toBe('taken');
  expect(arrivalOf(message, live(entry({ time: '2026-03-02T07:30:00Z' })), null)).toBe('absent');
  expect(arrivalOf(message, live(output(`> ${TEXT}`)), null)).toBe('unreadable');
});

test('an excerpt that may begin behind the message proves nothing', () => {
  expect(arrivalOf(posted([output('Ready.')]), { logs: [output('x', 9)], snapshot: true }, null)).toBe('unreadable');
});

test('a conversation that started over is searched by the time of its inputs', () => {
  const message = posted([output('Ready.', 9)]);
  expect(arrivalOf(message, live(entry({ id: 1 })), null)).toBe('taken');
  expect(arrivalOf(message, live(entry({ id: 1, time: '2026-03-02T07:00:00Z' })), null)).toBe('absent');
});

test('after a short message any other report of the agent is its reaction, never its own idle', () => {
  const message = posted([], '2');
  expect(hasReacted(message, report({ state: 'complete', message: 'Chosen: 2' }))).toBe(true);
  expect(hasReacted(message, report({ state: 'idle', message: 'Chosen: 1' }))).toBe(false);
  expect(hasReacted(message, report({ state: 'working' }))).toBe(false);
  expect(hasReacted(posted([]), report({ state: 'complete', message: 'Finished: the turn before' }))).toBe(false);
  expect(hasReacted(posted([]), report({ message: 'Working on: what you said' }))).toBe(true);
});
