/** How a failure is told to a model: the only place that words errors. The text alone carries everything (behaviour §6). */

import { askPerson } from '../../advice/advice.js';
import { adviceOn } from '../../advice/error-advice.js';
import { CoderError, ConfigError, InputError, withoutRequest } from '../../coder/errors/errors.js';
import { clipEnd } from '../../text/clip.js';
import { listNames, nameText } from '../../text/names.js';
import { quotedLine, visible, visibleLine } from '../../text/untrusted.js';
import { toolNames } from '../../tool-names.js';

const MAX_RECEIVED_CHARS = 80;
const MAX_SERVER_CHARS = 400;
const MAX_ALTERNATIVES = 12;

/** A failure in the parts that every error text has; missing parts are left out. */
interface ErrorWords {
  readonly what: string;
  readonly server?: string | undefined;
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  readonly retry: string;
  readonly code: string;
}

/** The text of an error result; `doing` names what failed, such as the tool. A defect of ours comes out as one neutral sentence; its stack is for the log. */
export function errorText(error: unknown, doing = 'the call', tools: readonly string[] = toolNames): string {
  const { what, server, why, next: allSteps, retry, code } = wordsOf(error, doing);
  const next = allSteps && stepsWith(allSteps, tools);
  return [
    `error: ${what}`,
    server && `server: ${server}`,
    why && `why: ${why}`,
    next && `next: ${next}`,
    `retry: ${retry}`,
    `code: ${code}`,
  ]
    .filter((line) => line)
    .join('\n');
}

/** The steps that can be made in this process: those that name a tool which is switched off are left out. */
function stepsWith(steps: string, tools: readonly string[]): string {
  const isOff = (step: string) =>
    toolNames.some((name) => !tools.includes(name) && new RegExp(`\\b${name}\\b`).test(step));
  if (!isOff(steps)) return steps;
  const left = steps.split(/; |, or /).filter((step) => !isOff(step));
  return left.length > 0 ? left.join('; ') : 'tell the person: the tool that would help is switched off in this server';
}

/** The stable code of a failure, for clients that read data instead of words. */
export function errorCodeOf(error: unknown): string {
  return wordsOf(error, '').code;
}

function wordsOf(error: unknown, doing: string): ErrorWords {
  if (error instanceof InputError) return inputWords(error);
  if (error instanceof CoderError) return coderWords(error, doing);
  if (error instanceof ConfigError) {
    return {
      what: error.message,
      why: `${error.setting} is missing or malformed`,
      next: askPerson(error.mend),
      retry: 'after a login at once; after a change of a variable this server must be started again',
      code: 'not_configured',
    };
  }
  return {
    what: 'an unexpected failure in coder-tasks-mcp itself',
    why: 'a defect of this server; its log has the details',
    next: 'tell the person; coder_get_task shows what state the task is in',
    retry: 'no',
    code: 'internal',
  };
}

function inputWords({ argument, received, expectation, allowed, next }: InputError): ErrorWords {
  return {
    what: `argument ${nameText(argument)}: got ${receivedWords(received)}; must be ${expectation}`,
    next: [allowed.length > 0 && `one of ${listNames(allowed, MAX_ALTERNATIVES)}`, next].filter(Boolean).join('; '),
    retry: 'after the argument is corrected',
    code: 'invalid_argument',
  };
}

/** What came, short and safe to show. */
function receivedWords(value: unknown): string {
  if (value === undefined) return 'nothing';
  // As JSON a line break shows as what it is.
  const text = JSON.stringify(value) ?? String(value);
  return clipEnd(visible(text.slice(0, MAX_RECEIVED_CHARS * 2)), MAX_RECEIVED_CHARS);
}

function coderWords(error: CoderError, doing: string): ErrorWords {
  const { why, next, retry } = adviceOn(error);
  const near =
    error.alternatives.length > 0 ? `nearest that exist: ${listNames(error.alternatives, MAX_ALTERNATIVES)}; ` : '';
  return {
    what: whatFailed(error, doing),
    server: serverWords(error),
    why,
    next: near + next,
    retry: retryWords(error, retry),
    code: error.code,
  };
}

/** Our words for it. Where the message only repeats Coder's, which come in a line of their own, the code says it shorter. */
function whatFailed({ code, message, status }: CoderError, doing: string): string {
  const words = withoutRequest(message);
  // A model has no use for paths.
  if (words === message) return visibleLine(message);
  return `${doing} failed: ${status === undefined ? visibleLine(words) : code.replaceAll('_', ' ')}`;
}

/** Coder's own words, quoted and short, with what its administrator needs to find the request. */
function serverWords({
  status,
  serverMessage,
  serverDetail,
  validations,
  requestId,
  location,
}: CoderError): string | undefined {
  const quoted = (text: string) => quotedLine(clipEnd(visibleLine(text), MAX_SERVER_CHARS));
  const parts = [
    serverMessage && quoted(serverMessage),
    serverDetail && serverDetail !== serverMessage && quoted(serverDetail),
    ...validations.map(({ field, detail }) => `${visibleLine(field)}: ${quoted(detail)}`),
    location && `points to ${visibleLine(location)}`,
    status !== undefined && `status ${status}`,
    // Only an administrator has a use for it, and only where the failure is Coder's own.
    requestId && status !== undefined && status >= 500 && `request ${visibleLine(requestId)}`,
  ].filter(Boolean);
  return parts.length === 0 ? undefined : parts.join(', ');
}

function retryWords({ retryAfterMs }: CoderError, advice: string): string {
  // To the second, and never less: who comes back too early only lengthens the wait.
  return retryAfterMs === undefined ? advice : `yes, after ${Math.ceil(retryAfterMs / 1_000)} s`;
}
