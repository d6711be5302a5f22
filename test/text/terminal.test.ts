/** Cleaning a terminal screen: debris goes, words stay, in linear time. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanTerminal, typedText } from '../../src/text/terminal.js';

test('padding to the width of the screen goes', () => {
  expect(
    cleanTerminal('  Demo coding agent 1.0      \n  Directory: ~/project    \n               \n  Type a task.  '),
  ).toBe('Demo coding agent 1.0\nDirectory: ~/project\n\nType a task.');
});

test('indentation within the text stays', () => {
  expect(cleanTerminal('  Which branch?   \n    1. main  \n    2. develop ')).toBe(
    'Which branch?\n  1. main\n  2. develop',
  );
});

test('colours, links, titles and cursor movements go', () => {
  expect(
    cleanTerminal('\u001b[1;32mok\u001b[0m \u001b]8;;https://x.test\u001b\\link\u001b]8;;\u0007\u001b[2K\u001b(B!'),
  ).toBe('ok link!');
  expect(cleanTerminal('\u009b31mred\u009b0m \u009d0;title\u009cend \u001bP1$r\u001b\\.')).toBe('red end .');
});

test('a string sequence that never ends takes nothing along', () => {
  expect(cleanTerminal('\u001b]0;title\nnext line')).toBe('0;title\nnext line');
});

test('a frame goes and its words stay', () => {
  expect(
    cleanTerminal('╭─ Status ─────╮\n│ all is well  │\n├──────────────┤\n│  12 passed   │\n╰──────────────╯'),
  ).toBe([' Status', ' all is well', '  12 passed'].map((line) => line.slice(1)).join('\n'));
});

test('a table keeps its columns and loses the lines between its rows', () => {
  expect(cleanTerminal('┌───┬───┐\n│ a │ b │\n├───┼───┤\n│ c │ d │\n└───┴───┘')).toBe('a │ b\nc │ d');
});

test('a rule leaves a blank line, and a heading within it its words', () => {
  expect(cleanTerminal('one\n──────\ntwo\n── Three ──\nfour')).toBe('one\n\ntwo\n Three\nfour');
});

test('a tree of files and a bar at the left are no frame', () => {
  const tree = '.\n├── src\n│   └── main.ts\n└── test';
  expect(cleanTerminal(tree)).toBe(tree);
  expect(cleanTerminal('┃ quoted')).toBe('┃ quoted');
});

test('runs of blank lines become one, and none stands at either end', () => {
  expect(cleanTerminal('\n \n\na\n\n\t\n\n\nb\n\n')).toBe('a\n\nb');
});

test('what a carriage return would have overwritten stays, on its own line', () => {
  expect(cleanTerminal('10%\r20%\r\ndone')).toBe('10%\n20%\ndone');
});

test('nothing but blanks and frames is ever lost', () => {
  const unit = fc.constantFrom(...'ab😀世 \t\n\r│─╭╯┃|-═\u2028\u00a0\ud800');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
      const words = (value: string) => value.replace(/[\s\u2500-\u257f]/g, '');
      expect(words(cleanTerminal(text))).toBe(words(text));
    }),
    { numRuns: 1_000 },
  );
});

test('between the words, sequences of every kind go and the words stay', () => {
  const sequence = fc.constantFrom(
    ...['\u001b[0m', '\u001b[1;32m', '\u001b[?25l', '\u009b2K', '\u001b(B', '\u001b7', '\u001b='],
    ...['\u001b]0;title\u0007', '\u001b]8;;https://x.test\u001b\\', '\u009d2;x\u009c', '\u001bPq#0\u001b\\'],
  );
  const word = fc.constantFrom('alpha', '世界', '[31m', '8;;', '|', '1');
  fc.assert(
    fc.property(fc.array(fc.tuple(sequence, word)), (pairs) => {
      const text = pairs.flat().join('');
      expect(cleanTerminal(text)).toBe(pairs.map(([, kept]) => kept).join(''));
    }),
  );
});

test('cleaning twice is cleaning once', () => {
  const unit = fc.constantFrom(...'ab \n\r\t');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 200 }), (text) => {
      const once = cleanTerminal(text);
      expect(cleanTerminal(once)).toBe(once);
    }),
  );
});

test.each([
  ['blanks', ' ', 'x'],
  ['blank lines', ' \n', 'x'],
  ['escapes', '\u001b', ''],
  ['unfinished titles', '\u001b]', ''],
  ['unfinished eight-bit titles', '\u009d', ''],
  ['unfinished colours', '\u001b[0', ''],
  ['one unfinished colour', '0;', 'é'],
  ['frames', '│ ', 'x'],
  ['frames on both sides', ' ─', '─'],
  ['returns', '\r', ''],
])('10 MB of %s are cleaned in linear time', (_, unit, end) => {
  const text = `\u001b[${unit.repeat(10_000_000 / unit.length)}${end}`;
  // Linear takes well under a second, quadratic would take hours: the limit of the test is enough.
  expect(cleanTerminal(text).length).toBeLessThanOrEqual(text.length);
});

test.each([
  [
    'CI failed:\n\u001b[31m FAIL \u001b[39m src/a.test.ts\r\nsecond line\u0003',
    'CI failed:\n FAIL  src/a.test.ts\nsecond line',
    3,
  ],
  ['end of paste\u001b[201~rm -rf /\r', 'end of pasterm -rf /\n', 1],
  ['title\u001b]0;owned\u0007 and link', 'title and link', 1],
  ['eight bit \u009b31mred\u009b0m', 'eight bit red', 2],
  ['a string \u0090q data\u001b\\ end', 'a string  end', 1],
  ['escape alone \u001b', 'escape alone ', 1],
  ['tab\tand\nline', 'tab\tand\nline', 0],
  ['Grüße, 世界 👩‍💻', 'Grüße, 世界 👩‍💻', 0],
])('what is typed into a terminal is cleaned: %j', (given, text, removed) => {
  expect(typedText(given)).toEqual({ text, removed });
});
