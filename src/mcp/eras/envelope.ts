/** The envelope of the revision 2026-07-28: every request says its version, its client and what that can do, in `params._meta`. */

import { type ClientFacts, clientFacts, invalid } from './answers.js';
import { errorCodes } from './codes.js';
import { isRecord, type Params, type RpcError } from './frames.js';

/** The revisions whose requests carry an envelope, newest first. */
export const modernVersions = ['2026-07-28'] as const;

const PREFIX = 'io.modelcontextprotocol/';
const VERSION = `${PREFIX}protocolVersion`;
const CAPABILITIES = `${PREFIX}clientCapabilities`;
const CLIENT = `${PREFIX}clientInfo`;
const LOG_LEVEL = `${PREFIX}logLevel`;
const envelopeKeys = [VERSION, CAPABILITIES, CLIENT, LOG_LEVEL];

export const SERVER_INFO = `${PREFIX}serverInfo`;
export const SUBSCRIPTION_ID = `${PREFIX}subscriptionId`;

/** The protocol's log levels. */
export const logLevels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

/** Whether a request is of the modern revision: its envelope names a version, of whatever shape. */
export function hasEnvelope({ _meta }: Params): boolean {
  return isRecord(_meta) && _meta[VERSION] !== undefined;
}

/** The error for a request of the modern revision that has no envelope. */
export function envelopeMissing(): { readonly error: RpcError } {
  return invalid(`params._meta needs ${VERSION} (text) and ${CAPABILITIES} (object)`);
}

export interface Envelope {
  readonly client: ClientFacts;
  /** What the person has answered to earlier questions, by key. */
  readonly answers: Params;
  /** The parameters as a server of the earlier revisions takes them. */
  readonly params: Params;
}

/** Opens the envelope of a request; an error where it cannot be served, before anything is run. */
export function openEnvelope(given: Params): Envelope | { readonly error: RpcError } {
  const { _meta, inputResponses, requestState: _, ...params } = given;
  const meta = isRecord(_meta) ? _meta : {};
  const version = meta[VERSION];
  if (typeof version !== 'string') return invalid(`params._meta["${VERSION}"] must be a text`);
  if (!modernVersions.some((known) => known === version)) return unsupported(version);
  if (!isRecord(meta[CAPABILITIES])) return invalid(`params._meta["${CAPABILITIES}"] must be an object`);
  const level = meta[LOG_LEVEL];
  if (level !== undefined && !logLevels.some((known) => known === level)) {
    return invalid(`params._meta["${LOG_LEVEL}"] must be one of ${logLevels.join(', ')}`);
  }
  if (inputResponses !== undefined && !isRecord(inputResponses)) return invalid('inputResponses must be an object');
  const rest = Object.fromEntries(Object.entries(meta).filter(([key]) => !envelopeKeys.includes(key)));
  return {
    client: clientFacts(meta[CLIENT], meta[CAPABILITIES]),
    answers: inputResponses ?? {},
    params: Object.keys(rest).length > 0 ? { ...params, _meta: rest } : params,
  };
}

function unsupported(requested: string): { readonly error: RpcError } {
  return {
    error: {
      code: errorCodes.unsupportedProtocolVersion,
      message: `Unsupported protocol version: ${requested.slice(0, 40)}`,
      data: { supported: modernVersions, requested },
    },
  };
}
