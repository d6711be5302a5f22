/** Secrets are taken out of text in every form in which they travel. */

import { expect, test } from 'vitest';
import { createSecrets } from '../src/secrets.js';

const TOKEN = 'abcdefghij-0123456789abcdefghijkl';
const VALUE = 'Bearer a"b\\c/ü+=';

function hiding(...texts: string[]) {
  const secrets = createSecrets();
  for (const text of texts) secrets.hide(text);
  return secrets.scrub;
}

const percentAll = (text: string) => [...Buffer.from(text)].map((byte) => `%${byte.toString(16)}`).join('');
const base64 = (text: string) => Buffer.from(text).toString('base64');

test.each([TOKEN, VALUE])('%s goes, as it is and encoded', (secret) => {
  const scrub = hiding(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    encodeURIComponent(encodeURIComponent(secret)),
    percentAll(secret),
    percentAll(secret).toUpperCase().replaceAll('%', '%25'),
    JSON.stringify(secret).slice(1, -1),
  ];
  for (const form of forms) expect(scrub(`before ${form} after`), form).toBe('before [secret] after');
});

test('base64 goes wherever the secret begins in it, in both alphabets', () => {
  for (const secret of [TOKEN, VALUE]) {
    for (const before of ['', 'u', 'u:', 'me:', 'alice:']) {
      for (const after of ['', '\n', ':x']) {
        const standard = base64(`${before}${secret}${after}`);
        for (const form of [standard, Buffer.from(`${before}${secret}${after}`).toString('base64url')]) {
          const left = hiding(secret)(form);
          expect(left, form).toContain('[secret]');
          // At most one character of the secret can be read from what mixes with its neighbours.
          expect(left.replace('[secret]', '').length, form).toBeLessThan(
            base64(before).length + base64(after).length + 6,
          );
        }
      }
    }
  }
});

test('a text stays valid JSON', () => {
  const line = JSON.stringify({ id: TOKEN, [VALUE]: [encodeURIComponent(VALUE), base64(TOKEN)] });
  expect(JSON.stringify(JSON.parse(hiding(TOKEN, VALUE)(line)))).toBe(
    JSON.stringify({ id: '[secret]', '[secret]': ['[secret]', JSON.parse(hiding(TOKEN)(`"${base64(TOKEN)}"`))] }),
  );
});

test('of two secrets, one within the other, nothing is left', () => {
  expect(hiding('12345678', '12345678-90')('12345678-90 12345678')).toBe('[secret] [secret]');
});

test('short texts and blanks are no secrets', () => {
  expect(hiding('true', '', '        ')('true        ')).toBe('true        ');
});
