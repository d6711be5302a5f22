/**
 * What the agent of the recordings of 2.30 and 2.33 does with a message: as the first one, with other words. It is given
 * the words that steer the template too, and takes `fail` in one of them for its own (pause-resume.json).
 */

import { type DemoMemory, type Plan, plan } from './demo-script.js';

const REPORTED_CHARACTERS = 60;
const FIRST_PAGE = 41;

/** The words that steer it are not repeated in what it says and reports. */
export function plainPlan(message: string, workMs: number, memory: DemoMemory): Plan {
  const text = message
    .replace(/(^|\s)(@\S+|slow=\d+)(?=\s|$)/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const made = plan(message.replace(/@[\w-]*\bfail\b[\w-]*/, '@fail'), workMs, memory);
  const said = text.slice(0, REPORTED_CHARACTERS);
  const begun = { ...made, report: made.report === undefined ? undefined : `Working on: ${text}` };
  if (/\bmarkup\b/.test(text)) {
    return { ...begun, report: 'Working on: <b>markup</b> & "quotes" [link](http://example.com)' };
  }
  if (/\blong answer\b/.test(text)) {
    return { ...begun, answer: Array.from({ length: 60 }, (_, index) => `line ${index + 1} of the answer`) };
  }
  const answer = /^Done with step/.test(made.answer[0] ?? '')
    ? [`Done with step ${memory.step}: ${said}`, ...made.answer.slice(1)]
    : made.answer;
  if (made.outcome === undefined) return { ...begun, answer };
  const page = made.outcome.state === 'failed' ? 'ci' : 'pull';
  const uri = `https://example.com/${page}/${FIRST_PAGE + memory.step - 1}`;
  const told = made.outcome.state === 'failed' ? 'Could not finish: 3 of 12 tests fail' : `Finished: ${said}`;
  return { ...begun, answer, outcome: { ...made.outcome, message: told, uri } };
}
