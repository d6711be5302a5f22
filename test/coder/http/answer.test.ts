/** Bad answers, over real HTTP: each becomes one clear error, and nothing of them leaks. */

import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { CoderClient } from '../../../src/coder/client.js';
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
    response.writeHead(307, { location: 'https://user:pw@login.example.com/login?state=secret#x' });
    response.end();
  });
  expect(error).toMatchObject({
    code: 'login_in_front',
    location: 'https://login.example.com/login',
    reached: 'no',
  });
});

test.each([
  ['Coder itself names its address', 307, 'https://coder.example.com', 'redirected'],
  ['the same path under https', 301, 'https://127.0.0.1/api/v2/tasks/me', 'redirected'],
  ['Cloudflare Access', 302, 'https://team.cloudflareaccess.com/cdn-cgi/access/login/x?kid=a', 'login_in_front'],
  ['a login page of the same host', 302, '/oauth2/start?rd=%2F', 'login_in_front'],
  ['the start page of a login host', 302, 'https://sso.example.com/', 'login_in_front'],
  ['another path under https', 302, 'https://127.0.0.1/login', 'login_in_front'],
  ['no address at all', 302, undefined, 'not_coder'],
] as const)('a redirect to %s is told for what it is', async (_who, status, location, code) => {
  const error = await errorOf((response) => response.writeHead(status, location ? { location } : {}).end());
  expect(error).toMatchObject({ code, reached: 'no' });
});

describe('whoever stands in front of Coder and answers in its place', () => {
  const page =
    (status: number, headers = {}) =>
    (response: ServerResponse) =>
      response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html>Just a moment…</html>');
  const data = (status: number, body: object) => (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

  test.each([
    [400, page(400), 'blocked_in_front', 'no'],
    [401, page(401, { 'www-authenticate': 'Bearer' }), 'login_in_front', 'no'],
    [401, data(401, { message: 'Unauthorized' }), 'login_in_front', 'no'],
    [403, page(403), 'blocked_in_front', 'no'],
    [403, data(403, { message: 'Forbidden' }), 'blocked_in_front', 'no'],
    [404, data(404, { message: 'no Route matched with those values' }), 'not_coder', 'no'],
    [405, page(405), 'not_coder', 'no'],
    [407, page(407), 'proxy_login', 'no'],
    [408, page(408), 'gateway', 'unknown'],
    [410, page(410), 'not_coder', 'no'],
    [410, data(410, { message: 'Gone' }), 'not_coder', 'no'],
    [413, page(413), 'input_too_large', 'no'],
    [429, page(429), 'rate_limited', 'no'],
    [451, page(451), 'blocked_in_front', 'no'],
    [500, data(500, { message: 'An unexpected error occurred' }), 'gateway', 'unknown'],
    [502, data(502, { message: 'bad gateway' }), 'gateway', 'unknown'],
    [504, data(504, { message: 'The upstream server is timing out' }), 'gateway', 'unknown'],
    [521, page(521), 'gateway', 'unknown'],
  ] as const)('status %d is told by who says it', async (status, answer, code, reached) => {
    expect(await errorOf(answer)).toMatchObject({ code, status, reached });
  });

  test('a limit for the size of requests says how large this one was', async () => {
    const { message } = Object(await errorOf(page(413)));
    expect(message).toContain(`${JSON.stringify(createBody).length} bytes`);
  });

  test('a JSON 502 to 504 that Coder does not word itself comes from in front, though it looks like one of Coder', async () => {
    for (const status of [502, 503, 504]) {
      const error = await errorOf((response) => json(response, status, { message: 'upstream request timeout' }));
      expect(error).toMatchObject({ code: 'gateway', reached: 'unknown' });
    }
  });
});

test('words that only Coder uses are its own, even where a proxy took its header away', async () => {
  const bare = (status: number, message: string) => (response: ServerResponse) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  const words = 'Resource not found or you do not have access to this resource';
  expect(await errorOf(bare(404, words))).toMatchObject({ code: 'not_found' });
  expect(await errorOf(bare(409, 'A workspace build is already active.'))).toMatchObject({ code: 'build_active' });
});

test('a method that Coder does not have on a route is a route that it lacks', async () => {
  const error = await errorOf((response) => response.writeHead(405, { 'x-coder-build-version': 'v2.35.0' }).end());
  expect(error).toMatchObject({ code: 'route_not_found', status: 405, reached: 'no' });
});

test('that a workspace was deleted is believed of Coder alone', async () => {
  const deleted = await errorOf((response) => json(response, 410, { message: 'Workspace "x" was deleted, you can …' }));
  expect(deleted).toMatchObject({ code: 'workspace_deleted' });
  expect(await errorOf((response) => json(response, 410, { message: 'Gone.' }))).toMatchObject({ code: 'not_found' });
});

test.each([
  ['create', 201, (c: CoderClient) => c.createTask('me', createBody)],
  ['send', 204, (c: CoderClient) => c.sendTaskInput(task, 'x')],
  ['delete', 202, (c: CoderClient) => c.deleteTask(task)],
  ['update', 204, (c: CoderClient) => c.updateTaskInput(task, 'x')],
  ['pause', 202, (c: CoderClient) => c.pauseTask(task)],
  ['resume', 202, (c: CoderClient) => c.resumeTask(task)],
  ['build', 201, (c: CoderClient) => c.createWorkspaceBuild('w', { transition: 'stop' })],
  ['read', 200, (c: CoderClient) => c.getTask(task)],
] as const)('%s succeeds with status %d alone', async (_name, success, call) => {
  for (const status of [200, 201, 202, 203, 204, 206].filter((candidate) => candidate !== success)) {
    await using server = await startLoopback((_request, response) => {
      if (status === 204) response.writeHead(204, { 'x-coder-build-version': 'v2.35.0' }).end();
      else json(response, status, { id: 'x', name: 'x', workspace_build: { id: 'b' } });
    });
    await using client = testClient(server.url);
    expect(await rejection(call(client.coder)), String(status)).toMatchObject({
      code: 'bad_answer',
      reached: 'unknown',
    });
    expect(server.requests).toHaveLength(1);
  }
});

test('an answer that is packed and cannot be unpacked is a bad one, not a large one', async () => {
  const error = await errorOf((response) => {
    response.writeHead(201, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
    response.end('this is no gzip');
  });
  expect(error).toMatchObject({ code: 'bad_answer' });
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
  expect(await rejection(client.coder.getBuildInfo())).toMatchObject({ location: `${other.url}/` });
  expect(other.requests).toEqual([]);
});
