/** A line from the host as what it is in the protocol: a request, a notification, a response, or a fault with its answer. */

import { errorCodes } from './codes.js';
import type { Line } from './lines.js';

export type RequestId = string | number;
export type Params = Readonly<Record<string, unknown>>;

export interface RequestFrame {
  readonly kind: 'request';
  readonly id: RequestId;
  readonly method: string;
  readonly params: Params;
}

export interface NotificationFrame {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Params;
}

export interface ResponseFrame {
  readonly kind: 'response';
  readonly id: RequestId;
  /** `undefined` where the host answered with an error. */
  readonly result: unknown;
}

/** What is no message of the protocol. `id` is `undefined` where nothing may be answered: to a response. */
export interface FaultFrame {
  readonly kind: 'fault';
  readonly id: RequestId | null | undefined;
  readonly error: RpcError;
}

export interface RpcError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

export type Frame = RequestFrame | NotificationFrame | ResponseFrame | FaultFrame;

/** What one line holds: nothing, a message, or the messages of a batch. */
export type Frames =
  | { readonly batch: false; readonly frame: Frame }
  | { readonly batch: true; readonly frames: readonly Frame[] };

/** Reads a line. A byte order mark and blanks round the message are ignored; a blank line is `undefined`. */
export function framesIn(line: Line): Frames | undefined {
  if ('tooLong' in line) {
    const message = `Invalid Request: the message is too long: ${line.bytes} bytes`;
    return single(fault(idOfCut(line.tooLong), errorCodes.invalidRequest, message));
  }
  const text = line.text.replace(/^\uFEFF/, '').trim();
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return single(fault(null, errorCodes.parseError, 'Parse error: the line is not JSON'));
  }
  return Array.isArray(value) ? { batch: true, frames: value.map(frameOf) } : single(frameOf(value));
}

function single(frame: Frame): Frames {
  return { batch: false, frame };
}

function frameOf(value: unknown): Frame {
  if (!isRecord(value)) return fault(null, errorCodes.invalidRequest, 'Invalid Request: a message is an object');
  const { id, method } = value;
  const known = isRequestId(id) ? id : undefined;
  if (method === undefined && ('result' in value || 'error' in value)) return responseOf(value, known);
  const refuse = (message: string) => fault(known ?? null, errorCodes.invalidRequest, `Invalid Request: ${message}`);
  if (value.jsonrpc !== '2.0') return refuse('jsonrpc must be "2.0"');
  if (typeof method !== 'string') return refuse('method must be a text');
  if ('id' in value && known === undefined) return refuse('id must be a text or a whole number');
  const params = paramsOf(method, value.params);
  if (typeof params === 'string') {
    return fault(known, errorCodes.invalidParams, `Invalid params: ${params} must be an object`);
  }
  return known === undefined
    ? { kind: 'notification', method, params }
    : { kind: 'request', id: known, method, params };
}

function responseOf(value: Params, id: RequestId | undefined): Frame {
  // An answer to an answer could go on for ever.
  if (id === undefined) return fault(undefined, errorCodes.invalidRequest, 'a response without an id');
  return { kind: 'response', id, result: 'error' in value && value.error !== null ? undefined : value.result };
}

function fault(id: RequestId | null | undefined, code: number, message: string): FaultFrame {
  return { kind: 'fault', id, error: { code, message } };
}

/** Parameters without what is null, which hosts write for what they leave out; or the name of what is no object. */
function paramsOf(method: string, given: unknown): Params | 'params' | 'params._meta' {
  if (given === undefined || given === null) return {};
  if (!isRecord(given)) return 'params';
  const params = withoutNulls(given);
  if (params._meta !== undefined && !isRecord(params._meta)) return 'params._meta';
  const meta = params._meta && { _meta: metaOf(params._meta) };
  const hasArguments = method === 'tools/call' || method === 'prompts/get';
  const args = hasArguments && params.arguments !== undefined ? { arguments: argumentsOf(params.arguments) } : {};
  return { ...params, ...meta, ...args };
}

/** Without what the SDK would not take for a message at all: a token for progress that is none, the mark of a task. */
function metaOf(given: Params): Params {
  const { 'io.modelcontextprotocol/related-task': _, progressToken, ...meta } = withoutNulls(given);
  return isRequestId(progressToken) ? { ...meta, progressToken } : meta;
}

function withoutNulls(record: Params): Params {
  const isNull = Object.values(record).includes(null);
  return isNull ? Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null)) : record;
}

/**
 * Arguments as an object. Some hosts send the JSON text that the model wrote; what is no object comes out as an
 * argument named `arguments`, which no tool has, so that the model learns of it.
 */
function argumentsOf(given: unknown): Params {
  if (isRecord(given)) return given;
  if (typeof given === 'string') {
    if (given.trim() === '') return {};
    const parsed = parsedOrUndefined(given);
    if (parsed === null) return {};
    if (isRecord(parsed)) return parsed;
  }
  return { arguments: given };
}

function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const ID = String.raw`"id"\s*:\s*(-?\d{1,15}|"[^"\\]{0,100}")`;
const idFirst = new RegExp(String.raw`^\uFEFF?\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?${ID}\s*,`);
const idLast = new RegExp(String.raw`,\s*${ID}\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$`);

/** The id of a request of which only the two ends are known. */
function idOfCut({ head, tail }: { readonly head: string; readonly tail: string }): RequestId | null {
  const written = (idFirst.exec(head) ?? idLast.exec(tail))?.[1];
  const id = written === undefined ? undefined : parsedOrUndefined(written);
  return isRequestId(id) ? id : null;
}

export function isRequestId(value: unknown): value is RequestId {
  return typeof value === 'string' || Number.isSafeInteger(value);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
