import { expect, test } from 'vitest';
import { externalAuthSchema } from '../../../src/coder/wire/schemas.js';
import { loginUrl, missingLogins } from '../../../src/tasks/creating/template-terms.js';

const login = (fields: object) => externalAuthSchema.parse({ id: 'github', ...fields });

test('a login is missing when it was not made and is not optional', () => {
  const logins = [
    login({ id: 'made', authenticated: true }),
    login({ id: 'missing' }),
    login({ id: 'optional', optional: true }),
  ];
  expect(missingLogins(logins).map(({ id }) => id)).toEqual(['missing']);
});

test.each([
  ['https://coder.example.com/external-auth/github', 'https://coder.example.com/external-auth/github'],
  ['/external-auth/github', 'https://coder.example.com/external-auth/github'],
  ['', 'https://coder.example.com/external-auth/github'],
  ['javascript:alert(1)', 'https://coder.example.com/external-auth/github'],
])('%j is shown as a place where a person can log in', (authenticate_url, shown) => {
  expect(loginUrl(login({ authenticate_url }), 'https://coder.example.com')).toBe(shown);
});
