/** The embedded deployment: a small HTTP server in this process that answers as a Coder deployment's Tasks API does. */

import { createServer } from 'node:http';
import { Faults } from './http/faults.js';
import { type RecordedRequest, Server } from './http/server.js';
import { type Clock, systemClock } from './time/clock.js';
import type { Pace } from './time/pace.js';
import { addDemoWorld } from './world/demo-world.js';
import { seededIds } from './world/ids.js';
import { PROFILES, type Profile } from './world/profiles.js';
import { seed } from './world/seed.js';
import { World } from './world/world.js';

export { fault } from './http/faults.js';
export type { Clock } from './time/clock.js';
export { type Pace, RECORDED_PACE } from './time/pace.js';
export type { Profile } from './world/profiles.js';

export interface EmbeddedCoderOptions {
  /** The version of Coder it answers as; 2.35 by default. */
  readonly profile?: Profile;
  readonly clock?: Clock;
  /** Durations are looked up when their step begins, so this object may be changed on the way. */
  readonly pace?: Partial<Pace>;
  /** Ids and generated names follow from it. */
  readonly seed?: number;
  readonly port?: number;
  /** The names of the templates to begin with; all by default, the broken ones too. */
  readonly templates?: readonly string[];
  /** Beside them: the templates and tasks of a demonstration. */
  readonly demo?: boolean;
}

export interface EmbeddedCoder {
  readonly url: string;
  /** By username: admin (site owner), alice, bob, frank (members), carol (template admin), dave (organization admin), erin (auditor). */
  readonly tokens: Readonly<Record<string, string>>;
  readonly faults: Faults;
  readonly world: World;
  /** Every request it has had, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** Requests that are being answered now; open streams do not count. */
  readonly inFlight: number;
  /** Of those the ones that wait for nothing but the event loop, not for the clock. */
  readonly busy: number;
  /** Open streams of workspaces. */
  readonly watches: number;
  /** Ends streams and connections at once. */
  close(): Promise<void>;
}

const IDLE_CONNECTION_MS = 300_000;

/** Starts a deployment on 127.0.0.1; whoever starts it closes it. */
export async function startEmbeddedCoder(options: EmbeddedCoderOptions = {}): Promise<EmbeddedCoder> {
  const world = new World({
    clock: options.clock ?? systemClock(),
    pace: options.pace ?? {},
    features: PROFILES[options.profile ?? '2.35'],
    ids: seededIds(options.seed ?? 1),
  });
  const tokens = seed(world, options.templates);
  if (options.demo === true) addDemoWorld(world);
  const faults = new Faults();
  const server = new Server(world, faults);
  const http = createServer((request, response) => {
    response.sendDate = false;
    server.take(request, response).catch((error: unknown) => response.destroy(toError(error)));
  });
  // A Go server keeps idle connections; Node's five seconds would cut clients off in the middle of a demonstration.
  http.keepAliveTimeout = IDLE_CONNECTION_MS;
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the embedded deployment got no port');
  server.url = `http://127.0.0.1:${address.port}`;
  return {
    url: server.url,
    tokens,
    faults,
    world,
    requests: server.requests,
    get inFlight() {
      return server.inFlight;
    },
    get busy() {
      return server.inFlight - world.sleeping;
    },
    get watches() {
      return server.watches;
    },
    async close() {
      world.close();
      server.closeAll();
      const closed = new Promise((resolve) => http.close(resolve));
      http.closeAllConnections();
      await closed;
    },
  };
}

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));
