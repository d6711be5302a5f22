/** What one watched task costs Coder while nothing happens. */

import { ManualClock } from '../test/support/manual-clock.js';
import { startTestServer } from '../test/support/test-server.js';
import type { Figure } from './figures.js';

const HOUR_MS = 3_600_000;
const POLLS_PER_HOUR = 720; // one every 5 s

/** An hour by a clock that is moved by hand, over real HTTP. */
export async function idleHour(): Promise<Figure[]> {
  const clock = new ManualClock();
  await using server = await startTestServer({ clock });
  const { deployment, client } = server;
  deployment.world.addTask({ name: 'idle' });
  await clock.runUntil(client.subscribeResource({ uri: 'coder://tasks/alice/idle' }));
  // The stream opens and the conversation comes to rest.
  await clock.advance(60_000);
  const before = deployment.requests.length;
  await clock.advance(HOUR_MS);
  return [
    {
      what: 'requests per hour, one idle task, subscribed',
      unit: 'requests',
      measured: deployment.requests.length - before,
      baseline: POLLS_PER_HOUR,
      budget: { most: 20 },
    },
  ];
}
