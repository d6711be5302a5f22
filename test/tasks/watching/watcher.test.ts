/** Streams that break, polls that take over, and what a watch costs, over an embedded deployment. */

import { describe, expect, test } from 'vitest';
import { CoderError } from '../../../src/coder/errors/errors.js';
import { fault } from '../../../src/embedded-coder/index.js';
import { startWatching, type Watching } from '../../support/watching.js';

const HOUR_MS = 3_600_000;

/** One of alice's tasks, idle, and how many requests it took to get here. */
async function idle(t: Watching, name = 'one') {
  t.deployment.world.addTask({ name });
  return t.find(name);
}

/** Requests since the test began to count, by what they were for. */
function counter(t: Watching) {
  const before = t.deployment.requests.length;
  return () => {
    const counts: Record<string, number> = {};
    for (const { path } of t.deployment.requests.slice(before)) {
      const what = /\/(watch|logs)$|\/(workspaces)\/[^/]+\?|tasks(\?)/.exec(path)?.slice(1).find(Boolean) ?? 'task';
      const name = what === '?' ? 'list' : what;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };
}

/** What happens to the stream while nobody looks, and by when a change must have been told all the same. */
const breaks: readonly { how: string; break: (t: Watching) => void; withinSeconds: number }[] = [
  { how: 'works', break: () => {}, withinSeconds: 0.1 },
  { how: 'is cut', break: (t) => t.deployment.faults.cutStreams(), withinSeconds: 0.1 },
  { how: 'delivers garbage', break: (t) => t.deployment.faults.garbleStreams(), withinSeconds: 0.1 },
  {
    how: 'is cut and refused from then on',
    break: (t) => {
      t.deployment.faults.always('watchWorkspace', fault.forbidden());
      t.deployment.faults.cutStreams();
    },
    withinSeconds: 15,
  },
  {
    how: 'falls silent',
    break: (t) => {
      t.deployment.faults.streams.silent = true;
      t.deployment.faults.streams.buffered = true;
    },
    withinSeconds: 15,
  },
];

describe('a change is told though the stream', () => {
  test.each(breaks)('$how', async ({ break: breakIt, withinSeconds }) => {
    await using t = await startWatching();
    const followed = t.follow(await idle(t));
    await t.clock.advance(5_000);
    breakIt(t);
    await t.clock.advance(100_000);
    t.deployment.world.report('one', 'working', 'on it');
    await t.clock.advance(withinSeconds * 1_000);
    expect(followed.last?.phase).toBe('working');
  });

  test('is held back by a proxy from the beginning', async () => {
    await using t = await startWatching();
    t.deployment.faults.streams.buffered = true;
    const followed = t.follow(await idle(t));
    await t.clock.advance(60_000);
    t.deployment.world.report('one', 'working', 'on it');
    await t.clock.advance(15_000);
    expect(followed.last?.phase).toBe('working');
  });

  test('is refused from the beginning', async () => {
    await using t = await startWatching();
    t.deployment.faults.always('watchWorkspace', fault.proxyPage(502));
    const followed = t.follow(await idle(t));
    await t.clock.advance(60_000);
    t.deployment.world.report('one', 'working', 'on it');
    await t.clock.advance(15_000);
    expect(followed.last?.phase).toBe('working');
  });
});

test('a silent stream is replaced after a minute, and a change told by the new one', async () => {
  await using t = await startWatching();
  const count = counter(t);
  const followed = t.follow(await idle(t));
  await t.clock.advance(5_000);
  t.deployment.faults.streams.buffered = true;
  await t.clock.advance(62_000);
  t.deployment.faults.streams.buffered = false;
  await t.clock.advance(60_000);
  expect(count().watch).toBeGreaterThanOrEqual(2);
  t.deployment.world.report('one', 'working');
  await t.clock.advance(50);
  expect(followed.last?.phase).toBe('working');
});

test('a change is told within 250 ms of its event', async () => {
  await using t = await startWatching();
  const followed = t.follow(await idle(t));
  await t.clock.advance(10_000);
  const began = t.clock.now();
  t.deployment.world.report('one', 'working');
  await t.clock.advance(250);
  expect(followed.last?.phase).toBe('working');
  expect((followed.told.at(-1)?.at ?? 0) * 1_000 + began - 10_000).toBeLessThanOrEqual(began + 250);
});

test('a stream gone mad does not become a storm of reads', async () => {
  await using t = await startWatching();
  const task = await idle(t);
  const count = counter(t);
  t.follow(task);
  for (let event = 0; event < 200; event++) {
    t.deployment.faults.garbleStreams();
    await t.clock.advance(50);
  }
  expect(count().task).toBeLessThanOrEqual(30);
});

test('what a listener throws in a wait ends that wait alone', async () => {
  await using t = await startWatching();
  const other = t.follow(await idle(t));
  const options = { deadline: t.clock.now() + 60_000, signal: new AbortController().signal };
  const waited = t.watcher.until(await t.find('one'), ({ phase }) => phase === 'working', {
    ...options,
    onView: ({ settled }) => {
      if (settled) throw new Error('a defect');
    },
  });
  await expect(t.clock.runUntil(waited)).rejects.toThrow('a defect');
  t.deployment.world.report('one', 'working');
  await t.clock.advance(50);
  expect(other.last?.phase).toBe('working');
});

test('an idle task with a stream costs at most 20 requests an hour', async () => {
  await using t = await startWatching();
  const task = await idle(t);
  const count = counter(t);
  t.follow(task);
  await t.clock.advance(HOUR_MS);
  const total = Object.values(count()).reduce((sum, each) => sum + each, 0);
  expect(total).toBeLessThanOrEqual(20);
});

test('nothing is watched that nobody waits for', async () => {
  await using t = await startWatching();
  const first = t.follow(await idle(t));
  const second = t.follow(await t.find('one'));
  await t.clock.advance(5_000);
  expect(t.watcher.load).toEqual({ tasks: 1, streams: 1 });
  expect(t.deployment.watches).toBe(1);
  first.close();
  await t.clock.advance(1_000);
  expect(t.deployment.watches).toBe(1);
  second.close();
  await t.clock.advance(1_000);
  expect(t.watcher.load).toEqual({ tasks: 0, streams: 0 });
  expect(t.deployment.watches).toBe(0);
  const count = counter(t);
  await t.clock.advance(HOUR_MS);
  expect(count()).toEqual({});
});

test('one who joins gets the view as it is, and no more than that', async () => {
  await using t = await startWatching();
  t.follow(await idle(t));
  await t.clock.advance(30_000);
  const joined = t.follow(await t.find('one'));
  await t.clock.advance(30_000);
  expect(joined.story).toEqual(['0 waiting!']);
});

describe('until', () => {
  const wait = (t: Watching, ms: number, signal = new AbortController().signal) => ({
    deadline: t.clock.now() + ms,
    signal,
  });

  test('ends with the view that it waited for', async () => {
    await using t = await startWatching();
    const task = await t.create('one');
    const waited = t.watcher.until(task, (view) => view.settled, wait(t, 60_000));
    const { view, reached } = await t.clock.runUntil(waited);
    expect(reached).toBe(true);
    expect(view).toMatchObject({ phase: 'waiting', turn: 'you', inferred: false });
    expect(view.entries?.at(-1)?.content).toContain('Done with step 1');
  });

  test('ends at its deadline with the last view', async () => {
    await using t = await startWatching();
    const task = await t.create('one');
    const began = t.clock.now();
    const { view, reached } = await t.clock.runUntil(t.watcher.until(task, (seen) => seen.settled, wait(t, 6_000)));
    expect(reached).toBe(false);
    expect(view.phase).toBe('starting');
    expect(t.clock.now()).toBe(began + 6_000);
  });

  test('asks nobody when what it waits for stands already, or there is no time', async () => {
    await using t = await startWatching();
    t.deployment.world.addTask({ name: 'one', as: 'paused' });
    const task = await t.find('one');
    const count = counter(t);
    expect(await t.watcher.until(task, (view) => view.settled, wait(t, 60_000))).toMatchObject({ reached: true });
    expect(await t.watcher.until(task, (view) => !view.settled, wait(t, 0))).toMatchObject({ reached: false });
    expect(count()).toEqual({});
  });

  test('is canceled at once, with the reason, and leaves nothing open', async () => {
    await using t = await startWatching();
    const task = await t.create('one');
    const controller = new AbortController();
    const waited = t.watcher.until(task, (view) => view.settled, wait(t, 60_000, controller.signal));
    await t.clock.advance(3_000);
    controller.abort('enough');
    await expect(waited).rejects.toBe('enough');
    await t.clock.advance(10);
    expect(t.deployment.watches).toBe(0);
    expect(t.coder.inFlight).toBe(0);
  });

  test('ends with the error when Coder no longer takes the token', async () => {
    await using t = await startWatching();
    const task = await t.create('one');
    const waited = t.watcher.until(task, (view) => view.settled, wait(t, 60_000));
    const failed = expect(waited).rejects.toMatchObject({ code: 'unauthorized' });
    await t.clock.advance(3_000);
    t.deployment.faults.always('anything', fault.unauthorized());
    await t.clock.advance(30_000);
    await failed;
    expect(t.watcher.load.tasks).toBe(0);
  });

  test('sits out a network that fails, and says that what it knows may be out of date', async () => {
    await using t = await startWatching();
    const task = await t.create('one');
    const waited = t.watcher.until(task, (view) => view.settled, wait(t, 20_000));
    await t.clock.advance(3_000);
    t.deployment.faults.always('anything', fault.resetBefore());
    t.deployment.faults.cutStreams();
    const { view, reached } = await t.clock.runUntil(waited);
    expect(reached).toBe(false);
    expect(view.notes.join()).toContain('out of date');
    t.deployment.faults.clear();
    const again = t.watcher.until(await t.find('one'), (seen) => seen.settled, wait(t, 20_000));
    expect((await t.clock.runUntil(again)).reached).toBe(true);
  });
});

test('the conversation is read every few seconds for one who follows it, and for nobody else', async () => {
  await using t = await startWatching();
  const task = await t.create('one', 'slow=60');
  await t.clock.advance(10_000);
  const count = counter(t);
  t.follow(await t.find('one'));
  await t.clock.advance(20_000);
  expect(count().logs).toBeUndefined();
  // Held on to since it was queued: what is known by now counts.
  const reader = t.follow(task, { logs: true });
  await t.clock.advance(20_000);
  expect(count().logs).toBeGreaterThanOrEqual(4);
  expect(count().logs).toBeLessThanOrEqual(6);
  const texts = reader.told.map(({ view }) => view.entries?.at(-1)?.content);
  expect(new Set(texts).size).toBeGreaterThanOrEqual(4);
});

test('where the conversation is closed to us, the age of the report decides', async () => {
  await using t = await startWatching();
  t.deployment.world.addTask({ name: 'one' });
  t.deployment.faults.always('getTaskLogs', fault.notFound());
  const followed = t.follow(await t.find('one'));
  await t.clock.advance(30_000);
  expect(followed.story).toEqual(['0 waiting', '10 waiting!']);
  expect(followed.last?.logsError).toBeInstanceOf(CoderError);
});

test.each([
  // Ours, since a proxy or a hung agent says nothing.
  ['is never answered', fault.hang(), 60, ['0 waiting', '35 waiting!']],
  ['is answered by a proxy that gave up', fault.proxyPage(504), 60, ['0 waiting', '10 waiting!']],
  [
    'makes Coder stumble',
    fault.json(500, { message: 'An internal server error occurred.' }),
    60,
    ['0 waiting', '10 waiting!'],
  ],
] as const)(
  'a look at the conversation that %s leaves it to the report, and costs little',
  async (_, given, seconds, story) => {
    await using t = await startWatching();
    t.deployment.world.addTask({ name: 'one' });
    t.deployment.faults.always('getTaskLogs', given);
    const task = await t.find('one');
    const count = counter(t);
    const followed = t.follow(task);
    await t.clock.advance(seconds * 1_000);
    expect(followed.story).toEqual(story);
    expect(followed.last?.notes).toEqual([]);
    expect(count().task).toBeLessThanOrEqual(6);
  },
);

test('a task that is gone is followed to the end of its workspace', async () => {
  await using t = await startWatching();
  const followed = t.follow(await idle(t));
  await t.clock.advance(5_000);
  await t.clock.runUntil(t.coder.deleteTask({ user: 'me', task: 'one' }));
  await t.clock.advance(1_000);
  expect(followed.last).toMatchObject({ phase: 'gone', turn: 'nobody', settled: true, deleted: false });
  await t.clock.advance(10_000);
  expect(followed.last).toMatchObject({ phase: 'gone', deleted: true, workspaceStatus: 'deleted' });
  expect(t.deployment.watches).toBe(0);
});
