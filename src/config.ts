/** What can be set, in one table: flags, environment variables, defaults; and the Config that comes out of it. */

import { parseArgs } from 'node:util';
import { isPlaceholder, meant } from './host-text.js';
import { tidyArguments } from './start-arguments.js';

const commands = ['serve', 'doctor', 'demo'] as const;
type Command = (typeof commands)[number] | 'help' | 'version';

interface Option {
  /** Command-line flag without dashes; none for secrets, which other processes could read there. */
  readonly flag?: string;
  readonly env?: string;
  /** `flag` needs no value on the command line. */
  readonly kind: 'flag' | 'text' | 'list' | 'number' | 'choice';
  readonly choices?: readonly string[];
  readonly range?: readonly [min: number, max: number];
  readonly default?: string;
  readonly secret?: true;
  /** Belongs to the Coder CLI; we only follow it. */
  readonly cli?: true;
  /** Takes away what this server may do: what cannot be read here is no "not set". */
  readonly restricts?: true;
  /** Quotes in it have a meaning. */
  readonly quoted?: true;
  readonly text: string;
}

/** Every option, in the order in which the README and `--help` show them. */
export const options = {
  url: {
    flag: 'url',
    env: 'CODER_URL',
    kind: 'text',
    text: 'Address of the Coder deployment, e.g. https://coder.example.com.',
  },
  token: { env: 'CODER_SESSION_TOKEN', kind: 'text', secret: true, text: 'Token for it (`coder tokens create`).' },
  readOnly: {
    restricts: true,
    flag: 'read-only',
    env: 'CODER_MCP_READ_ONLY',
    kind: 'flag',
    text: 'Only tools that change nothing.',
  },
  noDelete: {
    restricts: true,
    flag: 'no-delete',
    env: 'CODER_MCP_NO_DELETE',
    kind: 'flag',
    text: 'No coder_delete_task.',
  },
  tools: {
    restricts: true,
    flag: 'tools',
    env: 'CODER_MCP_TOOLS',
    kind: 'list',
    text: 'Only these tools, separated by commas.',
  },
  excludeTools: {
    restricts: true,
    flag: 'exclude-tools',
    env: 'CODER_MCP_EXCLUDE_TOOLS',
    kind: 'list',
    text: 'All but these tools; beats `--tools`.',
  },
  confirm: {
    flag: 'confirm',
    env: 'CODER_MCP_CONFIRM',
    kind: 'choice',
    choices: ['ask', 'never'],
    default: 'ask',
    text: '`never`: delete without asking a person and without `confirm`, for unattended use.',
  },
  allowedTemplates: {
    restricts: true,
    flag: 'allowed-templates',
    env: 'CODER_MCP_ALLOWED_TEMPLATES',
    kind: 'list',
    text: 'Create only from these templates (name or org/name).',
  },
  allowedOwners: {
    restricts: true,
    flag: 'allowed-owners',
    env: 'CODER_MCP_ALLOWED_OWNERS',
    kind: 'list',
    text: 'Touch only tasks of these owners (`me` or user names).',
  },
  maxActiveTasks: {
    restricts: true,
    flag: 'max-active-tasks',
    env: 'CODER_MCP_MAX_ACTIVE_TASKS',
    kind: 'number',
    range: [0, 10_000],
    text: 'No create and no resume while this many of my tasks are not paused.',
  },
  maxWaitSeconds: {
    flag: 'max-wait-seconds',
    env: 'CODER_MCP_MAX_WAIT_SECONDS',
    kind: 'number',
    range: [1, 3_600],
    text: 'Longest wait of one call. Default by host: 110 s Claude Code, 240 s VS Code and Cursor, else 50 s.',
  },
  idleSeconds: {
    flag: 'idle-seconds',
    env: 'CODER_MCP_IDLE_SECONDS',
    kind: 'number',
    range: [0, 600],
    default: '10',
    text: 'How old an `idle` report must be to count as your turn where logs cannot be read.',
  },
  logLevel: {
    flag: 'log-level',
    env: 'CODER_MCP_LOG_LEVEL',
    kind: 'choice',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    text: 'What goes to stderr, as JSON lines.',
  },
  demo: { flag: 'demo', kind: 'flag', text: 'Serve against the embedded deployment; needs no Coder.' },
  json: { flag: 'json', kind: 'flag', text: '`doctor`: print JSON.' },
  configDir: { env: 'CODER_CONFIG_DIR', kind: 'text', cli: true, text: "Where the Coder CLI's login is kept." },
  header: {
    quoted: true,
    env: 'CODER_HEADER',
    kind: 'text',
    secret: true,
    cli: true,
    text: 'Extra request headers, `name=value`, separated by commas.',
  },
  headerCommand: {
    quoted: true,
    env: 'CODER_HEADER_COMMAND',
    kind: 'text',
    cli: true,
    text: 'A command that prints extra headers, one `name=value` a line.',
  },
  caFile: {
    env: 'CODER_CLIENT_TLS_CA_FILE',
    kind: 'text',
    cli: true,
    text: 'More certificate authorities to trust, PEM.',
  },
  certFile: { env: 'CODER_CLIENT_TLS_CERT_FILE', kind: 'text', cli: true, text: 'Client certificate, PEM.' },
  keyFile: { env: 'CODER_CLIENT_TLS_KEY_FILE', kind: 'text', cli: true, text: 'Key of the client certificate, PEM.' },
} as const satisfies Record<string, Option>;

type Value<O extends Option> = O extends { readonly kind: 'flag' }
  ? boolean
  : O extends { readonly kind: 'list' }
    ? readonly string[] | undefined
    : O extends { readonly kind: 'number' }
      ? number | (O extends { readonly default: string } ? never : undefined)
      : O extends { readonly kind: 'choice'; readonly choices: readonly (infer Choice)[] }
        ? Choice
        : string | undefined;

/** What the process runs with, as the table of options says. A list that is not set is `undefined`: no restriction. */
export type Config = { readonly [Key in keyof typeof options]: Value<(typeof options)[Key]> };

export interface CommandLine {
  readonly command: Command;
  readonly config: Config;
  /** What is wrong with the command line or the environment, one sentence each. Not empty: do not start. */
  readonly problems: readonly string[];
}

/**
 * Reads arguments (without node and the script) and environment; a flag beats its variable.
 * Never throws: everything that is wrong comes back in `problems`.
 */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  const problems: string[] = [];
  const flags: Record<string, { type: 'string' | 'boolean'; short?: string }> = {
    help: { type: 'boolean', short: 'h' },
    version: { type: 'boolean', short: 'v' },
  };
  const [switches, valued] = [new Set<string>(), new Set<string>()];
  for (const option of Object.values<Option>(options)) {
    if (!option.flag) continue;
    flags[option.flag] = { type: 'string' };
    (option.kind === 'flag' ? switches : valued).add(option.flag);
  }
  let values: Readonly<Record<string, unknown>> = {};
  let words: readonly string[] = [];
  try {
    const tidy = tidyArguments(args, switches, valued);
    const parsed = parseArgs({ args: [...tidy], options: flags, allowPositionals: true, strict: true });
    values = parsed.values;
    words = parsed.positionals;
  } catch (error) {
    problems.push(`${error instanceof Error ? error.message.split('. ')[0] : error}. See --help.`);
  }
  const settings = Object.fromEntries(
    Object.entries<Option>(options).map(([key, option]) => [key, settingOf(option, values, env, problems)]),
  );
  if (!isConfig(settings)) throw new Error('an option was read as another kind than its own');
  return { command: commandOf(values, words, problems), config: settings, problems };
}

function isConfig(settings: Readonly<Record<string, unknown>>): settings is Config {
  return Object.entries<Option>(options).every(([key, option]) => isOfKind(option, settings[key]));
}

function isOfKind({ kind, choices, default: usual }: Option, value: unknown): boolean {
  switch (kind) {
    case 'flag':
      return typeof value === 'boolean';
    case 'choice':
      return choices?.some((choice) => choice === value) ?? false;
    case 'number':
      return typeof value === 'number' || (value === undefined && usual === undefined);
    case 'list':
      return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
    case 'text':
      return value === undefined || typeof value === 'string';
  }
}

/** The environment with the variables that this program reads as they were meant; the rest stays as it is. */
export function tidyEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]);
  const tidy: Record<string, string | undefined> = { ...env };
  for (const name of proxies) tidy[name] = meant(env[name]);
  for (const option of Object.values<Option>(options))
    if (option.env) tidy[option.env] = valueIn(option, env[option.env]);
  return tidy;
}

function commandOf(values: Readonly<Record<string, unknown>>, words: readonly string[], problems: string[]): Command {
  if (values.help) return 'help';
  if (values.version) return 'version';
  const [word = 'serve', ...rest] = words;
  const command = commands.find((name) => name === word.toLowerCase());
  if (!command) problems.push(`Unknown command "${word}". Commands: ${commands.join(', ')}.`);
  if (rest.length > 0) problems.push(`Unexpected "${rest[0]}" after ${word}.`);
  return command ?? 'serve';
}

/** The value that a text sets this option to; undefined when it sets none. */
function valueIn(option: Option, raw: unknown): string | undefined {
  const text = typeof raw === 'string' ? meant(raw, option.quoted ? 'keep' : 'drop') : undefined;
  // Whoever reads the address or the token says that it is a placeholder; a restriction must not vanish.
  const isKept = option.restricts || option === options.url || option === options.token;
  return text !== undefined && !isKept && !option.quoted && isPlaceholder(text) ? undefined : text;
}

function settingOf(
  option: Option,
  values: Readonly<Record<string, unknown>>,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): unknown {
  const given = option.flag === undefined ? undefined : valueIn(option, values[option.flag]);
  const name = given === undefined ? option.env : `--${option.flag}`;
  const text = given ?? valueIn(option, option.env && env[option.env]) ?? option.default;
  const complain = (allowed: string) => {
    problems.push(`${name} is ${option.secret ? 'malformed' : `"${text}"`}; it must be ${allowed}.`);
    return option.default;
  };
  switch (option.kind) {
    case 'flag': {
      if (text === undefined) return false;
      if (/^(1|true|yes|on)$/i.test(text)) return true;
      if (!/^(0|false|no|off)$/i.test(text)) complain('true or false');
      return false;
    }
    case 'text':
      return text;
    case 'list': {
      const names = text?.split(',').flatMap((item) => meant(item) ?? []);
      // Neither no restriction nor one that nothing passes can have been meant.
      return names?.length === 0 || names?.some(isPlaceholder) ? complain('names separated by commas') : names;
    }
    case 'number': {
      if (text === undefined) return undefined;
      const [min, max] = option.range ?? [0, Number.MAX_SAFE_INTEGER];
      const number = Number(text);
      if (Number.isInteger(number) && number >= min && number <= max) return number;
      const fallback = complain(`a whole number from ${min} to ${max}`);
      return fallback === undefined ? undefined : Number(fallback);
    }
    case 'choice': {
      const choice = text?.toLowerCase();
      return choice === undefined || option.choices?.includes(choice)
        ? choice
        : complain(`one of ${option.choices?.join(', ')}`);
    }
  }
}
