/** coder_wait_for_task: whose turn it is, for one task and for many. */

import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, test } from 'vitest';
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

test('of several tasks the first that needs you comes back, and the next call waits for the others alone, by a handle', async () => {
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
  expect(answer.handle).toMatch(/^@w\d+$/);
  expect(answer.next.at(-1)).toMatchObject({ tool: 'coder_wait_for_task', arguments: { tasks: [answer.handle] } });
  expect(answer.text).toContain(`pending (${answer.handle}): 2 working: alice/slow, alice/slower`);
  const later = await wait(server, { ...answer.next.at(-1).arguments, wait_seconds: 10 });
  expect(later).toMatchObject({ tasks: [], pending: ['alice/slow', 'alice/slower'], handle: answer.handle });
  const more = await wait(server, { tasks: [answer.handle, 'quick'], wait_seconds: 10 });
  expect(more).toMatchObject({ tasks: [{ task: 'alice/quick' }], pending: ['alice/slow', 'alice/slower'] });
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

test('a handle that this server has not given is an error that says how to find the tasks', async () => {
  const { server } = await start();
  await using _ = server;
  const answer = await wait(server, { tasks: ['@w3'] });
  expect(answer.isError).toBe(true);
  expect(answer.text).toContain('@w3');
  expect(answer.text).toContain('coder_list_tasks');
});

/** A deployment with tasks that have been idle for long, and a process that has never seen them. */
async function startIdle(count: number) {
  const { server, clock } = await start();
  const names = Array.from({ length: count }, (_, index) => `idle-${index}`);
  for (const name of names) server.deployment.world.addTask({ name });
  await clock.advance(600_000);
  const fresh = await startTestServer({ deployment: server.deployment, clock });
  return {
    names,
    clock,
    fresh,
    server,
    requests: (from: number) => server.deployment.requests.length - from,
    async [Symbol.asyncDispose]() {
      await fresh[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('twelve tasks that have long been idle are told by one wait, for 2.5 requests each', async () => {
  await using t = await startIdle(12);
  const from = t.server.deployment.requests.length;
  const answer = await wait(t.fresh, { tasks: t.names });
  expect(answer).toMatchObject({ pending: [], timed_out: false });
  expect(answer.tasks).toHaveLength(12);
  expect(answer.waited_seconds).toBeLessThanOrEqual(4);
  expect(t.requests(from)).toBeLessThanOrEqual(30);
  expect(answer.text).toContain('of 2 more only the state is told: coder_get_task brings');
  const again = t.server.deployment.requests.length;
  expect((await wait(t.fresh, { tasks: t.names })).waited_seconds).toBe(0);
  // The list, and the last messages of ten.
  expect(t.requests(again)).toBeLessThanOrEqual(11);
});

test('twelve tasks at work cost one wait of 20 s at most 15 requests', async () => {
  const { server, clock } = await start();
  await using _ = server;
  const names = Array.from({ length: 12 }, (_, index) => `busy-${index}`);
  for (const name of names) server.deployment.world.addTask({ name, prompt: 'slow=3000', as: 'working' });
  await clock.advance(10_000);
  const from = server.deployment.requests.length;
  const answer = await wait(server, { tasks: names, wait_seconds: 20 });
  expect(answer).toMatchObject({ tasks: [], timed_out: true, counts: { working: 12 } });
  expect(server.deployment.requests.length - from).toBeLessThanOrEqual(15);
});

test('a time-out brings the report that came meanwhile, quoted', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=3000');
  await clock.advance(20_000);
  const waiting = wait(server, { tasks: ['subject'], wait_seconds: 20 });
  await clock.advance(5_000);
  server.deployment.world.report('subject', 'working', 'Half of the tests pass');
  const answer = await clock.runUntil(waiting);
  expect(answer).toMatchObject({ reported: 'alice/subject', untrusted: { report: 'Half of the tests pass' } });
  expect(answer.text).toContain('\n| Half of the tests pass');
  const unchanged = await wait(server, { tasks: ['subject'], wait_seconds: 5 });
  expect(unchanged).not.toHaveProperty('untrusted');
  expect(countTokens(unchanged.text)).toBeLessThanOrEqual(60);
});

test('a start that can never end is told at once, with its cause, and never called normal', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'bare', 'hello', 'no-agent');
  const answer = await wait(server, { tasks: ['bare'] });
  expect(answer).toMatchObject({ timed_out: false, tasks: [{ phase: 'starting', stalled: true }] });
  expect(answer.tasks[0].cause).toContain('without a workspace agent');
  expect(answer.next[0]).toMatchObject({ tool: 'coder_diagnose' });
  expect(answer.text).not.toContain('normal');
});

test('a queue that nobody serves is told at a time-out', async () => {
  const { server, clock } = await start();
  await using _ = server;
  server.deployment.world.provisioners.hold(true);
  await createTask(server, clock, 'subject');
  await clock.advance(60_000);
  const answer = await wait(server, { tasks: ['subject'], wait_seconds: 5 });
  expect(answer).toMatchObject({ timed_out: true, counts: { queued: 1 } });
  if (answer.stuck) expect(answer.text).not.toContain('normal');
});

test('an agent whose program is gone is never called normal at a time-out', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=3000');
  await clock.advance(90_000);
  server.deployment.world.crashProgram('subject');
  const answer = await wait(server, { tasks: ['subject'], wait_seconds: 5 });
  expect(answer).toMatchObject({ timed_out: true, stuck: [{ task: 'alice/subject' }] });
  expect(answer.stuck[0].cause).toContain('health check');
  expect(answer.next[0]).toMatchObject({ tool: 'coder_diagnose', arguments: { task: 'alice/subject' } });
  expect(answer.text).not.toContain('normal');
});

test('a wait for a pause brings no message', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createIdleTask(server, clock, 'subject');
  await server.call('coder_pause_task', { task: 'subject' });
  const answer = await wait(server, { tasks: ['subject'], until: 'paused' });
  expect(answer).toMatchObject({ tasks: [{ task: 'alice/subject', phase: 'paused' }] });
  expect(answer.tasks[0]).not.toHaveProperty('untrusted');
});

test('the log says why a wait ended', async () => {
  const { server, clock } = await start({ config: { logLevel: 'debug' } });
  await using _ = server;
  await createTask(server, clock, 'subject', 'hello slow=2');
  await wait(server, { tasks: ['subject'] });
  const line = server.logLines.find((one) => one.includes('"wait ended"')) ?? '';
  expect(JSON.parse(line)).toMatchObject({ task: 'alice/subject', phase: 'waiting', because: expect.any(String) });
});

test('within the budget: one settled task, and twelve with one settled', async () => {
  const { server, clock } = await start();
  await using _ = server;
  await createTask(server, clock, 'quick', 'hello slow=2');
  const names = Array.from({ length: 11 }, (_, index) => `busy-${index}`);
  for (const name of names) await createTask(server, clock, name, 'hello slow=3000');
  const many = await wait(server, { tasks: [...names, 'quick'] });
  expect(many.tasks).toHaveLength(1);
  expect(countTokens(many.text)).toBeLessThanOrEqual(300);
  const one = await wait(server, { tasks: ['quick'] });
  const message = one.tasks[0].untrusted.last_message;
  expect(countTokens(one.text) - countTokens(message)).toBeLessThanOrEqual(120);
});

describe('while Coder does not answer', () => {
  async function startBusy() {
    const { server, clock } = await start();
    await createTask(server, clock, 'subject', 'hello slow=20');
    await server.call('coder_get_task', { task: 'subject' });
    server.deployment.faults.always(/.*/, { kind: 'reset' });
    server.deployment.faults.cutStreams();
    return { server, clock };
  }

  test('a wait begun meanwhile goes on trying, and ends when the turn is over', async () => {
    const { server, clock } = await startBusy();
    await using _ = server;
    const waiting = wait(server, { tasks: ['subject'] });
    await clock.advance(12_000);
    server.deployment.faults.clear();
    expect(await clock.runUntil(waiting)).toMatchObject({ timed_out: false, tasks: [{ phase: 'waiting' }] });
  });

  test('a wait that could not read its tasks all the time is a time-out with that cause', async () => {
    const { server } = await startBusy();
    await using _ = server;
    const answer = await wait(server, { tasks: ['subject', 'other'], wait_seconds: 20 });
    expect(answer.isError).toBeUndefined();
    expect(answer).toMatchObject({ tasks: [], pending: ['subject', 'other'], timed_out: true, waited_seconds: 20 });
    expect(answer.notes.join()).toContain('stopped answering');
    expect(answer.next).toEqual([
      {
        tool: 'coder_wait_for_task',
        arguments: { tasks: ['subject', 'other'], wait_seconds: 20 },
        why: 'goes on',
      },
    ]);
    expect(answer.text).not.toContain('normal');
  });

  test('an open wait says that what it knows may be out of date', async () => {
    const { server, clock } = await start();
    await using _ = server;
    await createTask(server, clock, 'subject', 'hello slow=300');
    await clock.advance(20_000);
    const waiting = wait(server, { tasks: ['subject'] });
    await clock.advance(3_000);
    server.deployment.faults.always(/.*/, { kind: 'reset' });
    server.deployment.faults.cutStreams();
    const answer = await clock.runUntil(waiting);
    expect(answer).toMatchObject({ timed_out: true, counts: { working: 1 } });
    expect(answer.notes.join()).toContain('out of date');
  });
});
