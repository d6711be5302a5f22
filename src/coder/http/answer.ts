/** What an answer says: the JSON of a good one, the CoderError of any other. */

import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Endpoint } from '../endpoints.js';
import { classify, hasWordsOfCoder } from '../errors/classify.js';
import { CoderError, type CoderErrorDetails, type ErrorCode } from '../errors/errors.js';
import { classifyForeign, classifyRedirect } from '../errors/foreign.js';
import { cleanServerText } from '../errors/server-text.js';
import { type ErrorBody, errorBodySchema } from '../wire/schemas.js';
import type { WireAnswer, WireHeaders } from './connections.js';

export interface AnswerContext {
  /** `GET /api/v2/…`, for messages. */
  readonly what: string;
  readonly endpoint: Pick<Endpoint, 'success' | 'answer' | 'maxBytes'>;
  /** The address that was asked for, with its path. */
  readonly asked: URL;
  /** How long the body of the request was. */
  readonly sentBytes: number;
  /** Takes secrets out of a text. */
  readonly scrub: (text: string) => string;
  /** By this machine, for a Retry-After that is a date. */
  readonly now: number;
}

export interface GoodAnswer {
  readonly json: unknown;
  readonly requestId: string | undefined;
}

/** The JSON of a good answer (undefined where none is expected); throws a CoderError for everything else. */
export function readAnswer(answer: WireAnswer, context: AnswerContext): GoodAnswer {
  const { endpoint } = context;
  const fail = failing(answer, context);
  const { status } = answer;
  if (status >= 300 && status < 400) throw redirected(answer, context, fail);
  if (status < 200 || status >= 400) throw errorAnswer(answer, context, fail);
  // A login page of a proxy is no confirmation, even where no answer is expected.
  if (answer.body.length > 0 && !isJson(answer.headers)) {
    throw fail('not_coder', 'the answer is not JSON', { reached: 'unknown' });
  }
  if (status !== endpoint.success) {
    throw fail('bad_answer', `status ${status} where Coder answers ${endpoint.success}`, { reached: 'unknown' });
  }
  const requestId = header(answer.headers, 'x-coder-request-id');
  if (endpoint.answer === null) return { json: undefined, requestId };
  const body = decoded(answer, endpoint.maxBytes);
  if (body instanceof Error) throw unreadable(body, fail);
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

function failing(answer: WireAnswer, { what, scrub }: AnswerContext): Fail {
  const requestId = header(answer.headers, 'x-coder-request-id');
  return (code, words, details = {}) =>
    new CoderError(code, `${what}: ${words}`, {
      status: answer.status,
      requestId: requestId && scrub(requestId),
      reached: 'yes',
      ...details,
    });
}

function redirected({ status, headers }: WireAnswer, { asked, scrub }: AnswerContext, fail: Fail): CoderError {
  const location = header(headers, 'location');
  const code = classifyRedirect({ status, location, asked, isFromCoder: isFromCoder(headers) });
  return fail(code, `redirected (${status})`, { location: location && scrub(withoutQuery(location)), reached: 'no' });
}

function unreadable(problem: Error, fail: Fail): CoderError {
  return 'code' in problem && problem.code === 'ERR_BUFFER_TOO_LARGE'
    ? fail('answer_too_large', 'the answer is too large')
    : fail('bad_answer', 'the answer is compressed and cannot be unpacked', { cause: problem });
}

function errorAnswer(answer: WireAnswer, context: AnswerContext, fail: Fail): CoderError {
  const { status, headers } = answer;
  const retryAfterMs = parseRetryAfter(header(headers, 'retry-after'), context.now);
  const body = decoded(answer, context.endpoint.maxBytes);
  if (body instanceof Error) return unreadable(body, fail);
  const isCoders = isFromCoder(headers);
  const parsed = isJson(headers) ? errorBodySchema.safeParse(parsedOrNothing(body)).data : undefined;
  // A few refusals of Coder have no JSON (coder-api §5.5, §5.6): the status says all.
  if (isCoders && !parsed) return coderError(answer, { message: '', detail: '', validations: [] }, context, fail);
  if (parsed && (isCoders || hasWordsOfCoder(status, parsed))) return coderError(answer, parsed, context, fail);
  const code = classifyForeign({ status, text: body });
  const size = status === 413 ? ` (the request had ${context.sentBytes} bytes)` : '';
  const reached = status >= 500 || status === 408 ? 'unknown' : 'no';
  return fail(code, `status ${status}${size}`, { retryAfterMs, reached });
}

function coderError(
  answer: WireAnswer,
  body: ErrorBody,
  { scrub, sentBytes, now }: AnswerContext,
  fail: Fail,
): CoderError {
  const { status, headers } = answer;
  const { message, detail, validations } = body;
  const clean = (text: string) => cleanServerText(scrub(text));
  const serverMessage = clean(message);
  const code = classify(status, body);
  const size = code === 'input_too_large' ? ` (the request had ${sentBytes} bytes)` : '';
  return fail(code, `${status} ${serverMessage ?? ''}`.trimEnd() + size, {
    reached: wasRefused(code, detail) ? 'no' : 'unknown',
    serverMessage,
    serverDetail: clean(detail),
    validations: validations.map((entry) => ({ field: clean(entry.field) ?? '', detail: clean(entry.detail) ?? '' })),
    retryAfterMs: parseRetryAfter(header(headers, 'retry-after'), now),
  });
}

/** Did Coder say no before it did anything? Its inner errors leave that open. */
function wasRefused(code: ErrorCode, detail: string): boolean {
  if (code === 'server_error' || code === 'gateway') return false;
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

/** Coder puts its version on every answer of its API; what stands in front of it does not. */
function isFromCoder(headers: WireHeaders): boolean {
  return header(headers, 'x-coder-build-version') !== undefined;
}

/** A header by its name in lower case; of a repeated one the first. */
export function header(headers: WireHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function isJson(headers: WireHeaders): boolean {
  return /^application\/(?:[\w.+-]+\+)?json\b/i.test(header(headers, 'content-type') ?? '');
}

/** We ask for no compression, but a proxy may compress all the same. An Error when it is too large or broken. */
function decoded(answer: WireAnswer, maxBytes: number): string | Error {
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
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Where a redirect leads, without what a login page may have put into its query. */
function withoutQuery(location: string): string {
  return location.replace(/[?#].*$/s, '').replace(/\/\/[^/@]*@/, '//');
}

function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
