/** A deployment brought into a state, and what coder_diagnose makes of it. */

import type { EmbeddedCoder } from '../../src/embedded-coder/index.js';
import { ManualClock } from './manual-clock.js';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.js';

export interface Scene extends AsyncDisposable {
  readonly server: TestServer;
  readonly clock: ManualClock;
  readonly world: EmbeddedCoder['world'];
  /** Makes a task named `subject` of alice's, straight over the API. */
  create(prompt?: string, template?: string): Promise<void>;
  /** Calls the API as alice does, with time running until it has answered. */
  during<T>(answer: Promise<T>): Promise<T>;
}

export const SUBJECT = 'subject';

/** Everything stands still but for what the test moves. */
export async function startScene(options: Omit<TestServerOptions, 'clock'> = {}): Promise<Scene> {
  const clock = new ManualClock();
  const server = await startTestServer({ ...options, clock });
  const { coder, deployment } = server;
  return {
    server,
    clock,
    world: deployment.world,
    during: (answer) => clock.runUntil(answer),
    async create(prompt = 'hello', template = 'tasks-demo') {
      const templates = await clock.runUntil(coder.listTaskTemplates());
      const version = templates.find(({ name }) => name === template)?.active_version_id ?? '';
      await clock.runUntil(
        coder.createTask('me', { template_version_id: version, input: prompt, name: SUBJECT, display_name: 'Subject' }),
      );
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}
