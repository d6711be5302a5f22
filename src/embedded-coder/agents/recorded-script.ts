/** What the recorded agent of the command-line kind does with a message (cli-agent.json, cli-dialogs.json). */

import type { Report } from './program.js';
import type { Ending, ListKind, SelectionList, Turn } from './terminal-turn.js';

const REPORTED_CHARACTERS = 100;
const ONE_SECOND = 1_000;
const SIGN_IN_MS = 45_000;
const LINE = '─'.repeat(67);
const PULL_REQUEST =
  'https://github.com/example-organization/a-repository-with-a-rather-long-name/pull/4711#pullrequestreview-1234567890';
const LIST_ENTRIES = [
  'Yes',
  'Yes, and do not ask again this session',
  'No, and tell the agent what to do differently (esc)',
];

/**
 * Words in a message: `slow=N` (a turn of N seconds), `quiet=N` (its screen stands still for N seconds), `late=N` (it
 * writes for N seconds after it has reported its end), `ask`, `pull request`, `let me choose` / `let me pick` / `show
 * the menu` (the three kinds of lists), `login` (a page that takes no key for 45 s), `first-run` (one that stays),
 * `@fail`, `@noreport`, `@die`.
 */
export function recordedTurn(text: string, workMs: number): Turn {
  const has = (words: RegExp) => words.test(text);
  const total = secondsIn(text, 'slow') ?? workMs;
  const firstLine = (text.split('\n', 1)[0] ?? '').slice(0, REPORTED_CHARACTERS);
  const report = (state: string, message: string, uri = ''): Report => ({ state, message, uri });
  const turn: Turn = {
    thinkMs: total / 2,
    steps: [
      '● I will look at the service first, then change what is needed.',
      '● Read(src/server/routes/health.ts)\n  ⎿  Read 84 lines',
    ],
    workMs: total / 2,
    stillMs: secondsIn(text, 'quiet') ?? 0,
    ending: answer(
      `● Done: ${text}. The endpoint answers with the version, the uptime and the state of the database; src/server/routes/health.ts and src/server/routes/health.test.ts changed.`,
    ),
    begins: has(/@noreport\b/) ? undefined : report('working', `Working on: ${firstLine}`),
    ends: has(/@noreport\b/) ? undefined : report('complete', `Finished: ${firstLine}`),
    lateMs: secondsIn(text, 'late') ?? 0,
  };
  const ending = endingOf(has);
  if (ending !== undefined) return { ...turn, ...ending };
  if (has(/\bpull request\b/)) {
    return {
      ...turn,
      ending: answer(`● Done. All 12 tests pass. The pull request is open:\n${PULL_REQUEST}\nIt touches 3 files.`),
      ends: has(/@noreport\b/) ? undefined : report('complete', 'Pull request opened', PULL_REQUEST),
    };
  }
  return turn;
}

function endingOf(has: (words: RegExp) => boolean): Pick<Turn, 'ending' | 'ends'> | undefined {
  if (has(/@die\b/)) return { ending: { kind: 'death' }, ends: undefined };
  if (has(/@fail\b/)) {
    const ends = { state: 'failure', message: 'Failed: tests failed, 3 of 12', uri: '' };
    return { ending: answer('● I could not do it: 3 of 12 tests fail.'), ends };
  }
  if (has(/\blet me choose\b/)) return { ending: list('enter'), ends: undefined };
  if (has(/\blet me pick\b/)) return { ending: list('digit'), ends: undefined };
  if (has(/\bshow the menu\b/)) return { ending: list('escape'), ends: undefined };
  if (has(/\blogin\b/)) return { ending: signIn(), ends: undefined };
  if (has(/\bfirst-run\b/)) return { ending: firstRun(), ends: undefined };
  if (has(/\bask\b/)) {
    const question =
      '● There are two ways to do it: keep the cache in Redis, or in memory of the process. Which one do you want?';
    return { ending: answer(question), ends: undefined };
  }
  return undefined;
}

const answer = (...blocks: string[]): Ending => ({ kind: 'answer', blocks });

function list(kind: ListKind): Ending {
  const selection: SelectionList = {
    kind,
    question: [LINE, ' Edit file', ' config/cache.yaml', '', ' Do you want to make this edit to cache.yaml?'],
    entries: LIST_ENTRIES,
    hint: ' Enter to confirm · Esc to cancel',
    chosen: (number) => ({
      says: number === 3 ? '● Left config/cache.yaml alone.' : '● Edited config/cache.yaml.',
      report: { state: 'complete', message: `Chosen: ${number}`, uri: '' },
    }),
  };
  return { kind: 'list', says: '● I need your permission for an edit.', list: selection };
}

function signIn(): Ending {
  return {
    kind: 'page',
    says: '● I have to sign in first.',
    rows: [
      LINE,
      ' Sign in',
      '',
      ' Open https://login.example.com/device and enter the code ABCD-EFGH',
      ' Waiting for the sign-in to finish',
    ],
    forMs: SIGN_IN_MS,
    afterwards: '● Signed in.',
  };
}

function firstRun(): Ending {
  const rows = [LINE, " Welcome! Let's get started.", '', ' Press any key to continue'];
  return { kind: 'page', says: '● One moment.', rows, forMs: undefined, afterwards: '' };
}

function secondsIn(text: string, word: string): number | undefined {
  const found = new RegExp(`\\b${word}=(\\d+)`).exec(text)?.[1];
  return found === undefined ? undefined : Number(found) * ONE_SECOND;
}
