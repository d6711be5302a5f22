/** An embedded deployment on a clock that stands still, and the asking of questions of it. */

import { type EmbeddedCoder, type EmbeddedCoderOptions, startEmbeddedCoder } from '../../src/embedded-coder/index.js';
import { ManualClock } from '../support/manual-clock.js';

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; undefined where it is none. */
  readonly json: unknown;
}

export interface Deployment extends AsyncDisposable {
  readonly coder: EmbeddedCoder;
  readonly clock: ManualClock;
  /** Asks as a user; time runs until the answer is there. */
  ask(method: string, path: string, body?: unknown, user?: string): Promise<Reply>;
  get(path: string, user?: string): Promise<Reply>;
  /** Creates a task and returns the answer. */
  create(name: string, input: string, template?: string): Promise<Reply>;
}

export async function startDeployment(options: Omit<EmbeddedCoderOptions, 'clock'> = {}): Promise<Deployment> {
  const clock = new ManualClock();
  const coder = await startEmbeddedCoder({ ...options, clock });
  clock.addIdleCheck(() => coder.busy === 0);
  const ask = async (method: string, path: string, body?: unknown, user = 'alice'): Promise<Reply> => {
    const headers = { 'Coder-Session-Token': coder.tokens[user] ?? '' };
    const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    const reading = fetch(`${coder.url}${path}`, { ...init, redirect: 'manual' }).then(async (response) => ({
      status: response.status,
      headers: response.headers,
      text: await response.text(),
    }));
    const reply = await clock.runUntil(reading);
    return { ...reply, json: parse(reply.text) };
  };
  return {
    coder,
    clock,
    ask,
    get: (path, user) => ask('GET', path, undefined, user),
    create(name, input, template = 'tasks-demo') {
      const version = coder.world.templateNamed(template).activeVersionId;
      return ask('POST', '/api/v2/tasks/me', { name, input, template_version_id: version });
    },
    [Symbol.asyncDispose]: () => coder.close(),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
