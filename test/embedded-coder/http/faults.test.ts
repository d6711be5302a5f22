/** Every fault does to a request or a stream what it says. */

import { expect, test } from 'vitest';
import { fault } from '../../../src/embedded-coder/index.js';
import { startDeployment } from '../deployment.js';

const LIST = '/api/v2/tasks';

test('a fault befalls as many requests as ordered, and only those to its endpoint', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.proxyPage(502), { times: 2 });
  expect((await d.get('/api/v2/users/me')).status).toBe(200);
  const page = await d.get(LIST);
  expect(page.status).toBe(502);
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect((await d.get(LIST)).status).toBe(502);
  expect((await d.get(LIST)).status).toBe(200);
});

test('requests can be let pass before the fault', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.notFound(), { skip: 1 });
  expect((await d.get(LIST)).status).toBe(200);
  expect((await d.get(LIST)).json).toEqual({
    message: 'Resource not found or you do not have access to this resource',
  });
});

test('refusals carry the texts of the real server', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.unauthorized('API key is invalid.'));
  d.coder.faults.next('listTasks', fault.rateLimited(7));
  d.coder.faults.next('listTasks', fault.routeNotFound());
  expect((await d.get(LIST)).json).toMatchObject({ detail: 'API key is invalid.' });
  expect((await d.get(LIST)).headers.get('retry-after')).toBe('7');
  expect((await d.get(LIST)).json).toEqual({ message: 'Route not found.' });
});

test('latency delays an answer on the clock of the deployment', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.latency(2_500));
  const before = d.clock.now();
  expect((await d.get(LIST)).status).toBe(200);
  expect(d.clock.now() - before).toBe(2_500);
});

test('bodies come truncated, empty or huge', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.truncatedJson());
  d.coder.faults.next('listTasks', fault.emptyBody());
  d.coder.faults.next('listTasks', fault.hugeBody(5_000_000));
  const cut = await d.get(LIST);
  expect(cut).toMatchObject({ status: 200, json: undefined });
  expect(cut.text).toMatch(/^\{"tasks"/);
  expect((await d.get(LIST)).text).toBe('');
  expect((await d.get(LIST)).text.length).toBeGreaterThan(5_000_000);
});

test('a wrong host redirects to the root, where the web UI answers', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.redirectToRoot('https://coder.example.com/'));
  const redirect = await d.get(LIST);
  expect([redirect.status, redirect.headers.get('location')]).toEqual([307, 'https://coder.example.com/']);
  expect((await d.get('/')).headers.get('content-type')).toBe('text/html; charset=utf-8');
});

test('a connection reset before the work leaves nothing done; a lost answer leaves the work done', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('createTask', fault.resetBefore());
  await expect(d.create('lost', 'hello')).rejects.toThrow();
  expect(d.coder.world.tasks.size).toBe(0);
  d.coder.faults.next('createTask', fault.lostAnswer());
  await expect(d.create('lost', 'hello')).rejects.toThrow();
  expect(d.coder.world.task('lost').prompt).toBe('hello');
});

test('a request that hangs is let go when its client gives up', async () => {
  await using d = await startDeployment();
  d.coder.faults.next('listTasks', fault.hang());
  const giveUp = new AbortController();
  const headers = { 'Coder-Session-Token': d.coder.tokens.alice ?? '' };
  const hanging = fetch(`${d.coder.url}${LIST}`, { headers, signal: giveUp.signal });
  hanging.catch(() => {});
  await d.clock.advance(60_000);
  expect([d.coder.inFlight, d.coder.busy]).toEqual([1, 0]);
  giveUp.abort();
  await expect(hanging).rejects.toThrow();
  await d.clock.settle();
  expect([d.coder.inFlight, d.coder.busy]).toEqual([0, 0]);
});

test('streams can be cut, silenced, garbled and held back', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'seen' });
  const stream = await openStream(d.coder.url, d.coder.tokens.alice ?? '', d.coder.world.workspace('seen').id);
  await d.clock.settle();
  expect(stream.text()).toMatch(/^event: ping\n\nevent: data\ndata: \{"id"/);
  d.coder.faults.streams.silent = true;
  const before = stream.text().length;
  await d.clock.advance(60_000);
  expect(stream.text().length).toBe(before);
  d.coder.faults.streams.silent = false;
  await d.clock.advance(15_000);
  expect(stream.text().slice(before)).toBe('event: ping\n\n');
  d.coder.faults.garbleStreams('nonsense\n\n');
  await d.clock.settle();
  expect(stream.text()).toMatch(/nonsense\n\n$/);
  d.coder.faults.streams.buffered = true;
  const held = stream.text().length;
  d.coder.world.report('seen', 'working', 'nobody sees this');
  await d.clock.advance(15_000);
  expect(stream.text().length).toBe(held);
  d.coder.faults.cutStreams();
  await expect(stream.ended).rejects.toThrow();
  await d.clock.settle();
  expect(d.coder.watches).toBe(0);
});

test('a stream can be refused like any other request', async () => {
  await using d = await startDeployment();
  d.coder.world.addTask({ name: 'seen' });
  d.coder.faults.next('watchWorkspace', fault.proxyPage(504));
  const path = `/api/v2/workspaces/${d.coder.world.workspace('seen').id}/watch`;
  expect((await d.get(path)).status).toBe(504);
  expect(d.coder.requests.at(-1)).toMatchObject({ method: 'GET', path, status: 504 });
});

/** What has come over a stream so far. */
async function openStream(url: string, token: string, workspaceId: string) {
  const headers = { 'Coder-Session-Token': token };
  const response = await fetch(`${url}/api/v2/workspaces/${workspaceId}/watch`, { headers });
  let text = '';
  const decoder = new TextDecoder();
  const read = async () => {
    for await (const chunk of response.body ?? []) text += decoder.decode(chunk, { stream: true });
  };
  const ended = read();
  ended.catch(() => {});
  return { text: () => text, ended };
}
