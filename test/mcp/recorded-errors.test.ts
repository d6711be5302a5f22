/** Every error that real Coder servers were recorded to answer, as a model reads it. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { CoderError } from '../../src/coder/errors/errors.js';
import { readAnswer } from '../../src/coder/http/answer.js';
import { errorText } from '../../src/mcp/calls/tool-error.js';
import { type Exchange, readRecording, recordingNames, versions } from '../embedded-coder/recording.js';

const MAX_TOKENS = 260;
const METHODS = new Set(['GET', 'POST', 'PATCH', 'DELETE']);

const refusals = versions.flatMap((version) =>
  recordingNames(version).flatMap((name) =>
    readRecording(version, name)
      // Others were asked to see what Coder makes of them; this client sends none.
      .exchanges.filter(({ request, response }) => response.status >= 400 && METHODS.has(request.method))
      .map((exchange) => ({ ...exchange, where: `${version} ${name}: ${exchange.situation}` })),
  ),
);

/** The error that the client makes of a recorded answer. */
function errorOf({ request, response }: Exchange): CoderError {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const answer = { status: response.status, headers, body: Buffer.from(response.body ?? '') };
  const what = `${request.method} ${request.path}`;
  try {
    readAnswer(answer, { what, hasBody: true, maxBytes: 1 << 20, secrets: [], now: 0 });
  } catch (error) {
    if (error instanceof CoderError) return error;
    throw error;
  }
  throw new Error(`${what} is no error`);
}

const texts = refusals.map((exchange) => {
  const error = errorOf(exchange);
  return { where: exchange.where, error, text: errorText(error, 'coder_get_task') };
});

describe('every recorded error', () => {
  test('is one of some hundreds', () => {
    expect(texts.length).toBeGreaterThan(300);
  });

  test('says what failed, what Coder said, why, what next and whether to repeat, each on its line', () => {
    for (const { where, error, text } of texts) {
      const lines = text.split('\n').map((line) => line.replace(/:.*/, ''));
      expect(lines, where).toEqual(['error', 'server', 'why', 'next', 'retry', 'code']);
      expect(text, where).toContain(`\ncode: ${error.code}`);
    }
  });

  test('names the request, so that an administrator can find it', () => {
    for (const { where, error, text } of texts) {
      expect(text, where).toMatch(/status \d{3}/);
      if (error.requestId) expect(text, where).toContain(error.requestId);
    }
  });

  test('shows nothing of the inside of the server, and no path of its API', () => {
    for (const { where, text } of texts) {
      expect(text, where).not.toMatch(/pq:|sql:|SQLSTATE|Go value|codersdk\.|coderd\.|localhost:|\[fd7a|<html|\{"/i);
      expect(text, where).not.toMatch(/\/api\/v2|undefined|\[object/);
    }
  });

  test('is short enough to be read', () => {
    for (const { where, text } of texts) expect(encode(text).length, where).toBeLessThan(MAX_TOKENS);
  });
});
