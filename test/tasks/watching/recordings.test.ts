/** What real servers did, replayed in time: the phases are those that were recorded, and a wait ends when the turn is ours. */

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { taskSchema } from '../../../src/coder/wire/schemas.js';
import { type Phase, phaseOf } from '../../../src/tasks/knowing/phase.js';
import { type Exchange, parseJson, readRecording, type Version } from '../../embedded-coder/recording.js';
import { type Followed, startWatching, type Watching } from '../../support/watching.js';

// The recorded servers took a little more or less for each step than the embedded one, and were looked at once a second.
const TOLERANCE_S = 1.5;

const input = z.object({ input: z.string() });
const profiles = { 'v2.29.10': '2.29', 'v2.35-dev': '2.35' } as const;
const ref = { user: 'me', task: 'lifecycle-task' };

/** A moment of a recording, in seconds since its first exchange. */
interface Look {
  readonly at: number;
  readonly phase: Phase;
}

/** Does what a recorded exchange did, as our tools would: a message is remembered. */
async function repeat(t: Watching, { request }: Exchange): Promise<void> {
  const body = parseJson(request.body ?? '');
  if (request.path.endsWith('/send')) {
    const at = t.coder.now();
    const text = input.parse(body).input;
    await t.coder.sendTaskInput(ref, text);
    const { id = '' } = t.memory.seen({ owner: 'alice', name: ref.task }) ?? {};
    t.memory.noteSent(id, { input: text, at, lastIdBefore: t.memory.logs(id)?.lastId });
  } else if (request.path.endsWith('/pause')) await t.coder.pauseTask(ref);
  else if (request.path.endsWith('/resume')) await t.coder.resumeTask(ref);
  else if (request.path.endsWith('/builds')) {
    const { workspace_id } = await t.coder.getTask(ref);
    const { transition } = z.object({ transition: z.enum(['start', 'stop']) }).parse(body);
    await t.coder.createWorkspaceBuild(workspace_id ?? '', { transition });
  } else if (request.method === 'PATCH') await t.coder.updateTaskInput(ref, input.parse(body).input);
  else if (request.method === 'DELETE') await t.coder.deleteTask(ref);
}

/** Plays the changes of a recording at their times, after the first `skip` of them, to the end and 30 s more. */
async function play(t: Watching, exchanges: readonly Exchange[], skip: number): Promise<void> {
  const began = t.clock.now();
  const first = Date.parse(exchanges[0]?.at ?? '');
  const changes = exchanges.filter(({ request, response }) => request.method !== 'GET' && response.status < 300);
  for (const change of changes.slice(skip)) {
    await t.clock.advance(began + Date.parse(change.at) - first - t.clock.now());
    await t.clock.runUntil(repeat(t, change));
  }
  await t.clock.advance(30_000);
}

/** What was recorded of the task that the first exchange is about: each phase when it was first seen. */
function recordedLooks(exchanges: readonly Exchange[]): Look[] {
  const looks: Look[] = [];
  const first = Date.parse(exchanges[0]?.at ?? '');
  let id: string | undefined;
  for (const { at, request, response } of exchanges) {
    const task = taskSchema.safeParse(parseJson(response.body ?? '')).data;
    if (task === undefined || request.method !== 'GET') continue;
    id ??= task.id;
    if (task.id !== id) break;
    const phase = phaseOf(task);
    if (looks.at(-1)?.phase !== phase) looks.push({ at: (Date.parse(at) - first) / 1_000, phase });
  }
  return looks;
}

/** The reports that the recorded stream of the task's workspace told, in seconds since the first exchange. */
function recordedReports(version: Version, firstAt: string): { at: number; state: string; message: string }[] {
  const event = z.object({ latest_app_status: z.object({ state: z.string(), message: z.string() }).nullable() });
  const reports: { at: number; state: string; message: string }[] = [];
  for (const { at, raw } of readRecording(version, 'watch-sse').streams[0]?.events ?? []) {
    const workspace = event.safeParse(parseJson(raw.slice(raw.indexOf('data: ') + 6))).data;
    if (!workspace?.latest_app_status) continue;
    const { state, message } = workspace.latest_app_status;
    const last = reports.at(-1);
    if (last?.state === state && last.message === message) continue;
    reports.push({ at: (Date.parse(at) - Date.parse(firstAt)) / 1_000, state, message });
  }
  return reports;
}

/** When the followed task became settled, each time, and in which phase. */
function turns(followed: Followed): Look[] {
  return followed.told.flatMap(({ at, view }, index) => {
    const before = followed.told[index - 1]?.view;
    const isNew = view.settled && !(before?.settled && before.phase === view.phase);
    return isNew ? [{ at, phase: view.phase }] : [];
  });
}

/** Each recorded phase was told in this order, at its time. */
function expectTold(followed: Followed, recorded: readonly Look[]): void {
  const told = followed.told.map(({ at, view }) => ({ at, phase: view.phase }));
  for (const look of recorded) {
    const isTold = told.some(({ at, phase }) => phase === look.phase && Math.abs(at - look.at) <= TOLERANCE_S);
    expect(isTold, `${look.phase} at ${look.at}: ${JSON.stringify(told)}`).toBe(true);
  }
}

function expectTurns(followed: Followed, expected: readonly (readonly [at: number, phase: Phase])[]): void {
  const actual = turns(followed);
  expect(actual.map(({ phase }) => phase)).toEqual(expected.map(([, phase]) => phase));
  for (const [index, [at]] of expected.entries()) {
    expect(Math.abs((actual[index]?.at ?? 0) - at), JSON.stringify(actual)).toBeLessThanOrEqual(TOLERANCE_S);
  }
}

describe('lifecycle: a task from its creation to its end', () => {
  // By the recorded stamps: 3 s after the last output; idle that follows complete; a stop build that has ended; a DELETE that was taken.
  const expected: Partial<Record<Version, readonly (readonly [number, Phase])[]>> = {
    'v2.35-dev': [
      [23.0, 'waiting'],
      [35.1, 'waiting'],
      [42.5, 'waiting'],
      [48.9, 'paused'],
      [63.7, 'waiting'],
      [66.0, 'gone'],
    ],
    // At 37.1 the next message was being typed: the conversation could not be read when 3 s of quiet were over.
    'v2.29.10': [
      [23.9, 'waiting'],
      [35.2, 'waiting'],
      [43.0, 'waiting'],
      [136.2, 'paused'],
      [149.4, 'waiting'],
      [151.5, 'gone'],
    ],
  };
  // The first build waited for a provisioner, the later ones did not; each took its own time.
  const first = { 'v2.35-dev': { queue: 5_490 }, 'v2.29.10': { queue: 6_500 } };
  const later = {
    'v2.35-dev': { queue: 40, stopBuild: 3_700, startBuild: 3_400, startScripts: 1_400 },
    'v2.29.10': { queue: 40 },
  };

  test.each(['v2.35-dev', 'v2.29.10'] as const)('%s', async (version) => {
    const { exchanges } = readRecording(version, 'lifecycle');
    const pace = { ...first[version], startBuild: 2_100, startScripts: 100 };
    await using t = await startWatching({ profile: profiles[version], pace });
    const prompt = input.parse(parseJson(exchanges[0]?.request.body ?? '')).input;
    const task = await t.create(ref.task, prompt);
    const followed = t.follow(task);
    t.clock.setTimeout(() => Object.assign(t.pace, later[version]), 10_000);
    await play(t, exchanges, 1);
    expectTold(followed, recordedLooks(exchanges));
    const reports = recordedReports(version, exchanges[0]?.at ?? '');
    expect(reports.length).toBeGreaterThan(8);
    for (const { at, state, message } of reports) {
      const isTold = followed.told.some(({ at: toldAt, view: { task: seen } }) => {
        const isSame = seen.current_state?.state === state && seen.current_state.message === message;
        return isSame && Math.abs(toldAt - at) <= TOLERANCE_S;
      });
      expect(isTold, `${state} "${message}" at ${at}`).toBe(true);
    }
    expectTurns(followed, expected[version] ?? []);
    expect(followed.last).toMatchObject({ phase: 'gone', deleted: true });
  });
});

describe('state: one message after another', () => {
  test.each(['v2.35-dev', 'v2.29.10'] as const)('%s', async (version) => {
    const exchanges = readRecording(version, 'state').exchanges;
    const end = exchanges.findIndex(({ situation }) => situation.startsWith('workspace with'));
    const messages = exchanges.slice(0, end);
    await using t = await startWatching({ profile: profiles[version] });
    t.deployment.world.addTask({ name: ref.task, prompt: 'hello' });
    await t.clock.advance(10_000);
    const followed = t.follow(await t.find(ref.task));
    await play(t, messages, 0);
    expectTold(followed, recordedLooks(messages));
    // Every time the recorder called it settled, so had we by then; and never between a message and its answer.
    const first = Date.parse(messages[0]?.at ?? '');
    for (const { at, situation, request } of messages) {
      const seconds = (Date.parse(at) - first) / 1_000;
      const view = followed.told.findLast((told) => told.at <= seconds)?.view;
      if (situation.startsWith('settled')) expect(view, situation).toMatchObject({ phase: 'waiting', settled: true });
      const isAtWork = / \(poll [01]\)$/.test(situation) && request.method === 'GET';
      if (isAtWork) expect(view?.settled, situation).toBe(false);
    }
  });
});
