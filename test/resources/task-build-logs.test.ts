/** coder://tasks/{owner}/{task}/build-logs through a real client. */

import { expect, test } from 'vitest';
import { fault } from '../../src/embedded-coder/index.js';
import { startReader } from '../support/reader.js';

const URI = 'coder://tasks/alice/built/build-logs';

async function built(prompt: string) {
  const host = await startReader();
  const [template] = await host.during(host.server.coder.listTaskTemplates());
  const version = template?.active_version_id ?? '';
  await host.during(host.server.coder.createTask('me', { template_version_id: version, input: prompt, name: 'built' }));
  await host.clock.advance(60_000);
  return host;
}

test('is the output of the build and of the startup scripts', async () => {
  await using host = await built('hello');
  const text = await host.read(URI);
  expect(text).toMatch(/^alice\/built: build 1 \(start\) succeeded\n/);
  expect(text).toContain('| [Planning Infrastructure]');
  expect(text).toContain('startup log of agent main');
  expect(text).toContain('| Starting AgentAPI');
});

test('a failed build says so on its first line, and its errors are marked', async () => {
  await using host = await built('hello @start-fail');
  const text = await host.read(URI);
  expect(text).toMatch(/^alice\/built: build 1 \(start\) failed: terraform apply: exit status 1\n/);
  expect(text).toMatch(/^\| error: Error: /m);
});

test('tail gives the last lines of each and says of how many', async () => {
  await using host = await built('hello');
  const text = await host.read(`${URI}?tail=1`);
  expect(text).toMatch(/^build log, the last 1 of \d+ lines$/m);
  expect(text.match(/^\| /gm)).toHaveLength(2);
});

test('when the startup log cannot be read, the build log comes all the same, with a word on it', async () => {
  await using host = await built('hello');
  host.faults.always('getAgentLogs', fault.json(500, { message: 'Internal error fetching logs.' }));
  const text = await host.read(URI);
  expect(text).toMatch(/^no startup log of agent main: /m);
  expect(text).toContain('| [Planning Infrastructure]');
});

test('of a task that waits for its build it says that there is none yet', async () => {
  await using host = await startReader();
  host.world.provisioners.hold();
  host.world.addTask({ name: 'built', as: 'queued' });
  expect(await host.read(URI)).toMatch(/^alice\/built: build 1 \(start\) pending\nno build log yet\n/);
});
