/** The quiet rule and the grace times, one sentence of the contract at a time. */

import { describe, expect, test } from 'vitest';
import type { LogsSeen } from '../../../src/tasks/knowing/logs-seen.js';
import { phases } from '../../../src/tasks/knowing/phase.js';
import {
  judge as judgeFacts,
  type LogsKnown,
  type SettleFacts,
  type Verdict,
} from '../../../src/tasks/knowing/settled.js';

const T0 = Date.parse('2026-03-02T09:00:00Z');
const at = (seconds: number) => T0 + seconds * 1_000;

/** The verdict on a task that has just been read, unless the facts say when. */
function judge(given: Partial<SettleFacts>, now: number): Verdict {
  return judgeFacts(facts({ taskReadAt: now, ...given }), now);
}

function facts(given: Partial<SettleFacts>): SettleFacts {
  return {
    taskReadAt: T0,
    phase: 'waiting',
    since: { at: T0, isKnown: true, isExact: true, earliest: T0 },
    reportAt: T0,
    hasBadScript: false,
    upAt: at(-600),
    logs: { is: 'unread' },
    sent: undefined,
    busy: undefined,
    idleMs: 10_000,
    ...given,
  };
}

/** Logs whose text stands since one second and were read last at another. */
function logs(given: Partial<LogsSeen> & { from: number; read: number }): LogsKnown {
  const { from, read, ...rest } = given;
  const seen: LogsSeen = {
    digest: 'x',
    lastType: 'output',
    lastId: 2,
    lastInput: { id: 1, at: at(-60) },
    unchangedFrom: at(from),
    readAt: at(read),
    changedAt: at(from),
    hasMoved: false,
    ...rest,
  };
  return { is: 'read', seen };
}

describe('phases that settle by themselves', () => {
  test.each([
    ['gone', true],
    ['deleting', false],
    ['working', false],
    ['done', true],
    ['failed', true],
    ['canceling', false],
    ['broken', true],
    ['pausing', false],
    ['paused', true],
    ['unknown', true],
  ] as const)('%s is settled at once: %s', (phase, settled) => {
    expect(judge({ phase }, at(3_600))).toMatchObject({ phase, settled, stalled: false, again: undefined });
  });

  test.each([
    ['unreachable', 60, false],
    ['queued', 300, true],
    ['starting', 900, true],
    ['unhealthy', 300, false],
  ] as const)('%s is settled after %i s, stalled: %s', (phase, seconds, stalled) => {
    const early = judge({ phase }, at(seconds - 0.1));
    expect(early).toMatchObject({ settled: false, stalled: false, again: { at: at(seconds), read: 'task' } });
    expect(judge({ phase }, at(seconds))).toMatchObject({ phase, settled: true, stalled, again: undefined });
  });

  test('an unhealthy app after a failed startup script is given 60 s', () => {
    const unhealthy = { phase: 'unhealthy', hasBadScript: true } as const;
    expect(judge(unhealthy, at(59.9)).settled).toBe(false);
    expect(judge(unhealthy, at(60)).settled).toBe(true);
  });

  test('a phase that may have begun before we saw it is dated by its workspace, but not before that can matter', () => {
    const since = { at: T0, isKnown: false, isExact: false, earliest: at(-200) };
    const verdict = judge({ phase: 'queued', since, upAt: 'unknown' }, T0);
    expect(verdict).toMatchObject({ settled: false, again: { at: at(100), read: 'workspace' } });
  });

  test('a workspace that cannot be read leaves the time of first sight', () => {
    const since = { at: T0, isKnown: false, isExact: false, earliest: 0 };
    const unreadable = { phase: 'queued', since, upAt: 'unreadable' } as const;
    expect(judge(unreadable, at(299))).toMatchObject({ settled: false, again: { at: at(300), read: 'task' } });
    expect(judge(unreadable, at(300)).settled).toBe(true);
  });

  test('every phase has a verdict', () => {
    for (const phase of phases) expect(judge({ phase }, T0).phase).toBe(phase);
  });
});

describe('waiting', () => {
  test('is not settled before the conversation was read', () => {
    expect(judge({}, at(60))).toMatchObject({ settled: false, again: { at: at(60), read: 'logs' } });
  });

  test('is settled when two reads 3 s apart show the same output', () => {
    const once = judge({ logs: logs({ from: 60, read: 60 }) }, at(60));
    expect(once).toMatchObject({ settled: false, again: { at: at(63), read: 'logs' } });
    expect(judge({ logs: logs({ from: 60, read: 63 }) }, at(63))).toMatchObject({
      phase: 'waiting',
      inferred: false,
      settled: true,
      again: undefined,
    });
  });

  test('is settled by one look when the report and the last word are a minute old', () => {
    const old = { logs: logs({ from: 60, read: 60, changedAt: at(0) }) } as const;
    expect(judge(old, at(60)).settled).toBe(true);
    expect(judge({ ...old, reportAt: at(1) }, at(60)).settled).toBe(false);
    expect(judge({ logs: logs({ from: 60, read: 60, changedAt: at(1) }) }, at(60)).settled).toBe(false);
  });

  test('is never settled by one look when the last word has no time, or is a message to the agent', () => {
    expect(judge({ logs: logs({ from: 90, read: 90, changedAt: 0 }) }, at(90)).settled).toBe(false);
    expect(judge({ logs: logs({ from: 90, read: 90, changedAt: at(0), lastType: 'input' }) }, at(90)).settled).toBe(
      false,
    );
  });

  test('is not settled by a screen that stood still before the report', () => {
    const flash = { reportAt: at(60), logs: logs({ from: 0, read: 60.1 }) } as const;
    expect(judge(flash, at(60.1))).toMatchObject({ settled: false, again: { at: at(63), read: 'logs' } });
  });

  test('looks less and less often at a screen that keeps moving', () => {
    const moving = { reportAt: at(42), logs: logs({ from: 60, read: 60, hasMoved: true }) } as const;
    const { again } = judge(moving, at(60));
    expect(again).toEqual({ at: at(64.5), read: 'logs' });
  });

  test('is not settled while the last entry is a message to the agent', () => {
    const asked = { logs: logs({ from: 60, read: 64, lastType: 'input' }) } as const;
    expect(judge(asked, at(64)).settled).toBe(false);
  });

  test('is settled all the same when nothing answers a message for 30 s', () => {
    const asked = { logs: logs({ from: 60, read: 90, lastType: 'input' }) } as const;
    expect(judge(asked, at(90)).settled).toBe(true);
  });

  test('is settled by the age of the report where the conversation cannot be read', () => {
    const closed = { logs: { is: 'unreadable' } } as const;
    expect(judge(closed, at(9.9))).toMatchObject({ settled: false, again: { at: at(10), read: 'task' } });
    expect(judge(closed, at(10)).settled).toBe(true);
    expect(judge({ logs: { is: 'unreadable' }, idleMs: 30_000 }, at(10)).settled).toBe(false);
  });
});

describe('right after a start', () => {
  const noInput = { lastInput: undefined, lastId: 0 };

  test('idle is not settled before the prompt stands in the conversation', () => {
    const flash = { upAt: at(-5), logs: logs({ from: 1, read: 5, ...noInput }) } as const;
    expect(judge(flash, at(5))).toMatchObject({ settled: false, again: { read: 'logs' } });
  });

  test('idle is settled when no prompt comes within 30 s of the start', () => {
    const promptless = { upAt: at(-5), logs: logs({ from: 1, read: 25, ...noInput }) } as const;
    expect(judge(promptless, at(25)).settled).toBe(true);
  });

  test('the workspace is asked when it was up', () => {
    const flash = { upAt: 'unknown', logs: logs({ from: 1, read: 5, ...noInput }) } as const;
    expect(judge(flash, at(5))).toMatchObject({ settled: false, again: { at: at(5), read: 'workspace' } });
  });
});

describe('active without a report', () => {
  const silent = { phase: 'active', reportAt: undefined } as const;

  test('becomes waiting, inferred, when the screen has stood still for 10 s', () => {
    const still = { ...silent, logs: logs({ from: 60, read: 69 }) } as const;
    expect(judge(still, at(69))).toMatchObject({ phase: 'active', settled: false, again: { read: 'logs' } });
    expect(judge({ ...silent, logs: logs({ from: 60, read: 70 }) }, at(70))).toMatchObject({
      phase: 'waiting',
      inferred: true,
      settled: true,
      since: at(60),
    });
  });

  test('is looked at in between too, since a screen can come back to a text', () => {
    expect(judge({ ...silent, logs: logs({ from: 60, read: 60 }) }, at(60)).again?.at).toBe(at(63));
  });

  test('never settles where the conversation cannot be read, and says so', () => {
    const verdict = judge({ ...silent, logs: { is: 'unreadable' } }, at(3_600));
    expect(verdict).toMatchObject({ phase: 'active', settled: false });
    expect(verdict.notes).toHaveLength(1);
  });

  test('is not settled before our message stands in the conversation', () => {
    const sent = { input: 'go on', at: at(60), lastIdBefore: 2 };
    const before = { ...silent, sent, logs: logs({ from: 40, read: 61 }) } as const;
    expect(judge(before, at(61))).toMatchObject({ phase: 'working', settled: false });
  });
});

describe('after our message', () => {
  const sent = { input: 'go on', at: at(60), lastIdBefore: 2 };
  const answered = { lastInput: { id: 3, at: at(60.1) }, lastId: 4 };

  test.each(['waiting', 'done', 'failed'] as const)('a report of %s from before it counts as working', (phase) => {
    const stale = { phase, sent, logs: logs({ from: 40, read: 64, ...answered }) } as const;
    expect(judge(stale, at(64))).toMatchObject({ phase: 'working', inferred: true, settled: false, since: at(60) });
  });

  test('a later report counts', () => {
    const fresh = { sent, reportAt: at(62), logs: logs({ from: 62, read: 66, ...answered }) } as const;
    expect(judge(fresh, at(66))).toMatchObject({ phase: 'waiting', inferred: false, settled: true });
  });

  test('without a later report the answer must have stood for 10 s after 30 s', () => {
    const early = { sent, logs: logs({ from: 70, read: 89, ...answered }) } as const;
    expect(judge(early, at(89)).settled).toBe(false);
    const moved = { sent, logs: logs({ from: 85, read: 90, ...answered }) } as const;
    expect(judge(moved, at(90))).toMatchObject({ settled: false, again: { read: 'logs' } });
    const stood = { sent, logs: logs({ from: 80, read: 90, ...answered }) } as const;
    expect(judge(stood, at(90))).toMatchObject({ phase: 'waiting', inferred: true, settled: true, since: at(80) });
  });

  test('a message that never shows up leaves the old report standing after 30 s', () => {
    const lost = { sent, logs: logs({ from: 40, read: 90 }) } as const;
    expect(judge(lost, at(90))).toMatchObject({ phase: 'waiting', inferred: false, settled: true });
  });

  test('a conversation that started over is recognised by the time of its input', () => {
    const over = { lastInput: { id: 1, at: at(61) }, lastId: 2 };
    const stood = { sent, logs: logs({ from: 80, read: 90, ...over }) } as const;
    expect(judge(stood, at(90))).toMatchObject({ inferred: true, settled: true });
  });
});

describe('after a refusal as busy', () => {
  const busy = { at: at(60), report: '', hasMoved: false };

  test('idle counts as working, with a note', () => {
    const verdict = judge({ busy, logs: logs({ from: 40, read: 61 }) }, at(61));
    expect(verdict).toMatchObject({ phase: 'working', inferred: true, settled: false, since: at(60) });
    expect(verdict.notes.join()).toContain('busy');
  });

  test('a screen that stands still for 10 s after it is not busy', () => {
    expect(judge({ busy, logs: logs({ from: 40, read: 70 }) }, at(70))).toMatchObject({
      phase: 'waiting',
      settled: true,
    });
  });

  test('a screen that has moved since is done when it stands still for 3 s', () => {
    const moved = { busy: { ...busy, hasMoved: true } };
    expect(judge({ ...moved, logs: logs({ from: 65, read: 67 }) }, at(67))).toMatchObject({ phase: 'working' });
    expect(judge({ ...moved, logs: logs({ from: 65, read: 68 }) }, at(68))).toMatchObject({
      phase: 'waiting',
      settled: true,
    });
  });

  test('it says nothing about a task that is paused by now', () => {
    expect(judge({ phase: 'paused', busy }, at(61))).toMatchObject({ phase: 'paused', settled: true });
  });
});
