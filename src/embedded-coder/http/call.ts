/** One request as the handlers see it: path, query and body, read the way Go's standard library reads them. */

import type { IncomingHttpHeaders } from 'node:http';
import type { ApiKey, User } from '../world/model.js';
import { Refusal, ZERO_UUID } from './answer.js';

export interface Call {
  readonly method: string;
  /** Below the prefix, decoded, without empty segments. */
  readonly segments: readonly string[];
  readonly query: ReadonlyMap<string, string>;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface Caller {
  readonly user: User;
  readonly key: ApiKey;
}

/** The first value of each parameter; a parameter whose escapes are broken vanishes (list.json). */
export function readQuery(raw: string): Map<string, string> {
  const query = new Map<string, string>();
  for (const pair of raw.split('&').filter((part) => part !== '')) {
    const [name, value] = [pair.split('=', 1)[0] ?? '', pair.includes('=') ? pair.slice(pair.indexOf('=') + 1) : ''];
    const decoded = [decode(name), decode(value)] as const;
    if (decoded[0] !== undefined && decoded[1] !== undefined && !query.has(decoded[0]))
      query.set(decoded[0], decoded[1]);
  }
  return query;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
}

export function readSegments(path: string): string[] {
  return path
    .split('/')
    .filter((part) => part !== '')
    .map((part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
}

/** A UUID in any of the spellings that Go's library takes, in its usual one; or why it is none. */
export function parseUuid(text: string): { readonly uuid: string } | { readonly error: string } {
  const bare = text.replace(/^urn:uuid:/i, '').replace(/^\{(.*)\}$/, '$1');
  const hasDashes = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(bare);
  if (hasDashes) return { uuid: bare.toLowerCase() };
  if (/^[0-9a-f]{32}$/i.test(text)) {
    return { uuid: text.toLowerCase().replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') };
  }
  const length = Buffer.byteLength(text);
  return { error: [32, 36, 38, 45].includes(length) ? 'invalid UUID format' : `invalid UUID length: ${length}` };
}

/** A UUID from the path; another text there is a bad request. */
export function uuidFromPath(text: string): string {
  const parsed = parseUuid(text);
  if ('uuid' in parsed) return parsed.uuid;
  throw new Refusal(400, `Invalid UUID "${text}".`, { detail: parsed.error });
}

/**
 * Reads the fields of a JSON body as Go decodes them into the struct `type`: missing and null become the zero value,
 * fields nobody asks for are ignored, and so is everything behind the first value.
 */
export function readBody(body: string, type: string) {
  const value = firstJsonValue(body);
  if (value !== null && !isRecord(value)) {
    throw badJson(`json: cannot unmarshal ${kindOf(value)} into Go value of type codersdk.${type}`);
  }
  const given = value ?? {};
  const text = (name: string, goType = 'string'): string | undefined => {
    const field = given[name];
    if (field === undefined || field === null) return undefined;
    if (typeof field === 'string') return field;
    throw badJson(`json: cannot unmarshal ${kindOf(field)} into Go struct field ${type}.${name} of type ${goType}`);
  };
  return {
    given,
    string: (name: string): string => text(name) ?? '',
    uuid: (name: string): string => {
      const parsed = parseUuid(text(name, 'uuid.UUID') ?? ZERO_UUID);
      if ('error' in parsed) throw badJson(parsed.error);
      return parsed.uuid;
    },
  };
}

function firstJsonValue(body: string): unknown {
  const text = body.trimStart();
  if (text === '') throw badJson('EOF');
  const first = text.charAt(0);
  if (!/[[{"0-9tfn-]/.test(first)) throw badJson(`invalid character '${first}' looking for beginning of value`);
  const ends = [text.length, ...[...text].keys()].filter((end) => end > 0);
  for (const end of ends) {
    try {
      const value: unknown = JSON.parse(text.slice(0, end));
      return value;
    } catch {
      // Not a whole value yet: try the next end.
    }
  }
  throw badJson('unexpected EOF');
}

const badJson = (detail: string) => new Refusal(400, 'Request body must be valid JSON.', { detail });

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number of the query; undefined where it is missing. */
export function readNumber(call: Call, name: string): number | undefined {
  const text = call.query.get(name);
  if (text === undefined || text === '') return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new Refusal(400, `Query param "${name}" must be an integer.`, {
    validations: [{ field: name, detail: 'Must be an integer' }],
  });
}

/** RFC 3339 without fractions. */
export const toSeconds = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;
