/** coder_wait_for_task: whose turn it is, for one task and for many. */

import { expect, test } from 'vitest';
import { ManualClock } from '../support/manual-clock.js';
import { createIdleTask, createTask } from '../support/tasks.js';
import { startTestServer, type TestServer, type TestServerOptions, textOf } from '../support/test-server.js';

async function start(options: Omit<TestServerOptions, 'clock'> = {}) {
  const clock = new ManualClock();
  return { clock, server: await startTestServer({ ...options, clock }) };
}

async function wait(server: TestServer, args: Record<string, unknown>, extras = {}) {
  const result = await server.call('coder_wait_for_task', args, extras);
  return { ...Object(result.structuredContent), text: textOf(result), isError: result.isError };
}

test('a wait ends when the agent has done its prompt, with the last message', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=5');
  const answer = await wait(server, { tasks: 'subject' });
  expect(answer).toMatchObject({
    tasks: [{ task: 'alice/subject', phase: 'waiting', turn: 'you', untrusted: { last_message: expect.any(String) } }],
    pending: [],
    timed_out: false,
  });
  expect(answer.waited_seconds).toBeGreaterThanOrEqual(5);
  expect(answer.next[0]).toMatchObject({ tool: 'coder_send_task_input', arguments: { task: 'alice/subject' } });
});

test('quotes name their task only where there are several', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  expect(await server.text('coder_wait_for_task', { tasks: ['subject'] })).toContain('\nlast message\n| ');
  await createTask(server, clock, 'one');
  await createTask(server, clock, 'two');
  const both = await server.text('coder_wait_for_task', { tasks: ['one', 'two'], mode: 'all' });
  expect(both).toContain('\n1 report\n| ');
  expect(both).toContain('\n2 report\n| ');
});

test('a wait for a task that is settled already answers at once', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  await wait(server, { tasks: ['subject'] });
  expect(await wait(server, { tasks: ['subject'] })).toMatchObject({ waited_seconds: 0, timed_out: false });
});

test('a process that never saw the task before answers at once too, when it has been idle for a while', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  await clock.advance(120_000);
  await using fresh = await startTestServer({ deployment: server.deployment, clock });
  expect(await wait(fresh, { tasks: ['subject'] })).toMatchObject({ waited_seconds: 0, tasks: [{ phase: 'waiting' }] });
});

test('of several tasks the first that needs you comes back, and the next call waits for the others alone', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'quick', 'hello slow=2');
  await createTask(server, clock, 'slow', 'hello slow=120');
  await createTask(server, clock, 'slower', 'hello slow=240');
  const answer = await wait(server, { tasks: ['quick', 'slow', 'slower'] });
  expect(answer).toMatchObject({
    tasks: [{ task: 'alice/quick' }],
    pending: ['alice/slow', 'alice/slower'],
    counts: { working: 2 },
  });
  const goOn = answer.next.at(-1);
  expect(goOn).toMatchObject({ tool: 'coder_wait_for_task', arguments: { tasks: ['alice/slow', 'alice/slower'] } });
  expect(answer.text).toContain('pending: 2 working');
});

test('a wait past its time is an answer whose next call goes on where it left off', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=60');
  const first = await wait(server, { tasks: ['subject'], wait_seconds: 20 });
  expect(first).toMatchObject({ tasks: [], pending: ['alice/subject'], timed_out: true, waited_seconds: 20 });
  expect(first.isError).toBeUndefined();
  expect(first.text).toContain('which is normal');
  const second = await wait(server, { ...first.next[0].arguments, wait_seconds: 120 });
  expect(second).toMatchObject({ tasks: [{ phase: 'waiting' }], timed_out: false });
});

test.each([
  ['claude-code', 110],
  ['Claude-Code', 110],
  ['Visual Studio Code', 240],
  ['Visual Studio Code - Insiders', 240],
  ['cursor-vscode', 240],
  ['Cursor', 240],
  ['claude-ai', 50],
  ['local-agent-mode-coder', 50],
  ['something-else', 50],
  ['', 50],
])('for the host %j a wait ends after %i s at the latest', async (clientName, seconds) => {
  const { server, clock } = await start({ clientName });
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=3000');
  const answer = await wait(server, { tasks: ['subject'], wait_seconds: 10_000 });
  expect(answer).toMatchObject({ timed_out: true, waited_seconds: seconds });
  expect(answer.next[0].arguments).toMatchObject({ wait_seconds: 10_000 });
});

test('the cap can be set', async () => {
  const { server, clock } = await start({ config: { maxWaitSeconds: 7 } });
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=3000');
  expect(await wait(server, { tasks: ['subject'] })).toMatchObject({ timed_out: true, waited_seconds: 7 });
});

test('progress comes with each change and at least every ten seconds, in words and in order', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=35');
  const steps: number[] = [];
  const heard: string[] = [];
  const answer = server.client.callTool({ name: 'coder_wait_for_task', arguments: { tasks: 'subject' } }, undefined, {
    timeout: 600_000,
    onprogress: ({ progress, message }) => {
      steps.push(progress);
      heard.push(message ?? '');
    },
  });
  await clock.runUntil(answer);
  expect(steps).toEqual(steps.toSorted((a, b) => a - b));
  expect(new Set(steps).size).toBe(steps.length);
  expect(heard).toContain('alice/subject: working');
  expect(heard.filter((message) => message.endsWith('so far)')).length).toBeGreaterThanOrEqual(3);
});

test('cancelling takes effect at once and starts no further request', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=300');
  await clock.advance(20_000);
  const stop = new AbortController();
  const answer = server.client.callTool({ name: 'coder_wait_for_task', arguments: { tasks: 'subject' } }, undefined, {
    signal: stop.signal,
    timeout: 600_000,
  });
  const ended = answer.then(
    () => 'answered',
    () => 'cancelled',
  );
  await clock.advance(5_000);
  stop.abort();
  await clock.settle();
  const before = server.deployment.requests.length;
  expect(server.deployment.watches).toBe(0);
  await clock.advance(60_000);
  expect(server.deployment.requests.length).toBe(before);
  expect(await ended).toBe('cancelled');
});

test('mode all waits for the last one, and sums up what changed', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'old');
  await wait(server, { tasks: 'old' });
  await createTask(server, clock, 'young', 'hello slow=5');
  const answer = await wait(server, { tasks: ['old', 'young'], mode: 'all' });
  const summaries = answer.tasks.filter((task: object) => 'untrusted' in task);
  expect(summaries.map(({ task }: { task: string }) => task)).toEqual(['alice/young']);
  expect(answer.pending).toEqual([]);
});

test('a goal that cannot come without another call ends the wait at once and says so', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  await clock.runUntil(server.coder.pauseTask({ user: 'me', task: 'subject' }));
  await clock.advance(10_000);
  const answer = await wait(server, { tasks: ['subject'], until: 'ready' });
  expect(answer).toMatchObject({ waited_seconds: 0, timed_out: false, pending: ['alice/subject'] });
  expect(answer.notes).toEqual(['alice/subject: the task is paused: it becomes ready only when it is resumed']);
  expect(answer.next[0].tool).toBe('coder_resume_task');
});

test('ready comes as soon as the agent can be reached', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=60');
  const answer = await wait(server, { tasks: ['subject'], until: 'ready' });
  expect(answer.tasks).toHaveLength(1);
  expect(answer.waited_seconds).toBeLessThan(10);
});

test('deleted means that the workspace is gone, not only the task', async () => {
  const { server, clock } = await start({ pace: { deleteBuild: 15_000 } });
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  await server.call('coder_delete_task', { task: 'subject', confirm: 'subject' });
  const answer = await wait(server, { tasks: ['subject'], until: 'deleted' });
  expect(answer).toMatchObject({ tasks: [{ task: 'alice/subject', phase: 'gone' }], timed_out: false });
  expect(answer.waited_seconds).toBeGreaterThanOrEqual(14);
});

test('a reference that is not found is an entry, and the wait goes on for the others', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=5');
  const answer = await wait(server, { tasks: ['subject', 'nope'] });
  expect(answer).toMatchObject({ tasks: [{ task: 'alice/subject' }], not_found: ['nope'] });
  expect(await wait(server, { tasks: ['nope'] })).toMatchObject({ tasks: [], not_found: ['nope'], waited_seconds: 0 });
  const misspelt = await wait(server, { tasks: ['subjct'] });
  expect(misspelt.notes).toEqual(['nearest to subjct: alice/subject']);
  expect(misspelt.next).toEqual([{ tool: 'coder_list_tasks', arguments: {}, why: 'the tasks that exist' }]);
});

test('on 2.29 a user who does not exist is such an entry too', async () => {
  const { server, clock } = await start({ profile: '2.29' });
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=5');
  const answer = await wait(server, { tasks: ['subject', 'nobody/subject'] });
  expect(answer).toMatchObject({ tasks: [{ task: 'alice/subject' }], not_found: ['nobody/subject'] });
});

test('a task that is deleted during the wait ends it as gone', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=300');
  await clock.advance(20_000);
  const answer = server.client.callTool({ name: 'coder_wait_for_task', arguments: { tasks: 'subject' } });
  await clock.advance(2_000);
  await clock.runUntil(server.coder.deleteTask({ user: 'me', task: 'subject' }));
  expect((await clock.runUntil(answer)).structuredContent).toMatchObject({
    tasks: [{ task: 'alice/subject', phase: 'gone', turn: 'nobody' }],
  });
});

test.each([
  [{ tasks: [] }, 'argument tasks: got []; must be at least 1 item long'],
  [{ tasks: Array.from({ length: 51 }, (_, i) => `t${i}`) }, 'must be at most 50 items long'],
  [{ tasks: ['a', 5] }, 'argument tasks.1: got 5; must be of type string'],
  [{ tasks: ['a', '../b/c'] }, 'argument tasks.1: got "../b/c"'],
  [{ tasks: ['a'], until: 'done' }, 'must be one of settled, ready, paused, deleted'],
  [{ tasks: ['a'], mode: 'some' }, 'must be one of any, all'],
  [{ task: 'a' }, 'argument task: got "a"; must be left out: this tool has no such argument'],
])('bad input %j gets a clear error', async (args, words) => {
  const { server } = await start();
  await using _ = server;
  expect((await wait(server, args)).text).toContain(words);
});

test('a list written as JSON text is taken as the list it is', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  expect(await wait(server, { tasks: '["subject"]' })).toMatchObject({ tasks: [{ task: 'alice/subject' }] });
});
