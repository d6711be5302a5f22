/** What a handler gives back, and the refusals it throws. */

import type { Workspace } from '../world/model.js';

export interface Answer {
  readonly status: number;
  /** Sent as JSON; undefined: an empty body. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly text?: string;
  readonly contentType?: string;
  /** The answer to a browser's CORS preflight, which passes through less than others. */
  readonly isPreflight?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answered by a stream of this workspace's changes. */
  readonly stream?: Workspace;
}

export interface Validation {
  readonly field: string;
  readonly detail: string;
}

/** An answer with Coder's error body; thrown wherever a request cannot go on. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(
    status: number,
    message: string,
    more: { readonly detail?: string; readonly validations?: readonly Validation[] } = {},
  ) {
    super(message);
    this.answer = { status, json: { message, ...more } };
  }
}

export const ok = (json: unknown): Answer => ({ status: 200, json });

export const notFound = () => new Refusal(404, 'Resource not found or you do not have access to this resource');

export const routeNotFound = () => new Refusal(404, 'Route not found.');

export const forbidden = (message: string) =>
  new Refusal(403, message, {
    detail:
      "You don't have permission to view this content. If you believe this is a mistake, please contact your administrator or try signing in with different credentials.",
  });

/** JSON as Go writes it: markup characters escaped, a line break at the end. */
export function toGoJson(value: unknown): string {
  const escaped = JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${escaped}\n`;
}

/** A time as Go writes it: RFC 3339 in UTC without trailing zeros. */
export function toGoTime(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}

export const ZERO_UUID = '00000000-0000-0000-0000-000000000000';
export const ZERO_TIME = '0001-01-01T00:00:00Z';
