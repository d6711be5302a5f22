/** The stream of a workspace's changes, over real HTTP. */

import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import type { CoderClient, WatchEvent } from '../../../src/coder/client.js';
import { EventParser, EventTooLargeError } from '../../../src/coder/http/server-sent-events.js';
import { readRecording } from '../../embedded-coder/recording.js';
import { ManualClock } from '../../support/manual-clock.js';
import { fixedCredentials, json, notFound, rejection, startLoopback, TOKEN, testClient } from './loopback.js';

const workspace = { id: 'w', latest_build: { id: 'b', status: 'running', job: {} } };

function open(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-coder-build-version': 'v2.35.0' });
}

async function collect(events: AsyncIterable<WatchEvent>): Promise<WatchEvent[]> {
  const all: WatchEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const watch = (coder: CoderClient, signal?: AbortSignal) => coder.watchWorkspace('w', { signal });

test('pings, changes and errors arrive in order, and the end of the stream is the end', async () => {
  await using server = await startLoopback((_request, response) => {
    open(response);
    response.write('event: ping\n\n');
    response.write(`event: data\ndata: ${JSON.stringify(workspace)}\n\n`);
    response.write('event: data\ndata: garbage\n\n');
    response.write('event: error\ndata: {"message":"Internal error fetching workspace.","detail":"pq: x"}\n\n');
    response.end();
  });
  await using client = testClient(server.url);
  const events = await collect(watch(client.coder));
  expect(events.map(({ type }) => type)).toEqual(['ping', 'data', 'data', 'error']);
  expect(events[1]).toMatchObject({ workspace: { latest_build: { status: 'running' } } });
  expect(events[2]).toEqual({ type: 'data', workspace: undefined });
  expect(events[3]).toMatchObject({ message: 'Internal error fetching workspace.' });
  expect(server.requests[0]?.headers).toMatchObject({ accept: 'text/event-stream', 'coder-session-token': TOKEN });
  expect(client.coder.buildVersion).toBe('v2.35.0');
});

test('a recorded stream arrives whole, however it is cut into pieces', async () => {
  const [recorded] = readRecording('v2.35-dev', 'watch-sse').streams;
  const text = (recorded?.events ?? []).map(({ raw }) => `${raw}\n`).join('');
  const bytes = Buffer.from(text);
  for (const size of [1_000, 4_097, 65_536]) {
    const parser = new EventParser(1 << 20);
    const events = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));
    expect(events).toHaveLength(recorded?.events.length ?? 0);
  }
});

test('every kind of line break ends a line, also when a chunk ends within it', () => {
  const stream = 'event: ping\r\n\r\ndata: a\rdata: ü\r\r: note\ndata:b\n\n';
  const bytes = Buffer.from(stream);
  for (const size of [1, 2, 3, bytes.length]) {
    const parser = new EventParser(1_000);
    const events = [];
    for (let at = 0; at < bytes.length; at += size) events.push(...parser.push(bytes.subarray(at, at + size)));
    expect(events).toEqual([
      { event: 'ping', data: '' },
      { event: 'message', data: 'a\nü' },
      { event: 'message', data: 'b' },
    ]);
  }
});

test('an event without end is refused', () => {
  const parser = new EventParser(100);
  expect(() => parser.push(Buffer.from(`data: ${'x'.repeat(200)}`))).toThrow(EventTooLargeError);
  const lines = new EventParser(100);
  expect(() => lines.push(Buffer.from('data: 1234567890\n'.repeat(20)))).toThrow(EventTooLargeError);
});

test('a broken stream is a lost connection', async () => {
  await using server = await startLoopback((_request, response) => {
    open(response);
    response.write('event: ping\n\n', () => response.destroy());
  });
  await using client = testClient(server.url);
  const events: WatchEvent[] = [];
  const reading = (async () => {
    for await (const event of watch(client.coder)) events.push(event);
  })();
  expect(await rejection(reading)).toMatchObject({ code: 'connection_lost' });
  expect(events).toEqual([{ type: 'ping' }]);
});

test('a refusal is an error of Coder, a web page is not Coder', async () => {
  await using server = await startLoopback((_request, response, index) => {
    if (index === 0) json(response, 404, notFound);
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
  });
  await using client = testClient(server.url);
  expect(await rejection(collect(watch(client.coder)))).toMatchObject({ code: 'not_found', status: 404 });
  expect(await rejection(collect(watch(client.coder)))).toMatchObject({ code: 'not_coder' });
});

test('a token that is refused is renewed once', async () => {
  const fresh = 'klmnopqrst-abcdefghijklmnopqrstuv';
  await using server = await startLoopback((request, response) => {
    if (request.headers['coder-session-token'] !== fresh) json(response, 401, { message: 'You are signed out.' });
    else {
      open(response);
      response.end('event: ping\n\n');
    }
  });
  const old = fixedCredentials(server.url);
  const next = fixedCredentials(server.url, fresh);
  let source = old;
  const credentials = {
    current: () => source.current(),
    refresh: () => {
      source = next;
      return source.current();
    },
  };
  await using client = testClient(server.url, { credentials });
  expect(await collect(watch(client.coder))).toEqual([{ type: 'ping' }]);
});

test('a stream that never begins ends in a time-out; one that has begun may be silent for ever', async () => {
  const clock = new ManualClock();
  await using server = await startLoopback((_request, response, index) => {
    if (index === 1) {
      open(response);
      response.flushHeaders();
      response.write('event: ping\n\n');
    }
  });
  await using client = testClient(server.url, { clock });
  const never = rejection(collect(watch(client.coder)));
  await server.seen(1);
  await clock.advance(15_000);
  expect(await never).toMatchObject({ code: 'timeout' });

  const iterator = watch(client.coder)[Symbol.asyncIterator]();
  expect(await iterator.next()).toMatchObject({ value: { type: 'ping' } });
  let isSettled = false;
  const silent = iterator.next().finally(() => {
    isSettled = true;
  });
  await clock.advance(3_600_000);
  expect(isSettled).toBe(false);
  await client.coder.close();
  expect(await rejection(silent)).toMatchObject({ name: 'CoderError' });
});

/** A server that pings once; `closed` resolves when its reader has gone. */
async function startPinging() {
  let close: () => void = () => {};
  const closed = new Promise<void>((resolve) => {
    close = resolve;
  });
  const server = await startLoopback((_request, response) => {
    open(response);
    response.write('event: ping\n\n');
    response.on('close', close);
  });
  return { server, closed };
}

test('an abort ends the stream at once with its reason, and closes the connection', async () => {
  const { server: pinging, closed } = await startPinging();
  await using server = pinging;
  await using client = testClient(server.url);
  const controller = new AbortController();
  const iterator = watch(client.coder, controller.signal)[Symbol.asyncIterator]();
  await iterator.next();
  const waiting = rejection(iterator.next());
  const reason = new Error('enough');
  controller.abort(reason);
  expect(await waiting).toBe(reason);
  await closed;
});

test('a reader who stops reading closes the connection', async () => {
  const { server: pinging, closed } = await startPinging();
  await using server = pinging;
  await using client = testClient(server.url);
  for await (const event of watch(client.coder)) {
    expect(event.type).toBe('ping');
    break;
  }
  await closed;
});

test('streams do not take the sockets of calls', async () => {
  await using server = await startLoopback((request, response) => {
    if (!request.path.endsWith('/watch')) json(response, 200, { version: 'v2.35.0' });
    else {
      open(response);
      response.write('event: ping\n\n');
    }
  });
  await using client = testClient(server.url);
  const iterators = Array.from({ length: 16 }, (_, i) => client.coder.watchWorkspace(`w${i}`)[Symbol.asyncIterator]());
  await Promise.all(iterators.map((iterator) => iterator.next()));
  expect(await client.coder.getBuildInfo()).toMatchObject({ version: 'v2.35.0' });
});

test('a read that begins after a change on the stream does not join one from before', async () => {
  const answers: (() => void)[] = [];
  let change: () => void = () => {};
  await using server = await startLoopback((request, response, index) => {
    if (request.path.endsWith('/watch')) {
      open(response);
      response.write('event: ping\n\n');
      change = () => response.write(`event: data\ndata: ${JSON.stringify(workspace)}\n\n`);
    } else answers.push(() => json(response, 200, { id: 'i', name: `answer-${index}` }));
  });
  await using client = testClient(server.url);
  const iterator = watch(client.coder)[Symbol.asyncIterator]();
  await iterator.next();
  const before = client.coder.getTask({ user: 'me', task: 'x' });
  await server.seen(2);
  change();
  await iterator.next();
  const after = client.coder.getTask({ user: 'me', task: 'x' });
  await server.seen(3);
  for (const answer of answers) answer();
  expect([(await before).name, (await after).name]).toEqual(['answer-1', 'answer-2']);
});
