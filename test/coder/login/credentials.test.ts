/** Where address and token come from, and what is said when they are missing or malformed. */

import { expect, test } from 'vitest';
import { ConfigError } from '../../../src/coder/errors/errors.js';
import { configDirectory, credentialsFrom, type GivenCredentials } from '../../../src/coder/login/credentials.js';
import { rejection, TOKEN } from '../http/loopback.js';
import { type MachineParts, machineOf } from './machine-of.js';

const OTHER = 'klmnopqrst-abcdefghijklmnopqrstuv';
const CONFIG = '/home/alice/.config/coderv2';
const loggedIn = { [`${CONFIG}/url`]: 'https://coder.example.com\n', [`${CONFIG}/session`]: `${TOKEN}\n` };

const find = (given: GivenCredentials, parts?: MachineParts) => credentialsFrom(machineOf(parts), given).current();

async function problem(given: GivenCredentials, parts?: MachineParts): Promise<ConfigError> {
  const error = await rejection(find(given, parts));
  if (!(error instanceof ConfigError)) throw error;
  return error;
}

test('what is given wins over the login of the CLI', async () => {
  const given = { url: 'https://other.example.com', token: OTHER };
  expect(await find(given, { files: loggedIn })).toEqual({
    url: 'https://other.example.com',
    token: OTHER,
    origin: { url: 'CODER_URL', token: 'CODER_SESSION_TOKEN' },
    notes: [],
  });
});

test('whoever has run coder login needs no configuration', async () => {
  expect(await find({}, { files: loggedIn })).toMatchObject({
    url: 'https://coder.example.com',
    token: TOKEN,
    origin: { url: "the Coder CLI's login", token: "the Coder CLI's login" },
  });
});

// What a host passes on when it knows no value for a placeholder of its configuration.
const unexpanded = (name: string) => ['$', `{${name}}`].join('');

test.each(['', '   ', unexpanded('CODER_URL'), unexpanded('env:CODER_URL'), unexpanded('input:coder-url')])(
  '%j counts as unset',
  async (value) => {
    expect(await find({ url: value, token: value }, { files: loggedIn })).toMatchObject({ token: TOKEN });
  },
);

test('the stored token is not sent to another deployment than the one it is for', async () => {
  const error = await problem({ url: 'https://evil.example.com' }, { files: loggedIn, exec: async () => TOKEN });
  expect(error).toMatchObject({ setting: 'CODER_SESSION_TOKEN' });
  expect(error.message).toContain('https://evil.example.com');
});

test('an address that is given and the same as the stored one uses the stored token', async () => {
  expect(await find({ url: 'https://CODER.example.com/' }, { files: loggedIn })).toMatchObject({ token: TOKEN });
});

test('a token in the keyring is asked from the CLI, once, and only when it is needed', async () => {
  const { [`${CONFIG}/session`]: _session, ...withoutSession } = loggedIn;
  let askedFor: string | undefined;
  const machine = machineOf({
    files: withoutSession,
    exec: async (_program, _args, env) => {
      askedFor = env.CODER_URL;
      return `${TOKEN}\n`;
    },
  });
  const source = credentialsFrom(machine, {});
  expect(machine.runs).toEqual([]);
  const [first, second] = await Promise.all([source.current(), source.current()]);
  expect(first).toBe(second);
  expect(first).toMatchObject({ token: TOKEN, origin: { token: '`coder login token`' } });
  expect(machine.runs).toEqual(['coder login token']);
  expect(askedFor).toBe('https://coder.example.com');
});

test('the CLI is found where it is installed, though a desktop starts programs without those folders', async () => {
  const { [`${CONFIG}/session`]: _session, ...files } = loggedIn;
  let path: string | undefined;
  const exec: MachineParts['exec'] = async (_program, _args, env) => {
    path = env.PATH;
    return TOKEN;
  };
  await find({}, { files, exec, env: { PATH: '/usr/bin:/bin' } });
  expect(path).toBe('/usr/bin:/bin:/usr/local/bin:/opt/homebrew/bin:/home/alice/.local/bin');
});

test('a login that the CLI does not hand out is told from none at all', async () => {
  const { [`${CONFIG}/session`]: _session, ...files } = loggedIn;
  const error = await problem({}, { files });
  expect(error.message).toContain('has a login for https://coder.example.com');
  expect(error.mend).toContain('CODER_SESSION_TOKEN');
});

test('without anything the error says how to set both', async () => {
  const error = await problem({});
  expect(error.setting).toBe('CODER_URL');
  expect(error.mend).toContain('coder login');
  expect(error.mend).toContain('CODER_SESSION_TOKEN');
});

test('a failure is not remembered: a login while we run is found', async () => {
  const files: Record<string, string> = {};
  const source = credentialsFrom(machineOf({ files }), {});
  expect(await rejection(source.current())).toBeInstanceOf(ConfigError);
  Object.assign(files, loggedIn);
  expect(await source.current()).toMatchObject({ token: TOKEN });
});

test('a refresh reads the login again and is what counts from then on; two at once are one', async () => {
  const files: Record<string, string> = { ...loggedIn };
  const source = credentialsFrom(machineOf({ files }), {});
  await source.current();
  files[`${CONFIG}/session`] = OTHER;
  expect(await source.current()).toMatchObject({ token: TOKEN });
  const [first, second] = await Promise.all([source.refresh(), source.refresh()]);
  expect(first).toBe(second);
  expect(await source.current()).toMatchObject({ token: OTHER });
});

test.each([
  ['coder.example.com', 'does not begin with https'],
  ['ftp://coder.example.com', 'does not begin with https'],
  ['https://coder example.com', 'space'],
  ['https://', 'not a valid URL'],
  ['https://alice:hunter2@coder.example.com', 'user name or password'],
])('the address %j is refused, in words that do not repeat it', async (url, words) => {
  const error = await problem({ url, token: TOKEN });
  expect(error).toMatchObject({ setting: 'CODER_URL' });
  expect(error.message).toContain(words);
  expect(error.message).not.toContain('hunter2');
});

test.each([
  ['https://coder.example.com/', 0],
  ['HTTPS://Coder.Example.COM', 0],
  ['https://coder.example.com:443', 0],
  ['https://coder.example.com/templates?x=1', 1],
])('of the address %j only scheme, host and port are used, and what is dropped is noted', async (url, notes) => {
  const found = await find({ url, token: TOKEN });
  expect(found.url).toBe('https://coder.example.com');
  expect(found.notes).toHaveLength(notes);
});

test.each([
  ['short', '1 part'],
  ['a-b-c', '3 parts'],
  [TOKEN.slice(1), '9 characters before'],
  [`${TOKEN}x`, '23 characters after'],
  [`"${TOKEN}"`, 'quotes'],
  [`${TOKEN.slice(0, 20)} ${TOKEN.slice(20)}`, 'space'],
  [TOKEN.replace('c', '!'), 'characters that no token has'],
])('the token %j is refused without a word of it', async (token, words) => {
  const error = await problem({ url: 'https://coder.example.com', token });
  expect(error).toMatchObject({ setting: 'CODER_SESSION_TOKEN' });
  expect(error.message).toContain(words);
  expect(`${error.message} ${error.mend}`).not.toContain(token);
});

test('the files of the CLI are looked for where it keeps them', () => {
  const at = (parts: MachineParts, chosen?: string) => configDirectory(machineOf(parts), chosen).replaceAll('\\', '/');
  expect(at({})).toBe('/home/alice/.config/coderv2');
  expect(at({ env: { XDG_CONFIG_HOME: '/xdg' } })).toBe('/xdg/coderv2');
  expect(at({ platform: 'darwin', homeDirectory: '/Users/alice' })).toBe(
    '/Users/alice/Library/Application Support/coderv2',
  );
  expect(at({ platform: 'win32', env: { APPDATA: 'C:/Users/alice/AppData/Roaming' } })).toBe(
    'C:/Users/alice/AppData/Roaming/coderv2',
  );
  expect(at({}, '~/coder')).toBe('/home/alice/coder');
  expect(at({}, '/etc/coder')).toBe('/etc/coder');
});
