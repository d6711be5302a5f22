/** Bad answers, over real HTTP: each becomes one clear error, and nothing of them leaks. */

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { json, rejection, startLoopback, TOKEN, testClient } from './loopback.js';

const task = { user: 'me', task: 'fix' };
const createBody = { template_version_id: 'v', input: 'x' };

/** What a create, which is never repeated, rejects with when Coder answers so. */
async function errorOf(answer: (response: ServerResponse) => void) {
  await using server = await startLoopback((_request, response) => answer(response));
  await using client = testClient(server.url);
  return await rejection(client.coder.createTask('me', createBody));
}

function html(response: ServerResponse, status: number) {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<!doctype html><html><body>nginx secret page</body></html>');
}

test('a web page with status 200 is not Coder', async () => {
  const error = await errorOf((response) => html(response, 200));
  expect(error).toMatchObject({ code: 'not_coder', status: 200 });
  expect(JSON.stringify(error)).not.toContain('secret page');
});

test('a web page confirms nothing, even where Coder answers without a body', async () => {
  await using server = await startLoopback((_request, response) => html(response, 200));
  await using client = testClient(server.url);
  for (const call of [client.coder.sendTaskInput(task, 'x'), client.coder.deleteTask(task)]) {
    expect(await rejection(call)).toMatchObject({ code: 'not_coder', reached: 'unknown' });
  }
});

test('a web page with status 502 is a gateway, and what happened behind it is unknown', async () => {
  expect(await errorOf((response) => html(response, 502))).toMatchObject({ code: 'gateway', reached: 'unknown' });
});

test('a web page with status 404 is not Coder', async () => {
  expect(await errorOf((response) => html(response, 404))).toMatchObject({ code: 'not_coder', reached: 'no' });
});

test('a JSON 502 is an answer of Coder: the agent cannot be reached, and nothing was delivered', async () => {
  const body = { message: 'Failed to reach task app endpoint.', detail: 'agent is unreachable' };
  const error = await errorOf((response) => json(response, 502, body, { 'x-coder-request-id': 'req-1' }));
  expect(error).toMatchObject({
    code: 'agent_unreachable',
    status: 502,
    reached: 'no',
    requestId: 'req-1',
    serverMessage: 'Failed to reach task app endpoint.',
    serverDetail: 'agent is unreachable',
  });
});

test('a message that the agent may have typed before it failed is not called refused', async () => {
  const typed = { message: 'Task app rejected the message.', detail: 'failed to wait for screen to stabilize' };
  const blank = { message: 'Task app rejected the message.', detail: 'message must not be empty' };
  expect(await errorOf((response) => json(response, 502, typed))).toMatchObject({ reached: 'unknown' });
  expect(await errorOf((response) => json(response, 502, blank))).toMatchObject({ reached: 'no' });
});

test('a redirect is not followed, and its query is not shown', async () => {
  const error = await errorOf((response) => {
    response.writeHead(307, { location: 'https://user:pw@coder.example.com/login?state=secret#x' });
    response.end();
  });
  expect(error).toMatchObject({ code: 'redirected', location: 'https://coder.example.com/login', reached: 'no' });
});

test('JSON that ends early, an empty body and a wrong shape are bad answers', async () => {
  const early = await errorOf((response) => {
    response.writeHead(201, { 'content-type': 'application/json' });
    response.end('{"id":"x","na');
  });
  expect(early).toMatchObject({ code: 'bad_answer', reached: 'yes' });
  expect(await errorOf((response) => json(response, 201, 'hello'))).toMatchObject({
    code: 'bad_answer',
    reached: 'yes',
  });
  const empty = await errorOf((response) => response.writeHead(201, { 'content-type': 'application/json' }).end());
  expect(empty).toMatchObject({ code: 'bad_answer' });
});

test('an answer that promises more than it brings is a lost connection', async () => {
  const error = await errorOf((response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":');
    setImmediate(() => response.destroy());
  });
  expect(error).toMatchObject({ code: 'connection_lost', reached: 'unknown' });
});

test('a reset before any answer is a lost connection, and the request may have arrived', async () => {
  const error = await errorOf((response) => response.destroy());
  expect(error).toMatchObject({ code: 'connection_lost', reached: 'unknown' });
});

test('nobody listening is no connection, and the request did not arrive', async () => {
  const { url } = await (async () => {
    await using server = await startLoopback(() => {});
    return { url: server.url };
  })();
  await using client = testClient(url);
  const error = await rejection(client.coder.createTask('me', createBody));
  expect(error).toMatchObject({ code: 'network', reached: 'no' });
});

test('10 MB are read, more than 16 MB are refused, and both without trusting the announced length', async () => {
  const sizes = [10, 17, 17];
  await using server = await startLoopback((_request, response, index) => {
    const content = `"${'x'.repeat((sizes[index] ?? 0) * 1024 * 1024)}"`;
    const body = `{"logs":[{"id":0,"content":${content},"type":"output"}]}`;
    const length = index === 1 ? { 'content-length': String(body.length) } : {};
    response.writeHead(200, { 'content-type': 'application/json', ...length });
    response.end(body);
  });
  await using client = testClient(server.url);
  expect((await client.coder.getTaskLogs(task)).logs[0]?.content).toHaveLength(10 * 1024 * 1024);
  for (const _ of sizes.slice(1)) {
    expect(await rejection(client.coder.getTaskLogs(task))).toMatchObject({ code: 'answer_too_large' });
  }
  expect(server.requests).toHaveLength(3);
});

test('a list may be larger than other answers', async () => {
  await using server = await startLoopback((_request, response) => {
    const prompt = 'x'.repeat(1024);
    json(response, 200, {
      tasks: Array.from({ length: 20_000 }, (_, i) => ({ id: `${i}`, name: `t${i}`, initial_prompt: prompt })),
    });
  });
  await using client = testClient(server.url);
  expect((await client.coder.listTasks()).tasks).toHaveLength(20_000);
});

test('a compressed answer is read, one that swells beyond the limit is refused', async () => {
  const bodies = [{ version: 'v2.35.0' }, { version: 'x'.repeat(17 << 20) }];
  await using server = await startLoopback((_request, response, index) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end(gzipSync(JSON.stringify(bodies[index])));
  });
  await using client = testClient(server.url);
  expect((await client.coder.getBuildInfo()).version).toBe('v2.35.0');
  expect(await rejection(client.coder.getBuildInfo())).toMatchObject({ code: 'answer_too_large' });
});

test('neither the token nor the inside of the server comes out of an error', async () => {
  const message = `no such ${TOKEN} pq: relation "tasks" does not exist`;
  const detail = `failed to post message: {"$schema":"http://localhost:1/x","errors":[{"message":"must not be empty"}]}`;
  const error = await errorOf((response) => json(response, 400, { message, detail }));
  expect(error).toMatchObject({
    serverMessage: 'no such [secret]',
    serverDetail: 'failed to post message: must not be empty',
  });
  expect(`${JSON.stringify(error)} ${error}`).not.toContain(TOKEN);
});

test('a route that the server lacks says which feature it lacks', async () => {
  await using server = await startLoopback((_request, response) =>
    json(response, 404, { message: 'Route not found.' }),
  );
  await using client = testClient(server.url);
  expect(await rejection(client.coder.listTasks())).toMatchObject({ code: 'tasks_unavailable', status: 404 });
  expect(await rejection(client.coder.pauseTask(task))).toMatchObject({ code: 'pause_unavailable' });
  expect(await rejection(client.coder.getBuildInfo())).toMatchObject({ code: 'route_not_found' });
});

test('a deployment without tasks says its version', async () => {
  await using server = await startLoopback((_request, response) => {
    json(response, 404, { message: 'Route not found.' }, { 'x-coder-build-version': 'v2.36.2+e57a0c4' });
  });
  await using client = testClient(server.url);
  const error = await rejection(client.coder.getTask(task));
  expect(error).toMatchObject({ code: 'tasks_unavailable', buildVersion: 'v2.36.2+e57a0c4' });
});

test('a redirect away from the stored address sends nothing to the other place', async () => {
  await using other = await startLoopback((_request, response) => json(response, 200, { version: 'v1' }));
  await using server = await startLoopback((_request, response) => {
    response.writeHead(302, { location: `${other.url}/` }).end();
  });
  await using client = testClient(server.url);
  expect(await rejection(client.coder.getBuildInfo())).toMatchObject({ code: 'redirected', location: `${other.url}/` });
  expect(other.requests).toEqual([]);
});
