/** Repeats, time-outs, aborts, tokens: a call from start to end. */

import { expect, test } from 'vitest';
import type { CredentialSource } from '../../../src/coder/login/credentials.js';
import { ManualClock } from '../../support/manual-clock.js';
import {
  type Answer,
  fixedCredentials,
  json,
  notFound,
  rejection,
  startLoopback,
  TOKEN,
  testClient,
} from './loopback.js';

const task = { user: 'me', task: 'fix' };
const info = { version: 'v2.35.0' };

/** Client and server with time that only the test moves. */
async function start(answer: Answer) {
  const clock = new ManualClock();
  const server = await startLoopback(answer);
  const client = testClient(server.url, { clock });
  clock.addIdleCheck(() => client.coder.inFlight === 0);
  return {
    clock,
    server,
    coder: client.coder,
    lines: client.lines,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('a read is tried three times, with growing pauses', async () => {
  const times: number[] = [];
  await using t = await start((_request, response, index) => {
    times.push(t.clock.now());
    if (index < 2) response.writeHead(503, { 'content-type': 'text/html' }).end('<html>');
    else json(response, 200, info);
  });
  expect(await t.clock.runUntil(t.coder.getBuildInfo())).toMatchObject(info);
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 250, 750]);
});

test('after three tries the last error stands', async () => {
  await using t = await start((_request, response) => response.destroy());
  expect(await t.clock.runUntil(rejection(t.coder.getTask(task)))).toMatchObject({ code: 'connection_lost' });
  expect(t.server.requests).toHaveLength(3);
});

test('JSON that ends early is asked for again', async () => {
  await using t = await start((_request, response, index) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(index === 0 ? '{"version":"v2' : JSON.stringify(info));
  });
  expect(await t.clock.runUntil(t.coder.getBuildInfo())).toMatchObject(info);
});

test('an answer of Coder is not asked for again, be it 500 or 502', async () => {
  await using t = await start((_request, response, index) => {
    json(response, index === 0 ? 500 : 502, { message: 'Failed to get messages from task app.' });
  });
  expect(await rejection(t.coder.getTaskLogs(task))).toMatchObject({ status: 500 });
  expect(await rejection(t.coder.getTaskLogs(task))).toMatchObject({ status: 502, code: 'app_not_answering' });
  expect(t.server.requests).toHaveLength(2);
});

test('a short Retry-After is waited for, a long one is for the caller', async () => {
  const waits = ['3', '60'];
  const times: number[] = [];
  await using t = await start((_request, response) => {
    times.push(t.clock.now());
    const wait = waits.shift();
    if (wait === undefined) json(response, 200, info);
    else json(response, 429, { message: "You've been rate limited." }, { 'retry-after': wait });
  });
  const error = await t.clock.runUntil(rejection(t.coder.getBuildInfo()));
  expect(error).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000, reached: 'no' });
  expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 3_000]);
});

test.each([
  [
    'create',
    (t: Awaited<ReturnType<typeof start>>) => t.coder.createTask('me', { template_version_id: 'v', input: 'x' }),
  ],
  ['send', (t: Awaited<ReturnType<typeof start>>) => t.coder.sendTaskInput(task, 'x')],
  ['pause', (t: Awaited<ReturnType<typeof start>>) => t.coder.pauseTask(task)],
  ['resume', (t: Awaited<ReturnType<typeof start>>) => t.coder.resumeTask(task)],
  ['build', (t: Awaited<ReturnType<typeof start>>) => t.coder.createWorkspaceBuild('w', { transition: 'stop' })],
] as const)('%s is never repeated by itself', async (_name, call) => {
  await using t = await start((_request, response) => response.destroy());
  expect(await t.clock.runUntil(rejection(call(t)))).toMatchObject({ code: 'connection_lost', reached: 'unknown' });
  expect(t.server.requests).toHaveLength(1);
});

test('a changed prompt is sent again, as it means the same', async () => {
  await using t = await start((_request, response, index) => {
    if (index === 0) response.destroy();
    else response.writeHead(204).end();
  });
  await t.clock.runUntil(t.coder.updateTaskInput(task, 'do it'));
  expect(t.server.requests.map(({ method, path, body }) => `${method} ${path} ${body}`)).toEqual([
    'PATCH /api/v2/tasks/me/fix/input {"input":"do it"}',
    'PATCH /api/v2/tasks/me/fix/input {"input":"do it"}',
  ]);
});

test('a delete whose answer was lost is repeated; that it then finds nothing is for the caller to judge', async () => {
  await using t = await start((_request, response, index) => {
    if (index === 0) response.destroy();
    else json(response, 404, notFound);
  });
  expect(await t.clock.runUntil(rejection(t.coder.deleteTask(task)))).toMatchObject({ code: 'not_found' });
  expect(t.server.requests).toHaveLength(2);
});

test('a delete that old servers report as failed, though it was done, is repeated too', async () => {
  await using t = await start((_request, response, index) => {
    if (index === 0) json(response, 500, { message: 'Failed to delete task', detail: 'sql: no rows in result set' });
    else json(response, 404, notFound);
  });
  expect(await t.clock.runUntil(rejection(t.coder.deleteTask(task)))).toMatchObject({ code: 'not_found' });
  expect(t.server.requests).toHaveLength(2);
});

test('a delete that finds nothing at once, or after a refusal, is an error', async () => {
  await using t = await start((_request, response, index) => {
    if (index === 1) json(response, 429, { message: 'slow down' });
    else json(response, 404, notFound);
  });
  expect(await t.clock.runUntil(rejection(t.coder.deleteTask(task)))).toMatchObject({ code: 'not_found' });
  expect(await t.clock.runUntil(rejection(t.coder.deleteTask(task)))).toMatchObject({ code: 'not_found' });
});

test('a server that does not answer ends in a time-out: after 15 s, for logs after 35 s, for a send after 90 s', async () => {
  await using t = await start(() => {});
  const started = t.clock.now();
  expect(await t.clock.runUntil(rejection(t.coder.getTask(task)))).toMatchObject({
    code: 'timeout',
    reached: 'unknown',
  });
  expect(t.clock.now() - started).toBe(15_000);
  await t.clock.runUntil(rejection(t.coder.getTaskLogs(task)));
  expect(t.clock.now() - started).toBe(50_000);
  await t.clock.runUntil(rejection(t.coder.sendTaskInput(task, 'x')));
  expect(t.clock.now() - started).toBe(140_000);
  await t.clock.runUntil(rejection(t.coder.getTask(task, { timeoutMs: 100 })));
  expect(t.clock.now() - started).toBe(140_100);
  expect(t.server.requests).toHaveLength(4);
});

test('an abort rejects at once with its reason: before the request, during it, and in the pause before a repeat', async () => {
  await using t = await start((request, response) => {
    if (request.path.includes('busy')) response.destroy();
  });
  const reason = new Error('enough');
  expect(await rejection(t.coder.getTask(task, { signal: AbortSignal.abort(reason) }))).toBe(reason);
  expect(t.server.requests).toHaveLength(0);

  const during = new AbortController();
  const waiting = rejection(t.coder.getTask(task, { signal: during.signal }));
  await t.server.seen(1);
  during.abort(reason);
  expect(await waiting).toBe(reason);

  const pausing = new AbortController();
  const repeated = rejection(t.coder.getTask({ user: 'me', task: 'busy' }, { signal: pausing.signal }));
  await t.server.seen(2);
  await t.clock.settle();
  pausing.abort(reason);
  expect(await repeated).toBe(reason);
  expect(t.coder.inFlight).toBe(0);
});

test('a request that waits for a free socket when its caller leaves is never sent', async () => {
  await using t = await start(() => {});
  const filling = Array.from({ length: 16 }, (_, i) =>
    rejection(t.coder.sendTaskInput({ user: 'me', task: `t${i}` }, 'x')),
  );
  await t.server.seen(16);
  const late = rejection(t.coder.sendTaskInput(task, 'late', { timeoutMs: 1_000 }));
  expect(await t.clock.runUntil(late)).toMatchObject({ code: 'not_sent', reached: 'no' });
  expect(t.server.requests).toHaveLength(16);
  await t.coder.close();
  await Promise.all(filling);
  expect(t.server.requests.map(({ body }) => body)).not.toContain('{"input":"late"}');
});

test('close ends what is in flight, and refuses what comes later', async () => {
  await using t = await start(() => {});
  const waiting = rejection(t.coder.getTask(task));
  await t.server.seen(1);
  await t.coder.close();
  expect(await waiting).toMatchObject({ code: 'network' });
  expect(await rejection(t.coder.getBuildInfo())).toMatchObject({ code: 'network' });
  expect(t.server.requests).toHaveLength(1);
});

test('a refused token is looked up once more, and the call repeated with the new one', async () => {
  const fresh = 'klmnopqrst-abcdefghijklmnopqrstuv';
  await using server = await startLoopback((request, response) => {
    if (request.headers['coder-session-token'] === fresh) json(response, 200, info);
    else json(response, 401, { message: 'You are signed out or your session has expired.' });
  });
  let token = TOKEN;
  let lookups = 0;
  const credentials: CredentialSource = {
    current: () => fixedCredentials(server.url, token).current(),
    refresh: () => {
      lookups += 1;
      token = fresh;
      return fixedCredentials(server.url, token).current();
    },
  };
  await using client = testClient(server.url, { credentials });
  await Promise.all([client.coder.getBuildInfo(), client.coder.getMe().catch(() => undefined)]);
  expect(lookups).toBeLessThanOrEqual(2);
  expect(server.requests).toHaveLength(4);
  await client.coder.getBuildInfo();
  expect(server.requests).toHaveLength(5);
});

test('a refused token that stays the same is an error after one look', async () => {
  await using server = await startLoopback((_request, response) => {
    json(response, 401, { message: 'You are signed out or your session has expired.', detail: 'API key is invalid.' });
  });
  await using client = testClient(server.url);
  const error = await rejection(client.coder.getBuildInfo());
  expect(error).toMatchObject({ code: 'unauthorized', serverDetail: 'API key is invalid.', reached: 'no' });
  expect(server.requests).toHaveLength(1);
});

test('the token travels in its header alone, and no cookie is ever sent back', async () => {
  await using server = await startLoopback((_request, response) => {
    json(response, 200, { tasks: [] }, { 'set-cookie': 'csrf_token=x; Path=/' });
  });
  await using client = testClient(server.url);
  await client.coder.listTasks({ owner: 'me' });
  await client.coder.listTasks({ owner: 'me' });
  for (const request of server.requests) {
    expect(request.headers['coder-session-token']).toBe(TOKEN);
    const { 'coder-session-token': _token, ...others } = request.headers;
    expect(`${request.path} ${JSON.stringify(others)} ${request.body}`).not.toContain(TOKEN);
    expect(others).not.toHaveProperty('cookie');
    expect(others).not.toHaveProperty('authorization');
  }
});

test('each exchange is logged with method, path, status, time and request id, and never with the token', async () => {
  await using server = await startLoopback((_request, response) =>
    json(response, 200, info, { 'x-coder-request-id': 'req-7' }),
  );
  await using client = testClient(server.url);
  await client.coder.getBuildInfo();
  const [line = ''] = client.lines;
  expect(JSON.parse(line)).toMatchObject({
    level: 'debug',
    method: 'GET',
    path: '/api/v2/buildinfo',
    status: 200,
    requestId: 'req-7',
    ms: expect.any(Number),
  });
  expect(client.lines.join('')).not.toContain(TOKEN);
});

test('version, rate limit and time of the server are read from every answer', async () => {
  await using t = await start((_request, response) => {
    json(response, 200, info, {
      date: new Date(t.clock.now() + 90_000).toUTCString(),
      'x-coder-build-version': 'v2.34.5+0a1b2c3',
      'x-ratelimit-limit': '512',
      'x-ratelimit-remaining': '500',
      'x-ratelimit-reset': '1795494120',
    });
  });
  expect(t.coder.buildVersion).toBeUndefined();
  await t.coder.getBuildInfo();
  expect(t.coder.buildVersion).toBe('v2.34.5+0a1b2c3');
  expect(t.coder.rateLimit).toEqual({ limit: 512, remaining: 500, resetAt: 1_795_494_120_000 });
  expect(t.coder.now() - t.clock.now()).toBeGreaterThanOrEqual(90_000);
  expect(t.coder.now() - t.clock.now()).toBeLessThanOrEqual(91_000);
});

test('short calls never wait for slow ones: with 18 sends, creates and conversation reads hanging, a delete goes through', async () => {
  await using t = await start((request, response) => {
    if (request.method === 'DELETE') json(response, 202, {});
    else if (request.path === '/api/v2/tasks') json(response, 200, { tasks: [] });
  });
  const hanging = Array.from({ length: 18 }, (_, i) => ({ user: 'me', task: `t${i}` })).flatMap((ref) => [
    rejection(t.coder.sendTaskInput(ref, 'x')),
    rejection(t.coder.getTaskLogs(ref)),
    rejection(t.coder.createTask(ref.task, { template_version_id: 'v', input: 'x' })),
  ]);
  await t.server.seen(16 + 16 + 8);
  await t.coder.deleteTask(task);
  expect(await t.coder.listTasks()).toMatchObject({ tasks: [] });
  await t.coder.close();
  await Promise.all(hanging);
});

test('a call that never got a socket says that it was not sent, and to which address', async () => {
  await using t = await start(() => {});
  const hanging = Array.from({ length: 16 }, (_, i) =>
    rejection(t.coder.sendTaskInput({ user: 'me', task: `t${i}` }, 'x')),
  );
  await t.server.seen(16);
  const late = await t.clock.runUntil(rejection(t.coder.sendTaskInput(task, 'late', { timeoutMs: 1_000 })));
  expect(late).toMatchObject({ code: 'not_sent', reached: 'no' });
  expect(Object(late).message).toMatch(/in use to http:\/\/127\.0\.0\.1:\d+; nothing was sent/);
  await t.coder.close();
  await Promise.all(hanging);
});

test('a deadline ends tries and repeats, however long the endpoint would wait', async () => {
  await using t = await start((request, response) => {
    if (request.method === 'GET') response.writeHead(503).end();
  });
  await t.clock.runUntil(rejection(t.coder.getBuildInfo()));
  const begun = t.clock.now();
  const create = rejection(
    t.coder.createTask('me', { template_version_id: 'v', input: 'x' }, { deadline: begun + 20_000 }),
  );
  expect(await t.clock.runUntil(create)).toMatchObject({ code: 'timeout', reached: 'unknown' });
  expect(t.clock.now() - begun).toBe(20_000);
  const before = t.server.requests.length;
  const read = rejection(t.coder.getBuildInfo({ deadline: t.clock.now() + 300 }));
  expect(await t.clock.runUntil(read)).toMatchObject({ code: 'gateway' });
  // The first pause is 250 ms and fits; the second of 500 ms does not.
  expect(t.server.requests.length - before).toBe(2);
});

test('on a deployment that takes seconds, reads get more time, and say how slow it is', async () => {
  await using t = await start((request, response) => {
    if (request.path.endsWith('/buildinfo')) t.clock.setTimeout(() => json(response, 200, info), 3_000);
  });
  for (let i = 0; i < 3; i++) await t.clock.runUntil(t.coder.getBuildInfo());
  expect(t.coder.answerMs).toBe(3_000);
  expect(t.coder.slowness).toBe(3);
  const begun = t.clock.now();
  expect(await t.clock.runUntil(rejection(t.coder.getTask(task)))).toMatchObject({ code: 'timeout' });
  expect(t.clock.now() - begun).toBe(45_000);
});
