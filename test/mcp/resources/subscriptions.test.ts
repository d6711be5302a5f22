/** Subscriptions through a real client: which notices come, how often, and that nothing is watched that nobody follows. */

import { expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { type Reader, startReader } from '../../support/reader.js';

const STATE = 'coder://tasks/alice/talk';
const LOGS = `${STATE}/logs`;

async function following(uri: string, options = {}): Promise<Reader> {
  const host = await startReader(options);
  host.world.addTask({ name: 'talk' });
  // Before anything is noted to have changed, the task has been as it is for a while.
  await host.clock.advance(60_000);
  await host.during(host.server.client.subscribeResource({ uri }));
  await host.clock.advance(20_000);
  expect(host.notices()).toEqual([]);
  return host;
}

test('a new report is noticed within a second, under the address exactly as it was subscribed', async () => {
  const uri = 'coder://Tasks/ME/TALK';
  await using host = await following(uri);
  host.world.report('talk', 'working', 'on it');
  await host.clock.advance(1_000);
  expect(host.notices()).toEqual([uri]);
});

test.each(['coder://deployment', 'coder://templates', `${STATE}/build-logs`])(
  '%s cannot be subscribed, and says so; that is no failure of ours for the log',
  async (uri) => {
    await using host = await startReader();
    host.world.addTask({ name: 'talk' });
    const error = await host.failureOf(host.server.client.subscribeResource({ uri }));
    expect(error.code).toBe(-32602);
    expect(error.message).toMatch(/nothing tells of changes of .*: read it anew$/);
    expect(host.server.logLines.join()).not.toContain('unexpectedly');
  },
);

test('many changes in a short time are one notice a second', async () => {
  await using host = await following(STATE);
  for (let step = 0; step < 50; step++) {
    host.world.report('talk', 'working', `step ${step}`);
    await host.clock.advance(100);
  }
  await host.clock.advance(2_000);
  const { length } = host.notices();
  expect(length).toBeGreaterThanOrEqual(5);
  expect(length).toBeLessThanOrEqual(7);
});

test('the last of many changes is not lost', async () => {
  await using host = await following(STATE);
  host.world.report('talk', 'working', 'first');
  await host.clock.advance(100);
  host.world.report('talk', 'working', 'second');
  await host.clock.advance(1_500);
  expect(host.notices()).toEqual([STATE, STATE]);
});

test('a new log entry is noticed by those who follow the conversation', async () => {
  await using host = await following(LOGS);
  await host.during(host.server.coder.sendTaskInput({ user: 'me', task: 'talk' }, 'go on'));
  await host.clock.advance(10_000);
  expect(host.notices()).toContain(LOGS);
  expect(await host.read(LOGS)).toContain('| go on');
});

test('the conversation is not read over and over for those who follow the state alone', async () => {
  await using host = await following(STATE);
  host.requests();
  host.world.report('talk', 'working', 'on it');
  await host.clock.advance(30_000);
  expect(host.requests().filter((path) => path.endsWith('/logs')).length).toBeLessThanOrEqual(1);
});

test('a turn that is over is told at once, and once more when its last words stand', async () => {
  await using host = await following(STATE);
  await host.during(host.server.coder.sendTaskInput({ user: 'me', task: 'talk' }, 'go on slow=4'));
  await host.clock.advance(3_000);
  host.notices();
  await host.clock.advance(2_000);
  expect(await host.readJson(STATE)).toMatchObject({ phase: 'waiting' });
  expect(host.notices()).toEqual([STATE]);
  await host.clock.advance(120_000);
  expect(host.notices()).toEqual([STATE]);
});

test('the end of a task is noticed, and reading it then says that it is gone', async () => {
  await using host = await following(STATE);
  await host.during(host.server.coder.deleteTask({ user: 'me', task: 'talk' }));
  await host.clock.advance(5_000);
  expect(host.notices()).toContain(STATE);
  const error = await host.failureOf(host.server.client.readResource({ uri: STATE }));
  expect(error).toMatchObject({ code: -32002, data: { uri: STATE } });
});

test('a conversation with a query can be followed too', async () => {
  const uri = `${LOGS}?tail=1`;
  await using host = await following(uri);
  await host.during(host.server.coder.sendTaskInput({ user: 'me', task: 'talk' }, 'go on'));
  await host.clock.advance(10_000);
  expect(new Set(host.notices())).toEqual(new Set([uri]));
});

test('my list is noticed when a task comes, changes or goes', async () => {
  await using host = await following('coder://tasks');
  host.world.addTask({ name: 'another' });
  await host.clock.advance(20_000);
  expect(host.notices()).toContain('coder://tasks');
  host.world.report('talk', 'working', 'on it');
  await host.clock.advance(20_000);
  expect(host.notices()).toContain('coder://tasks');
});

test('subscribing twice gives one notice, and unsubscribing once ends it', async () => {
  await using host = await following(STATE);
  await host.during(host.server.client.subscribeResource({ uri: STATE }));
  host.world.report('talk', 'working', 'on it');
  await host.clock.advance(3_000);
  expect(host.notices()).toEqual([STATE]);
  await host.during(host.server.client.unsubscribeResource({ uri: STATE }));
  host.world.report('talk', 'idle', 'over');
  await host.clock.advance(30_000);
  expect(host.notices()).toEqual([]);
});

test('unsubscribing what was never subscribed is no error', async () => {
  await using host = await startReader();
  await expect(host.during(host.server.client.unsubscribeResource({ uri: STATE }))).resolves.toBeDefined();
});

test('unsubscribing ends the stream, and then nothing is asked of Coder any more', async () => {
  await using host = await following(STATE);
  expect(host.server.deployment.watches).toBe(1);
  await host.during(host.server.client.unsubscribeResource({ uri: STATE }));
  await host.clock.advance(1_000);
  expect(host.server.deployment.watches).toBe(0);
  host.requests();
  await host.clock.advance(600_000);
  expect(host.requests()).toEqual([]);
});

test('state and conversation of one task share one stream', async () => {
  await using host = await following(STATE);
  await host.during(host.server.client.subscribeResource({ uri: LOGS }));
  await host.clock.advance(1_000);
  expect(host.server.deployment.watches).toBe(1);
});

test('unsubscribing while the task is still being read leaves nothing behind', async () => {
  await using host = await startReader();
  host.world.addTask({ name: 'talk' });
  host.faults.next('getTask', fault.latency(3_000));
  const subscribed = host.server.client.subscribeResource({ uri: STATE });
  const ended = host.server.client.unsubscribeResource({ uri: STATE });
  await host.during(Promise.all([subscribed, ended]));
  await host.clock.advance(10_000);
  expect(host.server.tasks.watcher.load.tasks).toBe(0);
});

test('a client that goes takes its streams with it', async () => {
  await using host = await following(STATE);
  await host.server.client.close();
  await host.clock.advance(1_000);
  expect(host.server.deployment.watches).toBe(0);
});

test('when Coder refuses further answers, one notice sends the client to the reason', async () => {
  await using host = await following(STATE);
  host.faults.always('anything', fault.unauthorized());
  host.faults.cutStreams();
  await host.clock.advance(60_000);
  expect(host.notices()).toEqual([STATE]);
  expect((await host.failureOf(host.server.client.readResource({ uri: STATE }))).message).toContain('unauthorized');
  host.faults.clear();
  await host.during(host.server.client.subscribeResource({ uri: STATE }));
  await host.clock.advance(1_000);
  expect(host.server.deployment.watches).toBe(1);
});

test.each(['coder://tasks/alice/nope', 'coder://tasks/alice', 'coder://nothing', 'file:///etc/passwd'])(
  '%s is not there to subscribe',
  async (uri) => {
    await using host = await startReader();
    expect(await host.failureOf(host.server.client.subscribeResource({ uri }))).toMatchObject({
      code: -32002,
      data: { uri },
    });
    expect(host.server.tasks.watcher.load.tasks).toBe(0);
  },
);
