/** What must hold in every cell of the fault matrix. */

import { errorAdvice } from '../../src/advice/error-advice.js';
import type { WireFaultName } from '../support/fault-proxy.js';
import type { Cell } from './fault-cells.js';

// An unknown host may cut a call at 60 s; a call ends before that, whatever Coder does (behaviour §7).
const CAP_MS = 52_000;

const DAMAGED = ['bad_answer'];
const LOST = ['connection_lost', 'stopped_answering', 'timeout'];
const IN_FRONT = ['gateway', 'not_coder', 'blocked_in_front', 'login_in_front'];

/** The codes that tell the cause rightly; a call that got over the fault has none. */
const causes: Readonly<Record<WireFaultName | 'refused', readonly string[]>> = {
  refused: ['network', ...LOST],
  'reset before': LOST,
  'reset after': LOST,
  hang: ['timeout'],
  'hang after': ['timeout'],
  trickle: ['timeout', 'connection_lost'],
  '401': ['unauthorized'],
  '401 of a proxy': IN_FRONT,
  '403': ['forbidden', 'cannot_open'],
  '403 of a proxy': IN_FRONT,
  // Of a create: the owner or the template is closed to this token (coder-api §3.2).
  '404': [
    'forbidden',
    'not_found',
    'cannot_open',
    'task_gone',
    'no_connect_right',
    'template_not_found',
    'preset_not_found',
    'user_not_found',
  ],
  '404 route': ['tasks_unavailable', 'route_not_found', 'pause_unavailable'],
  '405': ['route_not_found', 'tasks_unavailable', 'pause_unavailable'],
  '408 of a proxy': [...IN_FRONT, 'timeout'],
  '409': ['build_active', 'conflict'],
  '410 of somebody': [...IN_FRONT, 'workspace_deleted'],
  '413 of a proxy': [...IN_FRONT, 'input_too_large'],
  '429': ['rate_limited'],
  '429 with Retry-After': ['rate_limited'],
  '500': ['server_error'],
  '502 JSON': ['server_error', ...IN_FRONT],
  '502': IN_FRONT,
  '503': IN_FRONT,
  '504': IN_FRONT,
  '504 after': IN_FRONT,
  '302 to another host': ['redirected', ...IN_FRONT],
  '307 to its own host': ['redirected'],
  '200 HTML': ['not_coder', ...DAMAGED],
  '200 of another shape': DAMAGED,
  '200 without a body': DAMAGED,
  truncated: DAMAGED,
  'cut off': [...LOST, ...DAMAGED],
  // An entry of a list that cannot be read is left out: a template is then one that runs no tasks.
  'wrong types': [...DAMAGED, 'not_task_template'],
  // A wrong time from Coder is an unknown time, never a failure (behaviour §6).
  'dates of 1970': [],
  'dates of no calendar': [],
  'dates far ahead': [],
  'a Date of 1970': [],
  '50 MB': ['answer_too_large', ...DAMAGED],
  'a gzip bomb': ['answer_too_large', ...DAMAGED],
  'broken gzip': [...DAMAGED, ...LOST],
  'endless chunks': ['answer_too_large', 'timeout', ...DAMAGED],
  'header flood': [...DAMAGED, ...LOST, ...IN_FRONT],
};

// What a state of the task may answer to a call, whatever happened on the way there.
const OF_THE_STATE = [
  'build_active',
  'already_running',
  'task_starting',
  'task_must_be_paused',
  'create_blocked',
  'too_many_tasks',
];
// Our own codes, beside those of the table.
const OWN_CODES = ['invalid_argument', 'not_configured'];
// A repeat after the work was done, or while it is under way.
const REPEATS: Readonly<Record<string, readonly string[]>> = {
  delete: ['not_found', 'task_gone', 'build_active'],
  resume: ['already_running', 'build_active'],
  pause: ['build_active', 'task_starting'],
  update: ['task_must_be_paused', 'build_active'],
};

/** What is wrong with a cell, in words; none when everything holds. */
export function faultsOf(cell: Cell): string[] {
  const faults: string[] = [];
  const { scenario, fault, code, text, result, repeat, repeatText, before, after, afterRepeat } = cell;
  if (result.isError && code === undefined) faults.push('an error without a code');
  if (code !== undefined && !Object.hasOwn(errorAdvice, code) && !OWN_CODES.includes(code))
    faults.push(`the code ${code} is not in the table`);
  if (code !== undefined && !causes[fault].includes(code) && !OF_THE_STATE.includes(code))
    faults.push(`the code ${code} is not the cause`);
  if (cell.elapsedMs > CAP_MS) faults.push(`took ${Math.round(cell.elapsedMs / 1_000)} s`);
  if (/undefined|\[object|TypeError|ZodError|NaN/.test(text)) faults.push('raw words in the text');
  const repeatCode = /\ncode: (\w+)$/.exec(repeatText)?.[1];
  if (repeat.isError && !(repeatCode !== undefined && REPEATS[scenario.name]?.includes(repeatCode))) {
    faults.push(`the next call fails: ${repeatText.split('\n')[0]} (${repeatCode})`);
  }
  if (Math.max(after.created, afterRepeat.created) > 1) faults.push(`made ${afterRepeat.created} tasks`);
  // What was told as delivered may be said again: then the same words are a message of their own.
  const sent = isToldDelivered(cell) ? after.sent : afterRepeat.sent;
  if (sent > 1) faults.push(`sent ${sent} times`);
  const builds = (afterRepeat.buildNumber ?? 0) - (before.buildNumber ?? 0);
  if (afterRepeat.exists && builds > 1) faults.push(`${builds} builds`);
  faults.push(...falseWords(cell));
  return faults;
}

function isToldDelivered({ result, text }: Cell): boolean {
  return !result.isError && /^delivered\b(?!: (?:no|unknown))/.test(text);
}

/** Success that was told and did not happen. */
function falseWords(cell: Cell): string[] {
  const { scenario, result, text, after } = cell;
  if (result.isError) return [];
  switch (scenario.name) {
    case 'create':
      return after.created === 1 ? [] : [`told of a task, and there are ${after.created}`];
    case 'send':
      return isToldDelivered(cell) && after.sent !== 1
        ? [`told delivered, and it stands there ${after.sent} times`]
        : [];
    case 'delete':
      return /^(?:deleting|deleted)/.test(text) && after.exists ? ['told deleting, and the task is there'] : [];
    default:
      return [];
  }
}
