/** The quiet rule and the grace times, one sentence of the contract at a time. */

import { describe, expect, test } from 'vitest';
import type { LogsKnown, SettleFacts, SettleJudgement } from '../../../src/tasks/knowing/judgement.js';
import type { LogsSeen } from '../../../src/tasks/knowing/logs-seen.js';
import { phases } from '../../../src/tasks/knowing/phase.js';
import { judge as judgeFacts } from '../../../src/tasks/knowing/settled.js';

const T0 = Date.parse('2026-03-02T09:00:00Z');
const at = (seconds: number) => T0 + seconds * 1_000;

/** The judgement on a task that has just been read, unless the facts say when. */
function judge(given: Partial<SettleFacts>, now: number): SettleJudgement {
  return judgeFacts(facts({ taskReadAt: now, ...given }), now);
}

function facts(given: Partial<SettleFacts>): SettleFacts {
  return {
    taskReadAt: T0,
    phase: 'waiting',
    since: { at: T0, isKnown: true, isExact: true, earliest: T0 },
    reportAt: T0,
    hasOutcome: false,
    hasNewerReport: false,
    hasOwnReport: false,
    hasBadApp: false,
    startObstacle: undefined,
    mayLackAgent: false,
    isRestart: false,
    wasSettled: false,
    isPosting: false,
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
    lastAt: undefined,
    isClockWrong: false,
    saysBusy: false,
    isListOpen: false,
    hasTurns: false,
    prompt: undefined,
    answersPrompt: false,
    ...rest,
  };
  return { is: 'read', seen };
}

describe('phases that settle by themselves', () => {
  test.each([
    ['gone', true],
    ['deleting', false],
    ['canceling', false],
    ['broken', true],
    ['pausing', false],
    ['paused', true],
    ['unknown', true],
  ] as const)('%s is settled at once: %s', (phase, settled) => {
    expect(judge({ phase }, at(3_600))).toMatchObject({ phase, settled, stalled: false, nextRead: undefined });
  });

  test.each([
    ['unreachable', 60, false],
    ['queued', 300, true],
    ['starting', 900, true],
    ['unhealthy', 300, false],
  ] as const)('%s is settled after %i s, stalled: %s', (phase, seconds, stalled) => {
    const early = judge({ phase }, at(seconds - 0.1));
    expect(early).toMatchObject({ settled: false, stalled: false, nextRead: { at: at(seconds), read: 'task' } });
    expect(judge({ phase }, at(seconds))).toMatchObject({ phase, settled: true, stalled, nextRead: undefined });
  });

  test('an app that was healthy before, or whose startup script failed, is given 60 s', () => {
    const unhealthy = { phase: 'unhealthy', hasBadApp: true } as const;
    expect(judge(unhealthy, at(59.9)).settled).toBe(false);
    expect(judge(unhealthy, at(60)).settled).toBe(true);
  });

  test('a phase that may have begun before we saw it is dated by its workspace, but not before that can matter', () => {
    const since = { at: T0, isKnown: false, isExact: false, earliest: at(-200) };
    const judged = judge({ phase: 'queued', since, upAt: 'unknown' }, T0);
    expect(judged).toMatchObject({ settled: false, nextRead: { at: at(100), read: 'workspace' } });
  });

  test('a workspace that cannot be read leaves the time of first sight', () => {
    const since = { at: T0, isKnown: false, isExact: false, earliest: 0 };
    const unreadable = { phase: 'queued', since, upAt: 'unreadable' } as const;
    expect(judge(unreadable, at(299))).toMatchObject({ settled: false, nextRead: { at: at(300), read: 'task' } });
    expect(judge(unreadable, at(300)).settled).toBe(true);
  });

  test('every phase has a judgement', () => {
    for (const phase of phases) expect(judge({ phase }, T0).phase).toBe(phase);
  });
});

describe('waiting', () => {
  test('is not settled before the conversation was read', () => {
    expect(judge({}, at(60))).toMatchObject({ settled: false, nextRead: { at: at(60), read: 'logs' } });
  });

  test('is settled when two reads 3 s apart show the same output', () => {
    const once = judge({ logs: logs({ from: 60, read: 60 }) }, at(60));
    expect(once).toMatchObject({ settled: false, nextRead: { at: at(63), read: 'logs' } });
    expect(judge({ logs: logs({ from: 60, read: 63 }) }, at(63))).toMatchObject({
      phase: 'waiting',
      inferred: false,
      settled: true,
      nextRead: undefined,
    });
  });

  describe.each(['waiting', 'done', 'failed'] as const)('%s', (phase) => {
    test('is settled by one look once its last output is 3 s old', () => {
      const seen = { from: 60, read: 60, lastAt: at(57.1) };
      expect(judge({ phase, logs: logs(seen) }, at(60))).toMatchObject({
        phase,
        settled: false,
        because: 'screen moved lately',
        nextRead: { at: at(60.1), read: 'logs' },
      });
      expect(judge({ phase, logs: logs({ ...seen, lastAt: at(57) }) }, at(60))).toMatchObject({
        phase,
        inferred: false,
        settled: true,
        because: 'quiet by the time of its last output',
      });
    });

    test('is not settled while a row of its screen says that it works, for 15 min', () => {
      const busy = { phase, logs: logs({ from: 60, read: 600, lastAt: at(0), saysBusy: true }) } as const;
      expect(judge(busy, at(600))).toMatchObject({ settled: false, because: 'screen says busy' });
      const left = { phase, logs: logs({ from: 60, read: 900, lastAt: at(0), saysBusy: true }) } as const;
      expect(judge(left, at(900))).toMatchObject({ phase: 'waiting', inferred: true, settled: true, since: at(0) });
      expect(judge(left, at(900)).notes.join()).toContain('still says that it works');
    });

    test('stays settled once this process has found it so', () => {
      const moving = { phase, wasSettled: true, logs: logs({ from: 60, read: 60, lastAt: at(60) }) } as const;
      expect(judge(moving, at(60))).toMatchObject({ phase, settled: true, because: 'settled before' });
      expect(judge({ ...moving, logs: { is: 'unread' } }, at(60)).settled).toBe(true);
    });

    test('is not judged while a message is being typed', () => {
      const typing = { phase, isPosting: true, logs: logs({ from: 0, read: 60, lastAt: at(0) }) } as const;
      expect(judge(typing, at(60))).toMatchObject({
        settled: false,
        because: 'message being typed',
        nextRead: undefined,
      });
    });
  });

  test('is settled without a look when its reports prove that the turn is over; done and failed are not', () => {
    expect(judge({ hasOutcome: true }, at(1))).toMatchObject({
      settled: true,
      because: 'turn proven over by its reports',
    });
    expect(judge({ phase: 'done', hasOutcome: true }, at(1)).settled).toBe(false);
  });

  test('is not judged while a newer report is known than the one that was read', () => {
    const newer = { hasNewerReport: true, hasOutcome: true, wasSettled: true } as const;
    expect(judge(newer, at(60))).toMatchObject({ settled: false, nextRead: { at: at(60), read: 'task' } });
  });

  test('is never settled by one look when the last entry is a message to the agent', () => {
    const asked = logs({ from: 90, read: 90, lastAt: at(0), lastType: 'input' });
    expect(judge({ logs: asked }, at(90)).settled).toBe(false);
  });

  test('is not settled by a screen that stood still before the report', () => {
    const flash = { reportAt: at(60), logs: logs({ from: 0, read: 60.1 }) } as const;
    expect(judge(flash, at(60.1))).toMatchObject({ settled: false, nextRead: { at: at(63), read: 'logs' } });
  });

  test('looks less and less often at a screen that keeps moving', () => {
    const moving = { reportAt: at(42), logs: logs({ from: 60, read: 60, hasMoved: true }) } as const;
    expect(judge(moving, at(60)).nextRead).toEqual({ at: at(64.5), read: 'logs' });
    const timed = { reportAt: at(42), logs: logs({ from: 60, read: 60, hasMoved: true, lastAt: at(59) }) } as const;
    expect(judge(timed, at(60)).nextRead).toEqual({ at: at(64.5), read: 'logs' });
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
    expect(judge(closed, at(9.9))).toMatchObject({ settled: false, nextRead: { at: at(10), read: 'task' } });
    expect(judge(closed, at(10)).settled).toBe(true);
    expect(judge({ logs: { is: 'unreadable' }, idleMs: 30_000 }, at(10)).settled).toBe(false);
  });
});

describe('right after a start', () => {
  const noInput = { lastInput: undefined, lastId: 0 };

  test('idle is not settled before the prompt stands in the conversation', () => {
    const flash = { upAt: at(-5), logs: logs({ from: 1, read: 5, ...noInput }) } as const;
    expect(judge(flash, at(5))).toMatchObject({ settled: false, nextRead: { read: 'logs' } });
  });

  test('idle is settled when no prompt comes within 30 s of the start', () => {
    const promptless = { upAt: at(-5), logs: logs({ from: 1, read: 25, ...noInput }) } as const;
    expect(judge(promptless, at(25)).settled).toBe(true);
  });

  const restarted = { upAt: at(-5), isRestart: true } as const;

  test.each([
    ['an input', { upAt: at(-5), logs: logs({ from: 1, read: 5, lastAt: at(1) }) }],
    [
      'a report of its own',
      { upAt: at(-5), hasOwnReport: true, logs: logs({ from: 1, read: 5, lastAt: at(1), ...noInput }) },
    ],
    [
      'an answer below the prompt',
      { upAt: at(-5), logs: logs({ from: 1, read: 5, lastAt: at(1), ...noInput, answersPrompt: true }) },
    ],
    [
      'the old session after a restart',
      { ...restarted, logs: logs({ from: 1, read: 9, lastAt: at(1), ...noInput, hasTurns: true }) },
    ],
  ] as const)('the grace ends with %s', (_what, given) => {
    expect(judge(given, at(9)).settled).toBe(true);
  });

  test.each([
    [
      'the old session that moved 8 s ago',
      { ...restarted, logs: logs({ from: 1, read: 8.9, lastAt: at(1), ...noInput, hasTurns: true }) },
    ],
    ['a welcome alone after a restart', { ...restarted, logs: logs({ from: 1, read: 20, lastAt: at(1), ...noInput }) }],
    [
      'turns on the screen of a first start',
      { upAt: at(-5), logs: logs({ from: 1, read: 20, lastAt: at(1), ...noInput, hasTurns: true }) },
    ],
  ] as const)('the grace does not end with %s', (_what, given) => {
    expect(judge(given, at(20))).toMatchObject({ settled: false, because: 'start grace' });
  });

  test('the workspace is asked when it was up', () => {
    const flash = { upAt: 'unknown', logs: logs({ from: 1, read: 5, ...noInput }) } as const;
    expect(judge(flash, at(5))).toMatchObject({ settled: false, nextRead: { at: at(5), read: 'workspace' } });
  });
});

describe('active without a report', () => {
  const silent = { phase: 'active', reportAt: undefined } as const;

  test('becomes waiting, inferred, when the screen has stood still for 10 s', () => {
    const still = { ...silent, logs: logs({ from: 60, read: 69 }) } as const;
    expect(judge(still, at(69))).toMatchObject({ phase: 'active', settled: false, nextRead: { read: 'logs' } });
    expect(judge({ ...silent, logs: logs({ from: 60, read: 70 }) }, at(70))).toMatchObject({
      phase: 'waiting',
      inferred: true,
      settled: true,
      since: at(60),
    });
  });

  test('is looked at in between too, since a screen can come back to a text', () => {
    expect(judge({ ...silent, logs: logs({ from: 60, read: 60 }) }, at(60)).nextRead?.at).toBe(at(63));
  });

  test('never settles where the conversation cannot be read, and says so', () => {
    const judged = judge({ ...silent, logs: { is: 'unreadable' } }, at(3_600));
    expect(judged).toMatchObject({ phase: 'active', settled: false });
    expect(judged.notes).toHaveLength(1);
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
    expect(judge(moved, at(90))).toMatchObject({ settled: false, nextRead: { read: 'logs' } });
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
    const judged = judge({ busy, logs: logs({ from: 40, read: 61 }) }, at(61));
    expect(judged).toMatchObject({ phase: 'working', inferred: true, settled: false, since: at(60) });
    expect(judged.notes.join()).toContain('busy');
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

describe('a report that sticks at working', () => {
  const stuck = { phase: 'working', reportAt: at(-900) } as const;

  test('settles as waiting, inferred, after 15 min beside a conversation that has stood for a minute', () => {
    const still = { ...stuck, logs: logs({ from: 0, read: 0, lastAt: at(-60) }) } as const;
    expect(judge(still, at(0))).toMatchObject({
      phase: 'waiting',
      inferred: true,
      settled: true,
      because: 'working report stale',
      since: at(-60),
    });
  });

  test.each([
    ['the report is younger', { reportAt: at(-899) }, {}],
    ['the screen moved lately', {}, { lastAt: at(-59) }],
    ['the screen says that it works', {}, { saysBusy: true }],
    ['a message stands unanswered', {}, { lastType: 'input' }],
    ['a message is being typed', { isPosting: true }, {}],
  ] as const)('does not settle when %s', (_what, given, seen) => {
    const known = logs({ from: 0, read: 0, lastAt: at(-60), ...seen });
    expect(judge({ ...stuck, logs: known, ...given }, at(0))).toMatchObject({ phase: 'working', settled: false });
  });

  test('is looked at when it may be stale, and then every few minutes at most', () => {
    expect(judge({ phase: 'working' }, at(10)).nextRead).toEqual({ at: at(900), read: 'logs' });
    const moving = { ...stuck, logs: logs({ from: 0, read: 0, lastAt: at(0), saysBusy: true }) } as const;
    expect(judge(moving, at(0)).nextRead).toEqual({ at: at(300), read: 'logs' });
  });
});

describe('a start that cannot succeed', () => {
  const starting = { phase: 'starting' } as const;

  test('is told at once when its workspace has no agent', () => {
    expect(judge({ ...starting, startObstacle: 'no_agent' }, at(1))).toMatchObject({ settled: true, stalled: true });
  });

  test('is told after 3 min when its agent takes too long to connect', () => {
    const late = { ...starting, startObstacle: 'agent_late' } as const;
    expect(judge(late, at(179))).toMatchObject({ settled: false, nextRead: { at: at(180), read: 'task' } });
    expect(judge(late, at(180))).toMatchObject({ settled: true, stalled: true });
  });

  test('has its workspace read when the task names no agent', () => {
    const bare = { ...starting, mayLackAgent: true, upAt: 'unknown' } as const;
    expect(judge(bare, at(1)).nextRead).toEqual({ at: at(1), read: 'workspace' });
  });
});
