/** The error that the client makes of a recorded answer. */

import { CoderError } from '../../src/coder/errors/errors.js';
import { readAnswer } from '../../src/coder/http/answer.js';
import type { Exchange } from '../embedded-coder/recording.js';

export function errorOf({ request, response }: Exchange): CoderError {
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const what = `${request.method} ${request.path}`;
  try {
    readAnswer(
      { status: response.status, headers, body: Buffer.from(response.body ?? '') },
      {
        what,
        endpoint: { success: 200, answer: null, maxBytes: 1 << 20 },
        asked: new URL(request.path, 'https://coder.example.com'),
        sentBytes: 0,
        scrub: (text) => text,
        now: 0,
      },
    );
  } catch (error) {
    if (error instanceof CoderError) return error;
    throw error;
  }
  throw new Error(`${what} is no error`);
}
