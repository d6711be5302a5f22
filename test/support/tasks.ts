/** Tasks made straight over the API, past the tools under test. */

import type { ManualClock } from './manual-clock.js';
import type { TestServer } from './test-server.js';

/** Creates a task of alice's from the template `tasks-demo`; its build is queued. */
export async function createTask(
  { coder }: TestServer,
  clock: ManualClock,
  name: string,
  input = 'hello',
  template = 'tasks-demo',
): Promise<void> {
  const templates = await clock.runUntil(coder.listTaskTemplates());
  const version = templates.find((candidate) => candidate.name === template)?.active_version_id ?? '';
  await clock.runUntil(coder.createTask('me', { template_version_id: version, input, name, display_name: name }));
}

/** Creates a task and lets time run until its agent has done the prompt. */
export async function createIdleTask(
  server: TestServer,
  clock: ManualClock,
  name: string,
  input = 'hello',
): Promise<void> {
  await createTask(server, clock, name, input);
  await clock.advance(20_000);
}
