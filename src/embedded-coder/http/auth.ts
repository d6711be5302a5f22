/** Who is calling: the token in its five places, and everything that can be wrong with it (coder-api §5.2, §5.8). */

import type { World } from '../world/world.js';
import { type Answer, Refusal } from './answer.js';
import type { Call, Caller } from './call.js';

const COOKIE = 'coder_session_token';
export const SIGNED_OUT = 'You are signed out or your session has expired. Please sign in again to continue.';
const ID_LENGTH = 10;
const SECRET_LENGTH = 22;

/** The caller; throws the 401 that fits. */
export function authenticate(world: World, call: Call, url: string): Caller {
  const unauthorized = (detail: string) => new Unauthorized(SIGNED_OUT, detail, url, 'expired');
  const token = findToken(call);
  if (token === undefined) {
    throw unauthorized('Cookie "coder_session_token" or query parameter must be provided.');
  }
  const malformed = findFormatFault(token);
  if (malformed !== undefined) throw unauthorized(`Invalid API key format: ${malformed}`);
  const [id, secret] = token.split('-');
  const key = world.keys.find((each) => each.id === id);
  if (key === undefined) throw unauthorized('API key is invalid.');
  if (key.secret !== secret) throw unauthorized('API key secret is invalid.');
  if (key.expiresAt < world.now()) throw unauthorized(`API key expired at "${toGoDefaultTime(key.expiresAt)}".`);
  const user = world.userById(key.userId);
  if (user === undefined) throw unauthorized('API key is invalid.');
  if (user.status !== 'active') {
    const message = `User is not active (status = "${user.status}"). Contact an admin to reactivate your account.`;
    throw new Unauthorized(message, undefined, url, 'invalid');
  }
  user.lastSeenAt = world.now();
  return { user, key };
}

class Unauthorized extends Refusal {
  override readonly answer: Answer;

  constructor(message: string, detail: string | undefined, url: string, what: 'expired' | 'invalid') {
    super(401, message, detail === undefined ? {} : { detail });
    // The server names every bad token "expired", but for that of a suspended user (auth-errors.json).
    const description = what === 'expired' ? 'The access token has expired' : 'The access token is invalid';
    const realm = `Bearer realm="coder", error="invalid_token", error_description="${description}"`;
    const metadata = `resource_metadata="${url}/.well-known/oauth-protected-resource"`;
    const json = detail === undefined ? { message } : { message, detail };
    this.answer = { status: 401, json, headers: { 'WWW-Authenticate': `${realm}, ${metadata}` } };
  }
}

/** A cookie without the header needs a CSRF token on everything that changes something; we hand out none. */
export function isForged(call: Call): boolean {
  const isSafe = ['GET', 'HEAD', 'OPTIONS', 'TRACE'].includes(call.method);
  return !isSafe && readCookie(call) !== undefined && readHeader(call) === undefined;
}

export function findToken(call: Call): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(call.headers.authorization ?? '')?.[1];
  const places = [readCookie(call), call.query.get(COOKIE), readHeader(call), bearer, call.query.get('access_token')];
  return places.find((token) => token !== undefined && token !== '');
}

function readHeader(call: Call): string | undefined {
  const value = call.headers['coder-session-token'];
  const first = Array.isArray(value) ? value[0] : value;
  return first === '' ? undefined : first;
}

function readCookie(call: Call): string | undefined {
  return new RegExp(`(?:^|;\\s*)${COOKIE}=([^;]*)`).exec(call.headers.cookie ?? '')?.[1];
}

function findFormatFault(token: string): string | undefined {
  const parts = token.split('-');
  if (parts.length !== 2) return `incorrect amount of API key parts, expected 2 got ${parts.length}`;
  const [id = '', secret = ''] = parts;
  if (id.length !== ID_LENGTH) return `invalid API key ID length, expected ${ID_LENGTH} got ${id.length}`;
  if (secret.length !== SECRET_LENGTH) {
    return `invalid API key secret length, expected ${SECRET_LENGTH} got ${secret.length}`;
  }
  return undefined;
}

function toGoDefaultTime(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.?0+Z$/, '')
    .replace('Z', '')
    .concat(' +0000 UTC');
}
