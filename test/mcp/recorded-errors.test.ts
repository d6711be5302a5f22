/** Every error that real Coder servers were recorded to answer, as a model reads it. */

import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
import { errorText } from '../../src/mcp/calls/tool-error.js';
import { readRecording, recordingNames, versions } from '../embedded-coder/recording.js';
import { errorOf } from '../support/recorded-error.js';

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

  test('names the request where the failure is the server’s own, so that an administrator can find it', () => {
    for (const { where, error, text } of texts) {
      expect(text, where).toMatch(/status \d{3}/);
      if (error.requestId) expect([where, text.includes(error.requestId)]).toEqual([where, (error.status ?? 0) >= 500]);
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
