/** Questions to the person: what the host brings back, read so that nothing but a clear yes is one. */

import { createHash } from 'node:crypto';
import { isRecord, type Params } from './frames.js';

const KEY_HEX_DIGITS = 12;
const actions = ['accept', 'decline', 'cancel'];

/**
 * Marks an answer in `_meta` that came with a repeated request: how long the person took for it is not known here.
 */
export const ANSWERED_EARLIER = 'coder-tasks-mcp/answered-earlier';

/**
 * The host's answer to a form as the SDK takes it. Values that no form has are left out of it; an answer that is neither
 * a yes nor a no counts as the question dismissed, never as "nobody was asked".
 */
export function clearAnswer(result: unknown): Params {
  if (!isRecord(result) || typeof result.action !== 'string' || !actions.includes(result.action)) {
    return { action: 'cancel' };
  }
  const { action, content } = result;
  if (action !== 'accept' || !isRecord(content)) return { action };
  return { action, content: Object.fromEntries(Object.entries(content).filter(([, value]) => isFormValue(value))) };
}

function isFormValue(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item) => typeof item === 'string');
  return ['string', 'number', 'boolean'].includes(typeof value);
}

/**
 * The key of the questions of one request, without their number: an answer counts for exactly this call. The order of
 * arguments means nothing.
 */
export function questionKey(method: string, { name, uri, arguments: args }: Params): string {
  const call = JSON.stringify([method, name, uri, args], (_key, value: unknown) =>
    isRecord(value) ? sorted(value) : value,
  );
  return createHash('sha256').update(call).digest('hex').slice(0, KEY_HEX_DIGITS);
}

function sorted(record: Params): Params {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
