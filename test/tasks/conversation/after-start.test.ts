/** What an agent did after a start, on recorded screens of sessions that began anew and that went on. */

import { expect, test } from 'vitest';
import type { LogEntry } from '../../../src/coder/wire/schemas.js';
import { afterStart, type StartEvidence, wasTold } from '../../../src/tasks/conversation/after-start.js';
import { recordedScreen, screenOf } from '../screen/recorded-screens.js';

const STARTED = Date.parse('2026-11-25T14:36:15Z');
const OLD =
  'Add a health endpoint to the service at https://git.example.com/platform-team/inventory/services/health-check-and-status-page and report its version, slow=8';
const NEW = 'Write documentation for the cache instead, slow=3';

const entry = (given: Partial<LogEntry>): LogEntry => ({
  id: 0,
  type: 'output',
  content: '',
  time: '2026-11-25T14:36:21Z',
  ...given,
});
const idle = { state: 'idle', message: '', timestamp: '2026-11-25T14:36:24Z', uri: '' };
const session = recordedScreen('cli-agent', 'after resume: logs (poll, 0 s)');
const saved = [entry({ content: recordedScreen('cli-agent', 'pull request open: logs') })];

function evidence(given: Partial<StartEvidence>): StartEvidence {
  return { entries: [entry({ content: session })], saved, prompt: OLD, report: idle, startedAt: STARTED, ...given };
}

const WELCOME = ['╭────────────────────╮', '│ ✻ Welcome to Agent!│', '╰────────────────────╯', ''];
const FIRST = [...WELCOME, '> Add a health endpoint to the service', ''];

test('a recorded session goes on: its rows, or its last prompt, are from before the pause', () => {
  expect(afterStart(evidence({}))).toBe('goes on');
  expect(afterStart(evidence({ saved: [] }))).toBe('goes on');
});

test('an input in the words of the prompt, or a report with a message, shows that it began anew', () => {
  const typed = entry({ id: 1, type: 'input', content: `${OLD}\r\n` });
  expect(afterStart(evidence({ entries: [entry({}), typed] }))).toBe('anew');
  expect(afterStart(evidence({ report: { ...idle, state: 'working', message: 'Working on: Add' } }))).toBe('anew');
});

test('what is older than the start shows nothing', () => {
  const before = '2026-11-25T14:30:00Z';
  const typed = entry({ id: 1, type: 'input', content: OLD, time: before });
  expect(afterStart(evidence({ entries: [entry({ content: session }), typed] }))).toBe('goes on');
  expect(afterStart(evidence({ report: { ...idle, message: 'Opened a pull request', timestamp: before } }))).toBe(
    'goes on',
  );
});

test('a session that was cut off in its first turn, and a screen with nothing but a welcome', () => {
  const prompt = 'Add a health endpoint to the service';
  expect(afterStart(evidence({ entries: [entry({ content: screenOf(...FIRST) })], saved: [], prompt }))).toBe(
    'cut off',
  );
  expect(afterStart(evidence({ entries: [entry({ content: screenOf(...WELCOME, '> ') })], saved: [] }))).toBe(
    'not told',
  );
});

test('told: the whole new prompt must stand there, its beginning is not enough', () => {
  expect(wasTold(evidence({ prompt: NEW }), OLD)).toBe(false);
  const repository = 'Repository https://git.example.com/platform-team/inventory. ';
  const shown = entry({
    content: screenOf(...WELCOME, ...wrapped(`> ${repository}Add a health endpoint.`), '', '● Done.'),
  });
  const added = { entries: [shown], saved: [] };
  expect(
    wasTold(evidence({ ...added, prompt: `${repository}Write documentation.` }), `${repository}Add`),
  ).toBeUndefined();
  expect(wasTold(evidence({ ...added, prompt: `${repository}Add a health endpoint.` }), 'Fix the parser')).toBe(true);
});

test('a new prompt that is part of the old one is not taken from the old screen', () => {
  const shown = entry({
    content: screenOf('> Fix the parser and the lexer', '', '● Both are fixed, and tested as well.'),
  });
  expect(
    wasTold(evidence({ entries: [shown], saved: [shown], prompt: 'Fix the parser' }), 'Fix the parser and the lexer'),
  ).toBe(false);
  const report = { ...idle, state: 'working', message: 'Working on: Fix the parser' };
  expect(
    wasTold(evidence({ entries: [shown], prompt: 'Fix the parser', report }), 'Fix the parser and the lexer'),
  ).toBe(true);
});

test('a welcome alone does not tell', () => {
  expect(
    wasTold(evidence({ entries: [entry({ content: screenOf(...WELCOME) })], saved: [], prompt: NEW }), OLD),
  ).toBeUndefined();
});

function wrapped(text: string): string[] {
  return (text.match(/.{1,67}/g) ?? []).map((row, index) => (index === 0 ? row : `  ${row}`));
}
