/** The scripted coding agent: what it does and says about one message. */

export interface Plan {
  readonly workMs: number;
  /** What it reports when it begins; undefined: nothing, and the screen watcher speaks for it. */
  readonly report: string | undefined;
  /** What it reports at its end, if it does. */
  readonly outcome:
    | { readonly state: 'complete' | 'failed'; readonly message: string; readonly uri: string }
    | undefined;
  /** Lines that appear above the spinner, one more with each part of the work. */
  readonly progress: readonly string[];
  /** The screen when it is done. */
  readonly answer: readonly string[];
  readonly asks: boolean;
  /** What breaks instead of an answer. */
  readonly breaks: 'program' | 'agent' | undefined;
}

export interface DemoMemory {
  /** How many messages it has had since its program started, this one included. */
  readonly step: number;
  /** The message to which it answered with a question, if that was the last thing it did. */
  readonly openQuestion: string | undefined;
}

const REPORTED_CHARACTERS = 60;
const ONE_SECOND = 1_000;

/**
 * The words of the recorded agent (state.json, logs.json, send-errors.json) count only beside `slow=N` or written
 * `@word`, so that an ordinary sentence about a failing test is never taken for one.
 */
export function plan(message: string, workMs: number, memory: DemoMemory): Plan {
  const text = message.replace(/\s+/g, ' ').trim();
  const slow = /\bslow=(\d+)/.exec(text)?.[1];
  const base: Plan = {
    workMs: slow === undefined ? workMs : Number(slow) * ONE_SECOND,
    report: `Working on: ${text.slice(0, REPORTED_CHARACTERS)}`,
    outcome: undefined,
    progress: [],
    answer: [
      `Done with step ${memory.step}: ${text.slice(0, REPORTED_CHARACTERS)}`,
      '2 files changed, 14 insertions(+), 3 deletions(-)',
    ],
    asks: false,
    breaks: undefined,
  };
  if (/\bcrash now\b/.test(text)) return { ...base, report: undefined, breaks: 'program' };
  if (/\bkill-agent\b/.test(text)) return { ...base, report: undefined, breaks: 'agent' };
  const steered = (word: string) => new RegExp(slow === undefined ? `@${word}\\b` : `\\b${word}\\b`).test(text);
  if (steered('(markup|complete|fail|quiet|question|ask|unicode|long)')) return steeredPlan(base, text, steered);
  return slow === undefined ? (storyPlan(base, text, memory) ?? base) : base;
}

function steeredPlan(base: Plan, text: string, steered: (word: string) => boolean): Plan {
  const finished = text.slice(0, REPORTED_CHARACTERS);
  if (steered('markup')) return { ...base, report: `Fix <b>bold</b> & "quotes", it's 1 < 2` };
  if (steered('quiet')) return { ...base, report: undefined };
  if (steered('unicode')) return { ...base, answer: [`✓ Grüße, 世界 <tag> & "quote" 'x' → done`] };
  if (steered('(question|ask)')) {
    return { ...base, asks: true, answer: ['Which branch should I use?', '  1. main', '  2. develop'] };
  }
  if (steered('long')) {
    const line = (_: unknown, index: number) =>
      `line ${String(index + 1).padStart(3, '0')} of a long answer about ${text}`;
    return { ...base, answer: Array.from({ length: 120 }, line) };
  }
  if (steered('fail')) {
    return { ...base, outcome: { state: 'failed', message: `Could not finish: ${finished}`, uri: '' } };
  }
  const uri = 'https://example.com/demo/pull/1';
  return { ...base, outcome: { state: 'complete', message: `Finished: ${finished}`, uri } };
}

/** Without steering words: an agent that plans, asks once where there is something to decide, and opens a pull request. */
function storyPlan(base: Plan, text: string, memory: DemoMemory): Plan | undefined {
  if (memory.openQuestion !== undefined) return pullRequestPlan(base, memory.openQuestion, text);
  const wantsPullRequest = /\b(pull request|merge request|PR)\b/i.test(text);
  const leavesChoice = /\b(choose|choice|which|ask me|decide|flaky)\b/i.test(text);
  if (wantsPullRequest && !leavesChoice) return pullRequestPlan(base, text, undefined);
  if (!wantsPullRequest && !leavesChoice) return undefined;
  const isFlaky = /\bflaky\b/i.test(text);
  return {
    ...base,
    asks: true,
    progress: ['● Reading the project', '● Running the tests ten times'],
    answer: isFlaky
      ? [
          '● The test fails two times in ten: it compares wall-clock times.',
          '',
          'How should I fix it?',
          '  1. Inject a clock (touches three files)',
          '  2. Allow a tolerance of 50 ms (one line)',
          ...INPUT_BOX,
        ]
      : [
          '● I see two ways to do this.',
          '',
          'Which one do you want?',
          '  1. The small change',
          '  2. The thorough one',
          ...INPUT_BOX,
        ],
  };
}

function pullRequestPlan(base: Plan, subject: string, choice: string | undefined): Plan {
  const number = 100 + (checksum(subject) % 900);
  const project = /\bin (?:the )?([a-z][\w-]+)/.exec(subject)?.[1] ?? 'app';
  const uri = pullRequestAddress(subject, `acme/${project}`, number);
  return {
    ...base,
    progress: ['● Changing the code', '● Running the tests', '● Pushing the branch'],
    outcome: { state: 'complete', message: `Opened pull request #${number}`, uri },
    answer: [
      choice === undefined ? '● Done.' : `● Done, as you chose: ${choice.slice(0, REPORTED_CHARACTERS)}`,
      '  3 files changed, 41 insertions(+), 12 deletions(-)',
      '  The tests passed 50 times in a row.',
      '',
      `Pull request: ${uri}`,
      ...INPUT_BOX,
    ],
  };
}

/** In the repository that the message names: by its address, or as `owner/name`, which stands for GitHub. */
function pullRequestAddress(message: string, otherwise: string, number: number): string {
  const address = /(https?:\/\/[\w.:-]+)\/([\w.-]+\/[\w.-]*\w)/.exec(message);
  if (address === null) {
    const named = /(?<![\w./-])[\w-]+\/[\w.-]*\w(?![\w/-])/.exec(message)?.[0];
    return `https://github.com/${named ?? otherwise}/pull/${number}`;
  }
  const [, host = '', path = ''] = address;
  const repository = `${host}/${path.replace(/\.git$/, '')}`;
  return /gitlab/i.test(host) ? `${repository}/-/merge_requests/${number}` : `${repository}/pull/${number}`;
}

// A real agent leaves its empty input box on the screen, and AgentAPI hands it over as part of the message.
const INPUT_BOX = ['', `╭${'─'.repeat(74)}╮`, `│ >${' '.repeat(72)}│`, `╰${'─'.repeat(74)}╯`];

function checksum(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
