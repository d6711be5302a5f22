/** How requests travel: proxy, extra headers and TLS files, read from the same settings as the Coder CLI reads. */

import { BlockList, isIP } from 'node:net';
import { createSecureContext, rootCertificates } from 'node:tls';
import { ConfigError } from '../errors/errors.js';
import { type Machine, setting } from './machine.js';

export interface Transport {
  readonly proxy?: {
    readonly http?: string | undefined;
    readonly https?: string | undefined;
    readonly no?: string | undefined;
  };
  readonly headers?: Readonly<Record<string, string>>;
  /** Certificates and key in PEM. */
  readonly tls?: {
    /** Instead of what Node trusts by itself. */
    readonly ca?: readonly string[] | undefined;
    /** Whether CODER_CLIENT_TLS_CA_FILE added one. */
    readonly hasCaFile?: boolean;
    readonly cert?: string | undefined;
    readonly key?: string | undefined;
  };
}

/** Asked once, before the first request, with the address of the deployment. */
export type TransportSource = (url: string) => Promise<Transport>;

/** The Coder CLI's settings for requests, as the table of options has read them. */
export interface TransportSettings {
  /** CODER_HEADER */
  readonly header?: string | undefined;
  /** CODER_HEADER_COMMAND */
  readonly headerCommand?: string | undefined;
  /** CODER_CLIENT_TLS_CA_FILE, …_CERT_FILE, …_KEY_FILE */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** The transport by the settings, and the proxies of the environment. A setting that cannot be used is a ConfigError that names it. */
export function transportFrom(machine: Machine, settings: TransportSettings): TransportSource {
  const { env } = machine;
  return async (url) => ({
    proxy: {
      http: setting(env, 'HTTP_PROXY') ?? setting(env, 'http_proxy'),
      https: setting(env, 'HTTPS_PROXY') ?? setting(env, 'https_proxy'),
      no: setting(env, 'NO_PROXY') ?? setting(env, 'no_proxy'),
    },
    headers: {
      ...parseHeaders('CODER_HEADER', splitList(settings.header ?? '')),
      ...(await headersOfCommand(machine, settings.headerCommand, url)),
    },
    tls: {
      ca: authorities(url, machine, await pemFile(machine, 'CODER_CLIENT_TLS_CA_FILE', settings.caFile)),
      hasCaFile: settings.caFile !== undefined,
      ...(await clientCertificate(machine, settings)),
    },
  });
}

/** The CLI trusts what the system trusts, and so should we: in companies Coder often has a certificate of their own. */
function authorities(url: string, machine: Machine, own: string | undefined): readonly string[] | undefined {
  if (!/^https:/i.test(url)) return undefined;
  const known = machine.authorities();
  return own === undefined ? known : [...(known ?? rootCertificates), own];
}

async function clientCertificate(
  machine: Machine,
  { certFile, keyFile }: TransportSettings,
): Promise<{ readonly cert?: string; readonly key?: string }> {
  const [certName, keyName] = ['CODER_CLIENT_TLS_CERT_FILE', 'CODER_CLIENT_TLS_KEY_FILE'] as const;
  const [cert, key] = [await pemFile(machine, certName, certFile), await pemFile(machine, keyName, keyFile)];
  if (cert === undefined && key === undefined) return {};
  const fail = (problem: string, cause?: unknown) =>
    new ConfigError(certName, problem, `set ${certName} and ${keyName} to a certificate and its key, or unset both`, {
      cause,
    });
  if (cert === undefined || key === undefined) throw fail(`of ${certName} and ${keyName} only one is set`);
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    throw fail(`the files that ${certName} and ${keyName} name cannot be used together`, cause);
  }
  return { cert, key };
}

async function pemFile(machine: Machine, name: string, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const content = await machine.readFile(path);
  if (content?.includes('-----BEGIN ')) return content;
  const problem = content === undefined ? 'cannot be read' : 'is not in PEM form';
  throw new ConfigError(
    name,
    `the file that ${name} names ${problem}`,
    `set ${name} to a readable PEM file, or unset it`,
  );
}

async function headersOfCommand(
  machine: Machine,
  command: string | undefined,
  url: string,
): Promise<Record<string, string>> {
  const name = 'CODER_HEADER_COMMAND';
  if (command === undefined) return {};
  const env = { ...machine.env, CODER_URL: url };
  const isWindows = machine.platform === 'win32';
  const output = await (isWindows
    ? machine.exec('cmd.exe', ['/d', '/s', '/c', `"${command}"`], env)
    : machine.exec('sh', ['-c', command], env)
  ).catch((cause: unknown) => {
    throw new ConfigError(name, `the command in ${name} failed`, `run it in a terminal to see why, or unset ${name}`, {
      cause,
    });
  });
  return parseHeaders(name, output.split(/\r?\n/));
}

// The header that carries the token, and those that frame the message, are ours.
const RESERVED_HEADERS = /^(coder-session-token|host|content-length|transfer-encoding|connection)$/i;

function parseHeaders(source: string, lines: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const line of lines.filter((candidate) => candidate.trim() !== '')) {
    const separator = line.indexOf('=');
    const name = line.slice(0, Math.max(0, separator)).trim();
    const value = line.slice(separator + 1).trim();
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name) || /[\r\n\0]/.test(value)) {
      throw new ConfigError(source, `${source} has an entry that is not name=value`, `write ${source} as name=value`);
    }
    if (RESERVED_HEADERS.test(name)) {
      throw new ConfigError(source, `${source} must not set ${name}`, `remove ${name} from ${source}`);
    }
    if (/\p{Cc}/u.test(value.replaceAll('\t', ''))) {
      const mend = `take the control characters out of ${name} in ${source}`;
      throw new ConfigError(
        source,
        `${source} gives ${name} a value with control characters, which no request can carry`,
        mend,
      );
    }
    // As in the Coder CLI, what is not ASCII goes out as UTF-8; a header carries single bytes.
    headers[name.toLowerCase()] = Buffer.from(value).toString('latin1');
  }
  return headers;
}

/** Entries separated by commas; one in double quotes may contain commas, and `""` for a quote. */
function splitList(list: string): string[] {
  const entries = list.match(/"(?:[^"]|"")*"|[^,]+/g) ?? [];
  return entries.map((entry) => (/^".*"$/s.test(entry) ? entry.slice(1, -1).replaceAll('""', '"') : entry));
}

/** The proxy for this address by the rules the Coder CLI follows, or undefined for a direct connection; may throw a ConfigError. */
export function proxyFor(url: URL, proxy: Transport['proxy'] = {}): string | undefined {
  const chosen = url.protocol === 'https:' ? proxy.https : proxy.http;
  if (chosen === undefined || isLoopback(url.hostname) || isExempt(url, proxy.no ?? '')) return undefined;
  const address = /^[a-z][\w+.-]*:\/\//i.test(chosen) ? chosen : `http://${chosen}`;
  if (/^https?:/i.test(address) && URL.canParse(address)) return address;
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  // It may contain a password: not a word of it.
  throw new ConfigError(
    name,
    `the proxy in ${name} is no http:// or https:// address`,
    `set ${name} to an address such as http://proxy.example.com:3128, or name the host of Coder in NO_PROXY`,
  );
}

function bareHost(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '').toLowerCase();
}

function isLoopback(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function isExempt(url: URL, list: string): boolean {
  const host = bareHost(url.hostname);
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim())
    .some((entry) => entry !== '' && matchesExemption(entry, host, port));
}

function matchesExemption(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  const [network = '', bits] = entry.split('/');
  if (bits !== undefined && isIP(network) !== 0) return isInNetwork(host, network, Number(bits));
  const withPort = /^(\[.+\]|[^:]+):(\d+)$/.exec(entry);
  if (withPort?.[2] !== undefined && withPort[2] !== port) return false;
  const name = bareHost(withPort?.[1] ?? entry);
  if (isIP(name) !== 0) return host === name;
  // `example.com` covers the domain and what is below it, `.example.com` and `*.example.com` only what is below.
  const suffix = name.replace(/^\*/, '');
  return suffix.startsWith('.') ? host.endsWith(suffix) : host === suffix || host.endsWith(`.${suffix}`);
}

function isInNetwork(host: string, network: string, bits: number): boolean {
  const family = isIP(host);
  if (
    family === 0 ||
    family !== isIP(network) ||
    !Number.isInteger(bits) ||
    bits < 0 ||
    bits > (family === 4 ? 32 : 128)
  )
    return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  list.addSubnet(network, bits, type);
  return list.check(host, type);
}
