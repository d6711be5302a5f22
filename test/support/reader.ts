/** A host that reads and follows resources: a test server on a clock that stands still, and what a host sees of it. */

import {
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { EmbeddedCoder } from '../../src/embedded-coder/index.js';
import { ManualClock } from './manual-clock.js';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.js';

const failure = z.looseObject({ code: z.number(), message: z.string(), data: z.unknown() });

export interface Reader extends AsyncDisposable {
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly world: EmbeddedCoder['world'];
  readonly faults: EmbeddedCoder['faults'];
  /** Addresses of `resources/updated`, and `list` for each `list_changed`, since the last call. */
  notices(): string[];
  during<T>(answer: Promise<T>): Promise<T>;
  read(uri: string): Promise<string>;
  readJson(uri: string): Promise<unknown>;
  /** The error of a request that must fail. */
  failureOf(answer: Promise<unknown>): Promise<z.output<typeof failure>>;
  /** Paths that were asked of Coder since the last call. */
  requests(): string[];
}

export async function startReader(options: Omit<TestServerOptions, 'clock'> = {}): Promise<Reader> {
  const clock = new ManualClock();
  const server = await startTestServer({ ...options, clock });
  const { client, deployment } = server;
  let notices: string[] = [];
  // The first request loads the HTTP client, which takes real time that a clock standing still knows nothing of.
  await clock.runUntil(server.coder.getBuildInfo());
  let seen = deployment.requests.length;
  client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
    notices.push(params.uri);
  });
  client.setNotificationHandler(ResourceListChangedNotificationSchema, () => {
    notices.push('list');
  });
  const during = <T>(answer: Promise<T>) => clock.runUntil(answer);
  const read = async (uri: string) => {
    const [content] = (await during(client.readResource({ uri }))).contents;
    return content && 'text' in content ? content.text : '';
  };
  return {
    server,
    clock,
    world: deployment.world,
    faults: deployment.faults,
    during,
    read,
    notices() {
      const taken = notices;
      notices = [];
      return taken;
    },
    readJson: async (uri) => JSON.parse(await read(uri)),
    failureOf: async (answer) =>
      failure.parse(
        await during(
          answer.then(
            () => undefined,
            (error) => ({ code: error.code, message: error.message, data: error.data }),
          ),
        ),
      ),
    requests() {
      const taken = deployment.requests.slice(seen).map(({ method, path }) => `${method} ${path}`);
      seen = deployment.requests.length;
      return taken;
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
