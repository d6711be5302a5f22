/** What an answer says: the JSON of a good one, the CoderError of any other. */

import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import { classify, classifyForeign } from '../errors/classify.js';
import { CoderError, type CoderErrorDetails, type ErrorCode } from '../errors/errors.js';
import { cleanServerText } from '../errors/server-text.js';
import { errorBodySchema } from '../wire/schemas.js';
import type { WireAnswer, WireHeaders } from './connections.js';

export interface AnswerContext {
  /** `GET /api/v2/…`, for messages. */
  readonly what: string;
  readonly hasBody: boolean;
  readonly maxBytes: number;
  readonly secrets: readonly string[];
  /** By this machine, for a Retry-After that is a date. */
  readonly now: number;
}

export interface GoodAnswer {
  readonly json: unknown;
  readonly requestId: string | undefined;
}

/** The JSON of a 2xx answer (undefined where none is expected); throws a CoderError for everything else. */
export function readAnswer(answer: WireAnswer, context: AnswerContext): GoodAnswer {
  const requestId = header(answer.headers, 'x-coder-request-id');
  const fail = (code: ErrorCode, words: string, details: CoderErrorDetails = {}) =>
    new CoderError(code, `${context.what}: ${words}`, { status: answer.status, requestId, reached: 'yes', ...details });

  if (answer.status >= 300 && answer.status < 400) {
    const location = header(answer.headers, 'location');
    throw fail('redirected', `redirected (${answer.status})`, {
      location: location && withoutSecrets(location),
      reached: 'no',
    });
  }
  const isGood = answer.status >= 200 && answer.status < 300;
  const isForeign = answer.body.length > 0 && !isJson(answer.headers);
  // A login page of a proxy is no confirmation, even where no answer is expected.
  if (isGood && isForeign) throw fail('not_coder', 'the answer is not JSON', { reached: 'unknown' });
  if (isGood && !context.hasBody) return { json: undefined, requestId };
  const body = decoded(answer, context.maxBytes);
  if (body === undefined) throw fail('answer_too_large', 'the answer is too large or not readable');
  if (!isGood) throw errorAnswer(answer, body, context, fail);
  if (body.trim() === '') throw fail('bad_answer', 'the answer is empty', { cause: new SyntaxError('empty answer') });
  try {
    const json: unknown = JSON.parse(body);
    return { json, requestId };
  } catch {
    // The parser's own error would quote the text.
    throw fail('bad_answer', 'the answer is not complete JSON', { cause: new SyntaxError('incomplete JSON') });
  }
}

/** Did the JSON end early? Then another try may bring it whole. */
export function isIncomplete(error: CoderError): boolean {
  return error.code === 'bad_answer' && error.cause instanceof SyntaxError;
}

type Fail = (code: ErrorCode, words: string, details?: CoderErrorDetails) => CoderError;

function errorAnswer(answer: WireAnswer, body: string, context: AnswerContext, fail: Fail): CoderError {
  const retryAfterMs = parseRetryAfter(header(answer.headers, 'retry-after'), context.now);
  const parsed = isJson(answer.headers) ? errorBodySchema.safeParse(parsedOrNothing(body)) : undefined;
  if (!parsed?.success) {
    // A 405 of Coder has no body at all; everything else without Coder's form comes from something in between.
    const code = classifyForeign(answer.status);
    return fail(code, `status ${answer.status}`, { retryAfterMs, reached: answer.status >= 500 ? 'unknown' : 'no' });
  }
  const { message, detail, validations } = parsed.data;
  const clean = (text: string) => cleanServerText(text, context.secrets);
  const serverMessage = clean(message);
  const code = classify(answer.status, parsed.data);
  return fail(code, `${answer.status} ${serverMessage ?? ''}`.trimEnd(), {
    reached: wasRefused(code, detail) ? 'no' : 'unknown',
    serverMessage,
    serverDetail: clean(detail),
    validations: validations.map((entry) => ({ field: clean(entry.field) ?? '', detail: clean(entry.detail) ?? '' })),
    retryAfterMs,
  });
}

/** Did Coder say no before it did anything? Its inner errors leave that open. */
function wasRefused(code: ErrorCode, detail: string): boolean {
  if (code === 'server_error') return false;
  // The agent's front may fail after it has typed the message; these two it says before (coder-api §3.6).
  return code !== 'message_rejected' || /must not be empty|can only be sent when/.test(detail);
}

function parsedOrNothing(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** A header by its name in lower case; of a repeated one the first. */
export function header(headers: WireHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function isJson(headers: WireHeaders): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(header(headers, 'content-type') ?? '');
}

/** We ask for no compression, but a proxy may compress all the same. Undefined when it is too large or broken. */
function decoded(answer: WireAnswer, maxBytes: number): string | undefined {
  const limit = { maxOutputLength: maxBytes };
  try {
    switch (header(answer.headers, 'content-encoding')?.toLowerCase()) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(answer.body, limit).toString();
      case 'deflate':
        return inflateSync(answer.body, limit).toString();
      case 'br':
        return brotliDecompressSync(answer.body, limit).toString();
      default:
        return answer.body.toString();
    }
  } catch {
    return undefined;
  }
}

/** Where a redirect leads, without what a login page may have put into its query. */
function withoutSecrets(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//');
}

function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
