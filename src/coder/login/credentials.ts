/** Where the address and the token of the deployment come from: settings first, else the login of the Coder CLI. */

import { join } from 'node:path';
import { isPlaceholder, placeholderIn } from '../../host-text.js';
import { ConfigError } from '../errors/errors.js';
import { type Machine, setting } from './machine.js';

export interface Credentials {
  /** Scheme, host and port, without a slash at the end. */
  readonly url: string;
  readonly token: string;
  readonly origin: {
    /** Words such as `CODER_URL` or `the Coder CLI's login`. */
    readonly url: string;
    readonly token: string;
  };
  /** What was adjusted, in words for the person. */
  readonly notes: readonly string[];
}

export interface CredentialSource {
  /** The credentials, found on first use and then remembered; rejects with a ConfigError. */
  current(): Promise<Credentials>;
  /** Looks again, after the deployment has refused the token. */
  refresh(): Promise<Credentials>;
}

export interface GivenCredentials {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  /** CODER_CONFIG_DIR */
  readonly configDir?: string | undefined;
}

/** Credentials from flags or variables (`given`, which wins), else from the files and the program of the Coder CLI. */
export function credentialsFrom(machine: Machine, given: GivenCredentials = {}): CredentialSource {
  const find = () => findCredentials(machine, given);
  let known: Promise<Credentials> | undefined;
  let looking: Promise<Credentials> | undefined;
  const look = () => {
    looking ??= find().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  return {
    current() {
      // A failure is not remembered: the person may log in while we run.
      known ??= look().catch((error: unknown) => {
        known = undefined;
        throw error;
      });
      return known;
    },
    async refresh() {
      const fresh = await look();
      known = Promise.resolve(fresh);
      return fresh;
    },
  };
}

async function findCredentials(machine: Machine, given: GivenCredentials): Promise<Credentials> {
  const directory = configDirectory(machine, given.configDir);
  const url = await findUrl(machine, directory, given.url);
  const token = await findToken(machine, directory, given.token, url);
  return {
    url: url.value,
    token: token.value,
    origin: { url: url.origin, token: token.origin },
    notes: url.notes,
  };
}

interface Found {
  readonly value: string;
  readonly origin: string;
}

async function findUrl(
  machine: Machine,
  directory: string,
  given: string | undefined,
): Promise<Found & { readonly notes: string[] }> {
  const value = setting({ CODER_URL: given }, 'CODER_URL');
  if (value !== undefined) return { ...parseAddress(value, 'CODER_URL'), origin: 'CODER_URL' };
  const stored = (await machine.readFile(join(directory, 'url')))?.trim();
  if (stored) return { ...parseAddress(stored, "the Coder CLI's login"), origin: "the Coder CLI's login" };
  throw new ConfigError(
    'CODER_URL',
    'no Coder deployment is configured: CODER_URL is not set and the Coder CLI is not logged in',
    'run `coder login https://coder.example.com`, or set CODER_URL and CODER_SESSION_TOKEN for this server',
  );
}

async function findToken(machine: Machine, directory: string, given: string | undefined, url: Found): Promise<Found> {
  const name = 'CODER_SESSION_TOKEN';
  const value = setting({ [name]: given }, name);
  if (value !== undefined) return { value: checkToken(value, name), origin: name };
  // A stored login belongs to one deployment and must not be sent to another.
  const stored = await storedToken(machine, directory, url);
  if (stored !== undefined) return stored;
  throw new ConfigError(
    name,
    `there is no session token for ${url.value}: ${name} is not set and the Coder CLI is not logged in there`,
    `run \`coder login ${url.value}\`, or create a token at ${url.value}/settings/tokens and set ${name}`,
  );
}

async function storedToken(machine: Machine, directory: string, url: Found): Promise<Found | undefined> {
  const storedUrl = (await machine.readFile(join(directory, 'url')))?.trim();
  if (!storedUrl || addressOf(storedUrl) !== url.value) return undefined;
  const file = (await machine.readFile(join(directory, 'session')))?.trim();
  if (file) return { value: checkToken(file, "the Coder CLI's login"), origin: "the Coder CLI's login" };
  // On macOS and Windows the CLI keeps the token in the system's keyring and hands it out itself (coder-api §9.1).
  const env = { ...machine.env, ...programFolders(machine), CODER_URL: url.value };
  const output = await machine.exec('coder', ['login', 'token'], env).catch((cause: unknown) => cause);
  const token = typeof output === 'string' ? output.trim() : '';
  if (token === '') throw unreadableLogin(url.value, output);
  return { value: checkToken(token, '`coder login token`'), origin: '`coder login token`' };
}

function unreadableLogin(url: string, cause: unknown): ConfigError {
  return new ConfigError(
    'CODER_SESSION_TOKEN',
    `the Coder CLI has a login for ${url}, but \`coder login token\` gives no token here`,
    `run it in a terminal and set CODER_SESSION_TOKEN to what it prints; or create a token at ${url}/settings/tokens and set CODER_SESSION_TOKEN to it; or run \`coder login ${url}\` again`,
    { cause },
  );
}

/** A desktop starts programs without the folders into which the CLI is installed there. */
function programFolders({ env, platform, homeDirectory }: Machine): { readonly PATH?: string } {
  if (platform === 'win32') return {};
  const folders = ['/usr/local/bin', '/opt/homebrew/bin', join(homeDirectory, '.local', 'bin')];
  return { PATH: [env.PATH ?? '/usr/bin:/bin', ...folders].join(':') };
}

/** Where the Coder CLI keeps its login (coder-api §9.1); `chosen` is CODER_CONFIG_DIR. */
export function configDirectory({ env, platform, homeDirectory }: Machine, chosen?: string): string {
  if (chosen !== undefined) return chosen.replace(/^~(?=$|[\\/])/, homeDirectory);
  switch (platform) {
    case 'darwin':
      return join(homeDirectory, 'Library', 'Application Support', 'coderv2');
    case 'win32':
      return join(setting(env, 'APPDATA') ?? join(homeDirectory, 'AppData', 'Roaming'), 'coderv2');
    default:
      return join(setting(env, 'XDG_CONFIG_HOME') ?? join(homeDirectory, '.config'), 'coderv2');
  }
}

function addressOf(text: string): string | undefined {
  return URL.canParse(text) ? new URL(text).origin : undefined;
}

/** The address without what is no part of it; `source` names where it stands, for errors. */
function parseAddress(text: string, source: string): { readonly value: string; readonly notes: string[] } {
  const fail = (problem: string) =>
    new ConfigError(
      'CODER_URL',
      `the address in ${source} ${problem}`,
      'set CODER_URL to the address of the dashboard, such as https://coder.example.com',
    );
  const placeholder = placeholderIn(text);
  if (placeholder !== undefined) throw fail(unfilled(placeholder));
  if (/\s/.test(text)) throw fail('contains a space or line break');
  if (!/^https?:\/\//i.test(text)) throw fail('does not begin with https:// or http://');
  if (!URL.canParse(text)) throw fail('is not a valid URL');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw fail('contains a user name or password, which Coder does not use');
  const isBare = url.pathname === '/' && url.search === '' && url.hash === '';
  // Coder cannot be served below a path (coder-api §5.7); people copy addresses from the dashboard.
  const notes = isBare ? [] : [`only ${url.origin} of the address in ${source} is used; Coder has no sub-path`];
  return { value: url.origin, notes };
}

function checkToken(token: string, source: string): string {
  if (/^[A-Za-z0-9]{10}-[A-Za-z0-9]{22}$/.test(token)) return token;
  const mend = `create a token in the dashboard (Settings, Tokens) or by \`coder tokens create\`, and set CODER_SESSION_TOKEN to all of it`;
  throw new ConfigError('CODER_SESSION_TOKEN', `the session token in ${source} ${tokenProblem(token)}`, mend);
}

/** What is wrong with it, in words that give nothing of it away. */
function tokenProblem(token: string): string {
  if (isPlaceholder(token)) return unfilled(token);
  if (/\s/.test(token)) return 'contains a space or line break';
  if (/^["'].*["']$/.test(token)) return 'stands in quotes';
  const parts = token.split('-');
  if (parts.length !== 2) return `has ${parts.length} ${parts.length === 1 ? 'part' : 'parts'} between hyphens, not 2`;
  const [id = '', secret = ''] = parts;
  if (id.length !== 10) return `has ${id.length} characters before the hyphen, not 10`;
  if (secret.length !== 22) return `has ${secret.length} characters after the hyphen, not 22`;
  return 'contains characters that no token has';
}

function unfilled(placeholder: string): string {
  return `holds ${placeholder}, a placeholder that this host does not fill in`;
}
