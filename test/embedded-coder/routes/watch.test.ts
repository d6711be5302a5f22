/** Holds the stream of one workspace's changes against the recorded one, over the whole life of a task. */

import { describe, expect, test } from 'vitest';
import { RECORDED_PACE } from '../../../src/embedded-coder/index.js';
import { flatten } from '../ask.js';
import { type Answer, compareAnswers } from '../compare.js';
import { judge } from '../differences.js';
import { isUntimed } from '../recorded-worlds.js';
import { readRecording, recordingNames, versions } from '../recording.js';
import { Replay } from '../replay.js';
import { before } from '../steps.js';
import { changesIn, collect, isPing } from '../stream-events.js';
import { unrecorded } from '../unrecorded.js';

const PING_EVERY_MS = 15_000;
const NO_EVENTS = { events: [], isOpen: false };

function answer(parts: Partial<Answer>): Answer {
  return { status: 200, headers: {}, body: '', ...parts };
}

/** Replays lifecycle.json with a stream open beside it, then the refusals recorded with the stream. */
async function watchLifecycle(replay: Replay) {
  let collected: ReturnType<typeof collect> = NO_EVENTS;
  let head = answer({ status: 0 });
  const watch = before('poll until active', 0, async () => {
    const { workspace_id: id } = await replay.insist('admin', 'GET', '/api/v2/tasks/me/lifecycle-task');
    const stream = await replay.open('admin', `/api/v2/workspaces/${id}/watch`);
    head = answer({ status: stream.statusCode ?? 0, headers: flatten(stream) });
    collected = collect(stream, () => replay.clock.now());
  });
  await replay.run('lifecycle', [...(unrecorded.lifecycle ?? []), watch]);
  // What differs in lifecycle.json itself is the business of recordings.test.ts.
  replay.findings.length = 0;
  await replay.run('watch-sse', []);
  return { ...collected, head };
}

const recorded = versions.filter(
  (version) => recordingNames(version).includes('watch-sse') && !isUntimed(version, 'lifecycle'),
);

describe.each(recorded)('%s', (version) => {
  test('the stream tells the recorded changes in their order, with a ping every 15 s, and outlives a delete', async () => {
    const recorded = readRecording(version, 'watch-sse').streams[0];
    const recordedEvents = recorded?.events.map(({ at, raw }) => ({ at: Date.parse(at), raw })) ?? [];
    const expected = changesIn(recordedEvents);
    await using replay = await Replay.start(version, 'lifecycle', RECORDED_PACE);
    const { events, isOpen, head } = await watchLifecycle(replay);

    const seen = changesIn(events);
    expect(seen.map(({ moment }) => moment)).toEqual(expected.map(({ moment }) => moment));
    expect(isOpen).toBe(true);
    const pings = events.filter(isPing).map(({ at }) => at);
    expect(events[0]).toSatisfy(isPing);
    expect(pings).toEqual(pings.map((_, index) => (pings[0] ?? 0) + index * PING_EVERY_MS));

    const findings = [...replay.findings];
    const compare = (situation: string, recordedAnswer: Answer, ours: Answer) => {
      const differences = compareAnswers(recordedAnswer, ours, replay.pairing);
      findings.push(...differences.map((difference) => ({ situation, ...difference })));
    };
    const headers = Object.entries(recorded?.response.headers ?? {}).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]);
    compare('the stream opens', answer({ headers: Object.fromEntries(headers) }), head);
    expected.forEach(({ moment, workspace }, index) => {
      const ours = JSON.stringify(seen[index]?.workspace);
      compare(moment, answer({ body: JSON.stringify(workspace) }), answer({ body: ours }));
    });
    expect(judge(version, 'watch-sse', findings)).toBe('');
  });
});
