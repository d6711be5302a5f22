/** What was meant by a text of a host's configuration. */

import { expect, test } from 'vitest';
import { isPlaceholder, meant, placeholderIn } from '../src/host-text.js';

const braced = (inside: string) => ['$', '{', inside, '}'].join('');

test.each([
  ['', undefined],
  ['  ', undefined],
  ['""', undefined],
  [braced('user_config.url'), undefined],
  [braced('input:token'), undefined],
  [`"${braced('URL')}"`, undefined],
  [braced('URL:-'), undefined],
  [braced('URL:-https://a'), 'https://a'],
  [braced('URL-"https://a"'), 'https://a'],
  [' "https://a" ', 'https://a'],
  ["'https://a'", 'https://a'],
  ['`x`', 'x'],
  ['"a","b"', '"a","b"'],
  ['"half', '"half'],
  ['$URL', '$URL'],
])('%j means %j', (text, value) => {
  expect(meant(text)).toBe(value);
});

test('quotes stay where they have a meaning', () => {
  expect(meant(' "a=1,2" ', 'keep')).toBe('"a=1,2"');
  expect(meant(braced('HEADER:-"a=1,2"'), 'keep')).toBe('"a=1,2"');
});

test.each(['$CODER_TOKEN', '%CODER_TOKEN%', '{env:CODER_TOKEN}', '{{coder.token}}', braced('x')])(
  '%s is a placeholder',
  (text) => expect(isPlaceholder(text)).toBe(true),
);

test.each([
  'abcdefghij-0123456789abcdefghijkl',
  '{{abcdefghij-0123456789abcdefghijkl}}',
  'https://a/%20b',
  'a$b c',
  '',
])('%s is none', (text) => expect(isPlaceholder(text)).toBe(false));

test('in an address it is found in the middle too', () => {
  expect(placeholderIn(`https://${braced('HOST')}/x`)).toBe(braced('HOST'));
  expect(placeholderIn('https://coder.$DOMAIN')).toBe('$DOMAIN');
  expect(placeholderIn('https://coder.example.com/%2f')).toBeUndefined();
});
